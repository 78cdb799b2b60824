import type { Intent } from "./views/index.ts";

/**
 * Where a driver and a page meet: the driver sets view values and hears intents; the page draws the one and sends the
 * other. Intents sent before a driver listens (a click while the page still loads) are kept and delivered in order.
 */
export interface Session<View, Said = Intent> {
  readonly view: () => View;
  readonly subscribe: (listener: () => void) => () => void;
  readonly act: (said: Said) => void;
  readonly set: (view: View) => void;
  /** @returns a function that stops listening */
  readonly listen: (handler: (intent: Said) => void) => () => void;
  /** The page tells that the current view is in its document, to be drawn with the next frame. */
  readonly placed: () => void;
  /** Has the driver told of each view that is in the document; the last handler counts. */
  readonly whenPlaced: (handler: () => void) => void;
}

export function createSession<View, Said = Intent>(initial: View): Session<View, Said> {
  let current = initial;
  let handler: ((intent: Said) => void) | undefined;
  let onPlaced: () => void = () => undefined;
  const kept: Said[] = [];
  const listeners = new Set<() => void>();
  return {
    view: () => current,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    act: (intent) => {
      if (handler === undefined) kept.push(intent);
      else handler(intent);
    },
    set: (view) => {
      current = view;
      for (const listener of listeners) listener();
    },
    listen: (next) => {
      handler = next;
      for (const intent of kept.splice(0)) next(intent);
      return () => {
        if (handler === next) handler = undefined;
      };
    },
    placed: () => onPlaced(),
    whenPlaced: (next) => {
      onPlaced = next;
    },
  };
}
