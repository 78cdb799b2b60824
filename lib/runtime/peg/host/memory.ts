import { z } from "zod";
import { parseBlockHash } from "../../../sbtc/bytes.ts";
import type { BlockRef } from "../../../sbtc/bitcoin/node.ts";
import { put, type Store, type Write } from "../../ports/store.ts";

/** Who is written on the contract's allow-lists: a Stacks principal or a Bitcoin address, and whether it may. */
export interface Member {
  readonly who: string;
  readonly allowed: boolean;
}

/** What a person decided about the peg of one group, and what follows from when they did. Nothing in it is secret. */
export interface HostMemory {
  /** Milliseconds since 1970; null before a person began to set it up. */
  readonly begunAt: number | null;
  /** The last block before the peg's first coin; null where the network's own start is used. */
  readonly start: BlockRef | null;
  readonly paused: boolean;
  /** False: everyone may. */
  readonly allowList: boolean;
  readonly members: readonly Member[];
  /** The latest hand-over a person began: ids of the group that leaves, and of the one that takes over. */
  readonly handOff: { readonly from: string; readonly to: string } | null;
  /** Epoch of this device, from when a person last took over here: signers answer the highest. Null for when it began. */
  readonly epoch: number | null;
  /** Epoch of another device that took over since; null while this one coordinates. */
  readonly overtakenBy: number | null;
}

export const freshMemory: HostMemory = {
  begunAt: null,
  start: null,
  paused: false,
  allowList: false,
  members: [],
  handOff: null,
  epoch: null,
  overtakenBy: null,
};

const shape = z.object({
  begunAt: z.number().nullable(),
  start: z.object({ height: z.number(), hash: z.string() }).nullable(),
  paused: z.boolean(),
  allowList: z.boolean(),
  members: z.array(z.object({ who: z.string(), allowed: z.boolean() })),
  handOff: z.object({ from: z.string(), to: z.string() }).nullable().default(null),
  // memories of earlier versions know of one device alone
  epoch: z.number().nullable().default(null),
  overtakenBy: z.number().nullable().default(null),
});

const keyOf = (groupId: string): string => `peg-host/${groupId}`;

export async function loadMemory(store: Store, groupId: string): Promise<HostMemory> {
  const bytes = await store.get(keyOf(groupId));
  return bytes === null ? freshMemory : readMemory(bytes);
}

/** @throws ZodError, SyntaxError, Refusal for bytes that are no memory */
function readMemory(bytes: Uint8Array): HostMemory {
  const { start, ...rest } = shape.parse(JSON.parse(new TextDecoder().decode(bytes)));
  return {
    ...rest,
    start: start === null ? null : { height: start.height, hash: parseBlockHash(start.hash) },
  };
}

/** What a backup keeps of a hosted peg: its memory as it is stored; null where this seat hosts none. */
export const hostToKeep = (store: Store, groupId: string): Promise<Uint8Array | null> =>
  store.get(keyOf(groupId));

/**
 * The write that puts a kept memory into a restored seat. The old device may still coordinate, so this one begins as one
 * that was overtaken: a person takes over.
 * @throws ZodError, SyntaxError, Refusal for bytes that are no memory
 */
export function restoringHost(groupId: string, kept: Uint8Array): Write {
  const memory = readMemory(kept);
  const overtakenBy = memory.overtakenBy ?? memory.epoch ?? memory.begunAt;
  return put(keyOf(groupId), encodeMemory({ ...memory, overtakenBy }));
}

const encodeMemory = (memory: HostMemory): Uint8Array => new TextEncoder().encode(JSON.stringify(memory));

export async function saveMemory(store: Store, groupId: string, memory: HostMemory): Promise<void> {
  await store.commit([put(keyOf(groupId), encodeMemory(memory))]);
}
