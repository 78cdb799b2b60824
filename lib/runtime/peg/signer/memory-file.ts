import { z } from "zod";
import type { JournalValue } from "../../../rounds/core/journal.ts";
import type { BlockRef } from "../../../sbtc/bitcoin/node.ts";
import { manualPolicy, type Policy } from "../../../sbtc/peg/policy/policy.ts";
import type { Sealer } from "../../driver/journal.ts";
import type { Store, Write } from "../../ports/store.ts";
import {
  entryValue,
  entryWrite,
  keptStart,
  loadSigner,
  policyValue,
  policyWrite,
  readEntry,
  readPolicy,
  readStart,
  restoredWrite,
  startWrite,
  type KeptEntry,
} from "./storage.ts";

/**
 * What a backup keeps of a seat's judgement of one group's peg: everything it approved, which pins its contract and keeps
 * it from approving the opposite; what its policy said; and where it began to read Bitcoin.
 */
export interface PegMemory {
  readonly group: string;
  /** Oldest first. */
  readonly entries: readonly KeptEntry[];
  readonly policy: Policy;
  /** null where it never asked. */
  readonly start: BlockRef | null;
}

/** @throws DamagedJournal, StoreError */
export async function readPegMemory(group: string, store: Store, sealer: Sealer): Promise<PegMemory> {
  const { entries, policy } = await loadSigner(group, store, sealer);
  return { group, entries, policy, start: await keptStart(group, store, sealer) };
}

/** Of a seat whose backup says nothing of the peg, or was made before backups did. */
export const noPegMemory = (group: string): PegMemory => ({
  group,
  entries: [],
  policy: manualPolicy,
  start: null,
});

/** A memory as plain data. */
export const pegMemoryValue = ({ group, entries, policy, start }: PegMemory): JournalValue => ({
  group,
  entries: entries.map(entryValue),
  policy: policyValue(policy),
  start: start === null ? null : { height: start.height, hash: start.hash },
});

const shape = z.object({
  group: z.string().regex(/^[0-9a-f]{64}$/),
  entries: z.array(z.unknown()),
  policy: z.unknown(),
  start: z.unknown(),
});

/** @returns null for a value that {@link pegMemoryValue} did not make: a memory with holes is none */
export function readPegMemoryValue(value: unknown): PegMemory | null {
  const parsed = shape.safeParse(value);
  if (!parsed.success) return null;
  const { group } = parsed.data;
  const entries = parsed.data.entries.map(readEntry);
  const policy = readPolicy(parsed.data.policy);
  const start = parsed.data.start === null ? null : readStart(parsed.data.start);
  if (!entries.every((entry) => entry !== null) || policy === null) return null;
  if (parsed.data.start !== null && start === null) return null;
  return { group, entries, policy, start };
}

/**
 * The writes that put a memory into a restored seat. Its limits are kept and switched off: the person there decides anew.
 * What the old device approved after the backup is not known, so that caps count as used for one window.
 */
export function restoringWrites(
  { group, entries, policy, start }: PegMemory,
  sealer: Sealer,
): readonly Write[] {
  return [
    ...entries.map((entry, i) => entryWrite(group, sealer, i, entry)),
    policyWrite(group, sealer, { ...policy, mode: "manual" }),
    ...(start === null ? [] : [startWrite(group, sealer, start)]),
    restoredWrite(group, sealer),
  ];
}
