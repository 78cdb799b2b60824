import type { Clock } from "../ports/clock.ts";
import { share } from "../tab/share.ts";

/** Pictures are made at most this often. */
const everyMs = 40;
/** A page that needs long for one picture gets the next one after as long a rest, up to this. */
const longestRestMs = 250;
/** A page in the background draws when its browser lets it; it is not waited for longer than this. */
const patienceMs = 1_000;

/**
 * Makes a page's pictures: one at a time, never one that equals the last, and none before the page has drawn the one before. A page that
 * is slow, or shares its processor with many others, so gets fewer and newer pictures instead of a queue of old ones.
 */
export class Pictures<View> {
  readonly #clock: Clock;
  readonly #make: () => View;
  readonly #post: (view: View) => void;
  #last: View | null = null;
  #wanted = false;
  /** When the picture under way was posted; null where none is. */
  #postedAt: number | null = null;
  #notBefore = 0;
  #cancel: (() => void) | null = null;

  constructor(clock: Clock, make: () => View, post: (view: View) => void) {
    this.#clock = clock;
    this.#make = make;
    this.#post = post;
  }

  /** Something that pictures show may have changed. */
  want(): void {
    this.#wanted = true;
    if (this.#postedAt === null) this.#plan();
  }

  /** The page has drawn the last picture. */
  drawn(): void {
    if (this.#postedAt === null) return;
    const now = this.#clock.now();
    const rest = Math.min(Math.max(now - this.#postedAt, everyMs), longestRestMs);
    this.#postedAt = null;
    this.#notBefore = now + rest;
    this.#cancel?.();
    this.#cancel = null;
    if (this.#wanted) this.#plan();
  }

  /** A burst of changes makes one picture, even where one is due at once. */
  #plan(): void {
    const rest = Math.min(Math.max(0, this.#notBefore - this.#clock.now()), longestRestMs);
    this.#cancel ??= this.#clock.after(rest, () => {
      this.#cancel = null;
      this.#draw();
    });
  }

  #draw(): void {
    this.#wanted = false;
    const now = this.#clock.now();
    const view = share(this.#last, this.#make());
    if (view === this.#last) {
      this.#notBefore = now + everyMs;
      return;
    }
    this.#last = view;
    this.#postedAt = now;
    this.#cancel = this.#clock.after(patienceMs, () => this.drawn());
    this.#post(view);
  }
}
