import type { Clock } from "../ports/clock.ts";
import type { EndTurn, TakeTurn } from "../ports/turns.ts";

/** Nobody waits longer than this for a turn. */
const patienceMs = 1_500;
/** After such a wait the holder is taken for frozen, and turns are not asked for during this time. */
const aloneMs = 30_000;

const noTurn: EndTurn = () => undefined;

/**
 * Turns among the tabs of one browser. Each tab computes in a worker and draws in a window, so ten tabs on two processors are twenty threads
 * that all want to run after each message, and a drawing that takes 20 ms by itself takes half a second among them. With turns only as many
 * tabs compute or draw at once as there are processors but one, which is left to the browser.
 * @param processors how many the machine has
 * @param draw any number: which of several queues this tab stands in
 */
export function turnsOfBrowser(
  locks: Pick<LockManager, "request">,
  clock: Clock,
  processors: number,
  draw: number,
): TakeTurn {
  const name = `hoarfrost/turn/${draw % Math.max(1, processors - 1)}`;
  let aloneUntil = -Infinity;
  const isAlone = (): boolean => {
    const left = aloneUntil - clock.now();
    return left > 0 && left <= aloneMs;
  };
  return () => {
    if (isAlone()) return Promise.resolve(noTurn);
    return new Promise((resolve) => {
      const waiting = new AbortController();
      const cancel = clock.after(patienceMs, () => waiting.abort());
      const hold = (): Promise<void> => {
        cancel();
        return new Promise((end) => resolve(() => end()));
      };
      locks.request(name, { signal: waiting.signal }, hold).catch(() => {
        cancel();
        aloneUntil = clock.now() + aloneMs;
        resolve(noTurn);
      });
    });
  };
}
