"use client";
import { createElement, lazy, useState, type ComponentProps } from "react";

const tries = 60;
const pauseMs = 1000;
const ahead: (() => Promise<unknown>)[] = [];
let fetching = false;

async function patiently<Loaded>(load: () => Promise<Loaded>): Promise<Loaded> {
  for (let left = tries; left > 1; left--) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
  return load();
}

/**
 * A screen whose code is fetched when it is first shown, or before. The relay that serves it may be away just then: it is asked for
 * again for a minute before that becomes an error. A screen whose code is here is drawn at once, without a pause for its fallback.
 */
export const lazyScreen: typeof lazy = (load) => {
  let loaded: Awaited<ReturnType<typeof load>>["default"] | null = null;
  const fetched = async () => {
    const module = await load();
    loaded = module.default;
    return module;
  };
  ahead.push(fetched);
  const later = lazy(() => patiently(fetched));
  function LazyScreen(props: ComponentProps<typeof later>) {
    // Chosen once per screen: another choice later would throw away what was typed into it.
    const [chosen] = useState(() => ({ Content: loaded ?? later }));
    return createElement(chosen.Content, props);
  }
  return LazyScreen as unknown as typeof later;
};

/** Fetches the code of all screens one by one, so that a tab can go on while the relay that serves them is away. */
export async function fetchScreensAhead(): Promise<void> {
  if (fetching) return;
  fetching = true;
  // Screens bring screens of their own while this goes on.
  for (const load of ahead) await load().catch(() => undefined);
}
