import type { Hash, PartyId, RoundId } from "../core/names.ts";
import type { SigningContext } from "./context.ts";
import { type CommitmentEntry, nonceResponse, type SignShareRequest } from "./messages.ts";
import type { SigningRequest } from "./request.ts";
import type { Run } from "./run.ts";
import {
  AHEAD_OFFERS_KEPT,
  freshMemory,
  type Offer,
  type SignerFact,
  type SignerMemory,
  type SignerState,
  WAITING_KEPT,
} from "./signer-state.ts";
import { hashesOf, makePairs, mostPairs } from "./stock.ts";

export type SignerRun = Run<SignerState, SignerFact>;

/** Memory of this process; a fresh one where the state was rebuilt from a journal or belongs to another epoch. */
export const memoryOf = (context: SigningContext, state: SignerState): SignerMemory =>
  state.memory?.epoch === context.epoch ? state.memory : freshMemory(context.epoch);

export function setMemory(run: SignerRun, change: Partial<SignerMemory>): void {
  run.state = { ...run.state, memory: { ...memoryOf(run.context, run.state), ...change } };
}

/** Where everything said about one request is kept in the outbox. */
export const slotOf = (digest: Hash, name: string): string => `signer/${digest}/${name}`;

const isWhole = (memory: SignerMemory, offer: Offer): boolean =>
  offer.hashes.every((hash) => memory.stock.has(hash));

export function setOffer(run: SignerRun, key: string, entries: readonly CommitmentEntry[]): void {
  const { offers } = memoryOf(run.context, run.state);
  setMemory(run, { offers: new Map(offers).set(key, { entries, hashes: hashesOf(entries) }) });
}

/**
 * Answers a request for nonces under one approved request: what is on offer and unspent is announced again,
 * otherwise a fresh pair per key and message is made. It is a new frame each time: who asks again has lost what
 * it was told, and a relay would take the old frame for a duplicate.
 */
export function offerNonces(run: SignerRun, digest: Hash, request: SigningRequest): void {
  const memory = memoryOf(run.context, run.state);
  const known = memory.offers.get(digest);
  if (known === undefined || !isWhole(memory, known)) {
    const count = Math.min(request.messages.length, mostPairs(run.context));
    const made = makePairs(run.context, memory.stock, request.coordinator, count, run.rng);
    setMemory(run, { stock: made.stock });
    setOffer(run, digest, made.entries);
  }
  sayOffer(run, digest, digest, request.roundId, request.coordinator);
}

function sayOffer(
  run: SignerRun,
  key: string,
  digest: Hash | null,
  roundId: RoundId,
  coordinator: PartyId,
): void {
  /* v8 ignore next -- set just before */
  const entries = memoryOf(run.context, run.state).offers.get(key)?.entries ?? [];
  const { generation } = run.state;
  const payload = nonceResponse.encode({ generation, digest, entries });
  run.say("NONCE_RESPONSE", roundId, payload, undefined, coordinator);
}

/** Answers a request for nonces ahead of any operation: they approve nothing. */
export function offerAhead(run: SignerRun, coordinator: PartyId, roundId: RoundId, pairs: number): void {
  const memory = memoryOf(run.context, run.state);
  const key = `ahead/${coordinator}/${roundId}`;
  const known = memory.offers.get(key);
  if (known !== undefined && !isWhole(memory, known)) {
    run.ignore("already-answered");
    return;
  }
  if (known === undefined) {
    const count = Math.max(1, Math.min(pairs, mostPairs(run.context)));
    const made = makePairs(run.context, memory.stock, coordinator, count, run.rng);
    setMemory(run, { stock: made.stock });
    setOffer(run, key, made.entries);
    dropOldOffers(run);
  }
  sayOffer(run, key, null, roundId, coordinator);
}

function dropOldOffers(run: SignerRun): void {
  const memory = memoryOf(run.context, run.state);
  const ahead = [...memory.offers].filter(([key]) => key.startsWith("ahead/"));
  const old = ahead.slice(0, Math.max(0, ahead.length - AHEAD_OFFERS_KEPT));
  if (old.length === 0) return;
  const offers = new Map(memory.offers);
  for (const [key] of old) offers.delete(key);
  setMemory(run, { offers });
}

/** Keeps a package until the request is decided; the newest few, in memory only: its nonces are no more durable. */
export function keepWaiting(run: SignerRun, digest: Hash, asked: SignShareRequest): void {
  const memory = memoryOf(run.context, run.state);
  const others = (memory.waiting.get(digest) ?? []).filter((other) => other.session !== asked.session);
  const waiting = new Map(memory.waiting).set(digest, [...others, asked].slice(-WAITING_KEPT));
  setMemory(run, { waiting });
}

/** Takes out the packages that waited for a decision. */
export function takeWaiting(run: SignerRun, digest: Hash): readonly SignShareRequest[] {
  const memory = memoryOf(run.context, run.state);
  const taken = memory.waiting.get(digest) ?? [];
  const waiting = new Map(memory.waiting);
  waiting.delete(digest);
  setMemory(run, { waiting });
  return taken;
}

/** Drops what memory and outbox hold for an ended request. Its unspent pairs stay in the coordinator's stock. */
export function dropRequest(run: SignerRun, digest: Hash): void {
  takeWaiting(run, digest);
  const offers = new Map(memoryOf(run.context, run.state).offers);
  offers.delete(digest);
  setMemory(run, { offers });
  run.forget(slotOf(digest, ""));
}
