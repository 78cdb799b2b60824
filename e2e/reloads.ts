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
  readonly #rounds = new Set<string>();
  #past: ReadonlySet<string> = new Set();
  #turn: Promise<void> = Promise.resolve();
  readonly #person: Person;
  /** What brings the person back to where they were, once the page is loaded again. */
  readonly #enter: (person: Person) => Promise<void>;
  #party: string | null = null;

  private constructor(
    proxy: RelayProxy,
    person: Person,
    enter: (person: Person) => Promise<void> = () => Promise.resolve(),
  ) {
    this.#proxy = proxy;
    this.#person = person;
    this.#enter = enter;
    proxy.onFrame = (frame) => this.#look(frame);
  }

  /** Finds out which of those who talk through the proxy the person is: whose connection ends when the tab leaves the site. */
  static async of(proxy: RelayProxy, person: Person): Promise<Reloads> {
    const reloads = new Reloads(proxy, person);
    const { page } = person;
    const url = page.url();
    const left = new Promise<string>((resolve) => {
      proxy.onLeave = resolve;
    });
    await page.goto("about:blank");
    const party = await left;
    reloads.#party = party;
    const back = new Promise<void>((resolve) => {
      proxy.onLogin = (one) => {
        if (one === party) resolve();
      };
    });
    await page.goto(url);
    await back;
    return reloads;
  }

  /** For a person who has not come yet: whoever logs in next and did not before. `enter` opens a seat that asks for a passphrase. */
  static next(proxy: RelayProxy, person: Person, enter?: (person: Person) => Promise<void>): Reloads {
    const reloads = new Reloads(proxy, person, enter);
    const known = new Set(proxy.parties);
    proxy.onLogin = (party) => {
      if (!known.has(party)) reloads.#party ??= party;
    };
    return reloads;
  }

  /** Who the person is, as 64 hex digits; null before the first login. */
  get party(): string | null {
    return this.#party;
  }

  /** From now on the first message of each of these reloads the tab. */
  arm(moments: Iterable<Moment>): void {
    this.#armed = new Set(moments);
    this.#past = new Set();
  }

  /** The same for rounds that begin from now on: the last messages of an earlier one may still be on their way. */
  armNext(moments: Iterable<Moment>): void {
    this.arm(moments);
    this.#past = new Set(this.#rounds);
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

  #look({ party, direction, kind, round }: SeenFrame): void {
    const moment: Moment = `${direction} ${kind}`;
    this.#rounds.add(round);
    if (party !== this.#party || this.#past.has(round) || !this.#armed.delete(moment)) return;
    // Cut while this very message passes: it is the last one.
    this.#proxy.cut(party, direction, ...(direction === "sent" ? (["received"] as const) : []));
    this.#turn = this.#turn.then(() => this.#reload(moment));
  }

  async #reload(moment: Moment): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, takeInMs));
    if (this.#party !== null) this.#proxy.cut(this.#party, "sent", "received");
    await this.#person.page.reload();
    await this.#enter(this.#person);
    this.#done.add(moment);
  }
}
