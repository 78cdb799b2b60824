import { z } from "zod";
import { follow, type BurnChain, type BurnListener } from "./burn.ts";
import { json, readJson, router, text, type Handler } from "./stacks/http.ts";

/**
 * Keeps the Stacks chain where the Bitcoin chain is: one run at a time, and one more where anything changed meanwhile. It
 * can be held, as a Stacks node that lags behind is, and goes on from where it stood.
 */
export class Following {
  readonly #listener: BurnListener;
  readonly #chain: BurnChain;
  readonly #onFault: (error: unknown) => void;
  #run: Promise<void> = Promise.resolve();
  #asked = false;
  #held = false;

  /** @param onFault told where the listener breaks: nothing follows any more */
  constructor(listener: BurnListener, chain: BurnChain, onFault: (error: unknown) => void) {
    this.#listener = listener;
    this.#chain = chain;
    this.#onFault = onFault;
  }

  /** Call it after each change of the Bitcoin chain. */
  catchUp(): void {
    if (this.#asked || this.#held) return;
    this.#asked = true;
    this.#run = this.#run.then(async () => {
      this.#asked = false;
      await follow(this.#listener, this.#chain);
    });
    this.#run.catch(this.#onFault);
  }

  /** Stops following, or goes on. */
  hold(held: boolean): void {
    this.#held = held;
    this.catchUp();
  }

  /** Resolves when everything asked for so far is done. */
  async idle(): Promise<void> {
    await this.#run;
  }

  /** `POST /devnet/follow {"following": false}` holds it, `true` lets it go on. A restart goes on as well. */
  handler(): Handler {
    return router({
      "POST /devnet/follow": (_, { body }) => {
        const parsed = followBody.safeParse(readJson(body));
        if (!parsed.success) return text(z.prettifyError(parsed.error), 400);
        this.hold(!parsed.data.following);
        return json(parsed.data);
      },
    });
  }
}

const followBody = z.strictObject({ following: z.boolean() });
