"use client";
import { startTransition, useEffect, useState, type RefObject } from "react";

/** How far below the window something counts as near: about what a turn of the wheel brings. */
const reach = "240px";

/** Whether an element is or was in sight or nearly so. What stands far below need not be drawn before somebody goes there. */
export function useNear(ref: RefObject<Element | null>): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (near || ref.current === null) return;
    const observer = new IntersectionObserver(
      (seen) => {
        if (seen.some(({ isIntersecting }) => isIntersecting)) startTransition(() => setNear(true));
      },
      { rootMargin: `0px 0px ${reach} 0px` },
    );
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, [near, ref]);
  return near;
}
