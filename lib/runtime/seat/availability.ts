import type { PartyId } from "../../rounds/index.ts";

/** How somebody stood at one moment: slow is online, with a sign of life that came late. */
export type Standing = "online" | "slow" | "away";

/** Who was there at one moment. Times are this device's clock (ms). */
export interface Sample {
  readonly at: number;
  readonly standing: ReadonlyMap<PartyId, Standing>;
}

/** A day of samples, one each ten seconds. */
const mostSamples = 8_640;

/** Who was online while this tab was open, in memory. */
export class Availability {
  #samples: Sample[] = [];

  get samples(): readonly Sample[] {
    return this.#samples;
  }

  add(sample: Sample): void {
    this.#samples.push(sample);
    // Cut in larger pieces: a copy per sample would cost more than the samples.
    if (this.#samples.length > mostSamples * 1.1) this.#samples = this.#samples.slice(-mostSamples);
  }
}
