"use client";
import { Fragment, startTransition, useEffect, useState, type ReactNode } from "react";
import { afterDrawing } from "./after-paint.ts";

/**
 * Puts its children on screen in their order, one with each painted frame, so that no frame has a whole screen to style, lay out and paint.
 * The first `first` children come at once: what a person has to see or decide. As later ones stand below, nothing that is seen moves.
 * An empty child takes no frame. While parts are to come the page's footer is out of sight, or each of them would push it on.
 */
export function Gradually(props: { readonly first: number; readonly children: readonly ReactNode[] }) {
  const { first, children } = props;
  const [shown, setShown] = useState(first);
  const next = children.findIndex((child, at) => at >= shown && !isEmpty(child));
  useEffect(() => {
    if (next < 0) return;
    return afterDrawing(() => startTransition(() => setShown(next + 1)));
  }, [next]);
  return (
    <>
      {children.map((child, at) => (
        <Fragment key={at}>{at < shown ? child : null}</Fragment>
      ))}
      {next >= 0 && <i className="coming" hidden />}
    </>
  );
}

const isEmpty = (child: ReactNode): boolean =>
  child === undefined || child === null || child === false || (Array.isArray(child) && child.length === 0);
