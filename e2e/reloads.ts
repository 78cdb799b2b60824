import type { Kind } from "../lib/rounds/core/kind.ts";
import type { Person } from "./people.ts";
import type { RelayProxy, SeenFrame } from "./relay-proxy.ts";

/** A message's kind and which way it went, as a person's tab sees it. */
export type Moment = `${SeenFrame["direction"]} ${Kind}`;

/** How long a tab has to take in what it was sent last. */
const takeInMs = 150;

/**
 * Reloads one person's tab right after it sent, or took in, the first message of each kind: nothing more passes to or from the tab until
 * it is loaded again.
 */
export class Reloads {
  readonly #proxy: RelayProxy;
  #armed = new Set<Moment>();
  readonly #done = new Set<Moment>();
  #turn: Promise<void> = Promise.resolve();
  readonly #person: Person;
  #party: string | null = null;

  private constructor(proxy: RelayProxy, person: Person) {
    this.#proxy = proxy;
    this.#person = person;
    proxy.onFrame = (frame) => this.#look(frame);
  }

  /**
   * Finds out which of those who talk through the proxy the person is: whoever logs in when the tab is loaded again.
   * @param other somebody who is known already, and may still be logging in to a further room
   */
  static async of(proxy: RelayProxy, person: Person, other: string | null = null): Promise<Reloads> {
    const reloads = new Reloads(proxy, person);
    const loggedIn = new Promise<void>((resolve) => reloads.#awaitLogin(resolve, other));
    await person.page.reload();
    await loggedIn;
    return reloads;
  }

  /** For a person who has not come yet: whoever logs in next. */
  static next(proxy: RelayProxy, person: Person): Reloads {
    const reloads = new Reloads(proxy, person);
    reloads.#awaitLogin(() => undefined);
    return reloads;
  }

  /** Who the person is, as 64 hex digits; null before the first login. */
  get party(): string | null {
    return this.#party;
  }

  /** From now on the first message of each of these reloads the tab. */
  arm(moments: Iterable<Moment>): void {
    this.#armed = new Set(moments);
  }

  get done(): ReadonlySet<Moment> {
    return this.#done;
  }

  /** Waits until no reload is under way. */
  async settled(): Promise<void> {
    for (let turn: Promise<void> | null = null; turn !== this.#turn;) {
      turn = this.#turn;
      await turn;
    }
  }

  #awaitLogin(then: () => void, other: string | null = null): void {
    this.#proxy.onLogin = (party) => {
      if (party === other) return;
      this.#party ??= party;
      then();
    };
  }

  #look({ party, direction, kind }: SeenFrame): void {
    const moment: Moment = `${direction} ${kind}`;
    if (party !== this.#party || !this.#armed.delete(moment)) return;
    // Cut while this very message passes: it is the last one.
    this.#proxy.cut(party, direction, ...(direction === "sent" ? (["received"] as const) : []));
    this.#turn = this.#turn.then(() => this.#reload(moment));
  }

  async #reload(moment: Moment): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, takeInMs));
    if (this.#party !== null) this.#proxy.cut(this.#party, "sent", "received");
    await this.#person.page.reload();
    this.#done.add(moment);
  }
}
