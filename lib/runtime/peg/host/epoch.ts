import type { HostMemory } from "./memory.ts";

/** Epochs are times, in milliseconds since 1970, so that a later take-over is above an earlier one without a word between devices. */
export const epochOf = ({ epoch, begunAt }: HostMemory): bigint => BigInt(epoch ?? begunAt ?? 0);

/** Nobody is followed further ahead: a signer that lies could otherwise lead the coordinator to the last epoch there is. */
const furthestAhead = 24 * 60 * 60_000;

/** What another device's epoch is worth: as signers name it, within what two clocks may differ by. */
export const overtakenAt = (highest: bigint, now: number): number =>
  Math.min(Number(highest), now + furthestAhead);

/** The epoch with which a device takes over: above the other's, also where its clock is behind. */
export const takeOverAt = ({ overtakenBy }: HostMemory, now: number): number =>
  Math.max(now, (overtakenBy ?? 0) + 1);
