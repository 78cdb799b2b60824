import type { Clock } from "../ports/clock.ts";
import { alwaysMyTurn, type EndTurn, type TakeTurn } from "../ports/turns.ts";
import { share } from "../tab/share.ts";

/** Pictures are made at most this often. */
const everyMs = 40;
/** After each the page rests so many times as long as it took, from the wish for a turn to the drawing, ... */
const restFactor = 3;
/** ... up to this. */
const longestRestMs = 1_000;
/** Nobody looks at a hidden page; it is kept up to date all the same, so that nothing depends on hearing that it is looked at. */
const hiddenRestMs = 2_000;
/** A page in the background draws when its browser lets it; it is not waited for longer than this, ... */
const patienceMs = 1_000;
/** ... and keeps no other tab waiting longer than this. */
const longestTurnMs = 50;

/** A picture that was sent and, as far as is known, is not drawn. */
interface UnderWay {
  /** When its turn was asked for. */
  readonly since: number;
  readonly endTurn: EndTurn;
  readonly cancel: () => void;
}

/**
 * Makes a page's pictures: one at a time, never one that equals the last, and none before the page has drawn the one before. A page that
 * is slow, or shares its processors with many others, so gets fewer and newer pictures instead of a queue of old ones. Only what a person
 * waits for, a screen that replaces another or the answer to a click, is drawn without a rest.
 */
export class Pictures<View> {
  readonly #clock: Clock;
  readonly #make: () => View;
  readonly #post: (view: View) => void;
  readonly #takeTurn: TakeTurn;
  #last: View | null = null;
  /** null: nothing new; next: when the page has rested; now: at once. */
  #wanted: null | "next" | "now" = null;
  /** What the next drawing was set for; null where none was. */
  #planned: null | "next" | "now" = null;
  #underWay: UnderWay | null = null;
  #notBefore = 0;
  /** When the last picture was in the page's document. */
  #placedAt = 0;
  /** True in a window that its browser draws rarely: one behind others gets a frame a second. */
  #drawsLate = false;
  #isHidden = false;
  #cancel: () => void = () => undefined;

  constructor(clock: Clock, make: () => View, post: (view: View) => void, takeTurn: TakeTurn = alwaysMyTurn) {
    this.#clock = clock;
    this.#make = make;
    this.#post = post;
    this.#takeTurn = takeTurn;
  }

  /**
   * Something that pictures show may have changed.
   * @param when now: a person waits for it
   */
  want(when: "next" | "now" = "next"): void {
    if (this.#wanted !== "now") this.#wanted = when;
    if (this.#underWay === null || when === "now") this.#plan();
  }

  /** The last picture is in the page's document. No other tab waits until this one draws it where that takes its time. */
  placed(): void {
    this.#placedAt = this.#clock.now();
    if (this.#drawsLate) this.#underWay?.endTurn();
  }

  /** The page has drawn the last picture. */
  drawn(): void {
    if (this.#underWay === null) return;
    const { since, endTurn, cancel } = this.#underWay;
    this.#underWay = null;
    cancel();
    endTurn();
    const now = this.#clock.now();
    this.#drawsLate = now - this.#placedAt > longestTurnMs;
    this.#notBefore = now + Math.min(Math.max(restFactor * (now - since), everyMs), longestRestMs);
    if (this.#wanted !== null) this.#plan();
  }

  /** Whether the page is in view; one that comes into view is drawn at once. */
  hide(isHidden: boolean): void {
    this.#isHidden = isHidden;
    if (!isHidden) this.want("now");
  }

  /** A burst of changes makes one picture, even where one is due at once. */
  #plan(): void {
    const urgency = this.#isHidden ? "next" : this.#wanted;
    if (this.#planned !== null && (this.#planned === "now" || urgency !== "now")) return;
    this.#planned = urgency;
    this.#cancel();
    this.#cancel = this.#clock.after(this.#rest(), () => {
      this.#planned = "now";
      const since = this.#clock.now();
      // A microtask of its own, so that a view that cannot be made is an error of the worker, which the window shows.
      void this.#takeTurn().then((endTurn) => queueMicrotask(() => this.#draw(since, endTurn)));
    });
  }

  #rest(): number {
    if (this.#isHidden) return hiddenRestMs;
    if (this.#wanted === "now") return 0;
    return Math.min(Math.max(0, this.#notBefore - this.#clock.now()), longestRestMs);
  }

  #draw(since: number, endTurn: EndTurn): void {
    this.#planned = null;
    this.#wanted = null;
    const view = share(this.#last, this.#make());
    if (view === this.#last) {
      endTurn();
      this.#notBefore = this.#clock.now() + everyMs;
      return;
    }
    this.#last = view;
    this.#underWay?.cancel();
    this.#underWay?.endTurn();
    const cancels = [
      this.#clock.after(longestTurnMs, endTurn),
      this.#clock.after(patienceMs, () => this.drawn()),
    ];
    this.#underWay = { since, endTurn, cancel: () => cancels.forEach((cancel) => cancel()) };
    this.#post(view);
  }
}
