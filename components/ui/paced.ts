"use client";
import { startTransition, useEffect, useState } from "react";
import { afterDrawing } from "./after-paint.ts";

type Key = string | number;

/** What of a list is on screen, by key, and where in the list the next turn begins. */
export interface Pace<Item> {
  readonly shown: ReadonlyMap<Key, Item>;
  readonly from: number;
}

/** Takes over at most `most` items that differ from what is shown, beginning where the last turn ended: none is passed over for ever. */
export function advance<Item>(
  { shown, from }: Pace<Item>,
  wanted: readonly Item[],
  keyOf: (item: Item) => Key,
  most: number,
): Pace<Item> {
  const next = new Map<Key, Item>();
  for (const item of wanted) {
    const old = shown.get(keyOf(item));
    if (old !== undefined) next.set(keyOf(item), old);
  }
  let left = most;
  let end = from;
  for (let step = 0; step < wanted.length && left > 0; step++) {
    const at = (from + step) % wanted.length;
    const item = wanted[at];
    if (item === undefined || next.get(keyOf(item)) === item) continue;
    next.set(keyOf(item), item);
    end = at + 1;
    left--;
  }
  return { shown: next, from: end };
}

/**
 * The items of a list as they are to be drawn now: at most `most` new or changed ones with each painted frame. An item that has not had
 * its turn stands as it last was, or is undefined if it was never there. Unchanged items must keep their identity.
 */
export function usePaced<Item>(
  wanted: readonly Item[],
  keyOf: (item: Item) => Key,
  most: number,
): readonly (Item | undefined)[] {
  const [state, setState] = useState(() => ({
    wanted,
    pace: advance<Item>({ shown: new Map(), from: 0 }, wanted, keyOf, most),
  }));
  let now = state;
  if (state.wanted !== wanted) {
    // A list that is behind already has its turn with the next frame; one more now would make two of that.
    const isBehind = state.wanted.some((item) => state.pace.shown.get(keyOf(item)) !== item);
    now = { wanted, pace: advance(state.pace, wanted, keyOf, isBehind ? 0 : most) };
    setState(now);
  }
  const drawn = wanted.map((item) => now.pace.shown.get(keyOf(item)));
  const isDone = drawn.every((item, at) => item === wanted[at]);
  useEffect(() => {
    if (isDone) return;
    return afterDrawing(() =>
      startTransition(() =>
        setState((last) => ({ ...last, pace: advance(last.pace, last.wanted, keyOf, most) })),
      ),
    );
  }, [isDone, now.pace, keyOf, most]);
  return drawn;
}
