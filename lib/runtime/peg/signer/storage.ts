import { z } from "zod";
import { decodeJournal, encodeJournal, type JournalValue } from "../../../rounds/core/journal.ts";
import { proposalsOf, proposalsToSign } from "../../../sbtc/peg/operation/kinds.ts";
import { parseBlockHash } from "../../../sbtc/bytes.ts";
import type { BlockRef } from "../../../sbtc/bitcoin/node.ts";
import type { SignedEntry } from "../../../sbtc/peg/checks/memory.ts";
import { manualPolicy, type Policy } from "../../../sbtc/peg/policy/policy.ts";
import { DamagedJournal, type Sealer } from "../../driver/journal.ts";
import { put, remove, type Store, type Write } from "../../ports/store.ts";

/** Keys of what a signer keeps for the peg of one group, named by its id. */
const signedPrefix = (group: string): string => `peg/${group}/signed/`;
const policyKey = (group: string): string => `peg/${group}/policy`;
const earlierKey = (group: string): string => `peg/${group}/earlier`;
const startKey = (group: string): string => `peg/${group}/start`;
const coordinatorPrefix = (group: string): string => `peg/${group}/coordinator/`;
const restoredKey = (group: string): string => `peg/${group}/restored`;

const bytes = z.instanceof(Uint8Array);
const entryShape = z.object({
  type: z.string(),
  body: bytes,
  height: z.number(),
  at: z.number(),
  automatic: z.boolean(),
  // entries of earlier versions name no request
  request: z.string().nullish(),
});
const policyShape = z.object({
  mode: z.enum(["manual", "automatic"]),
  most: z.object({ in: z.bigint(), out: z.bigint() }),
  window: z.object({ blocks: z.number(), in: z.bigint(), out: z.bigint() }),
  recipients: z.array(z.string()).nullable(),
  hours: z.object({ from: z.number(), to: z.number() }).nullable(),
  restoredAt: z.number().nullable(),
});

const startShape = z.object({ height: z.number(), hash: z.string() });

/** An approval as it is kept: with the time, which only a person's reading of the past needs. */
export interface KeptEntry extends SignedEntry {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Digest of the request it was part of; null where an earlier version kept the entry. */
  readonly request: string | null;
}

/** What a signer kept for the peg of one group. */
export interface KeptSigner {
  /** Oldest first. */
  readonly entries: readonly KeptEntry[];
  /** Number of the next entry. */
  readonly next: number;
  readonly policy: Policy;
  /** The highest epoch seen of each coordinator, by its identity. */
  readonly coordinators: ReadonlyMap<string, bigint>;
  /** True for a seat that came out of a backup and has not read the chain since. */
  readonly restored: boolean;
}

/** An approval as plain data. */
export function entryValue({ proposal, height, at, automatic, request }: KeptEntry): JournalValue {
  const { type, body } = proposalsToSign([proposal]);
  return { type, body, height, at, automatic, request };
}

/** @returns null for a value that {@link entryValue} did not make */
export function readEntry(value: unknown): KeptEntry | null {
  const parsed = entryShape.safeParse(value);
  const [proposal] = parsed.success ? (proposalsOf(parsed.data) ?? []) : [];
  if (!parsed.success || proposal === undefined) return null;
  const { height, at, automatic, request } = parsed.data;
  return { proposal, height, at, automatic, request: request ?? null };
}

/** The write that remembers one approved proposal; it goes into the commit of the approval itself. */
export function entryWrite(group: string, sealer: Sealer, number: number, entry: KeptEntry): Write {
  const key = `${signedPrefix(group)}${String(number).padStart(12, "0")}`;
  return put(key, sealer.seal(key, encodeJournal(entryValue(entry))));
}

/** @throws DamagedJournal where a record does not open: forgetting is not an option */
export async function loadSigner(group: string, store: Store, sealer: Sealer): Promise<KeptSigner> {
  const rows = await store.list(signedPrefix(group));
  const entries = rows.map(({ key, value }): KeptEntry => {
    const entry = readEntry(opened(sealer, key, value));
    if (entry === null) throw new DamagedJournal("a record of what this seat approved does not open");
    return entry;
  });
  const last = rows.at(-1)?.key.slice(signedPrefix(group).length);
  const key = policyKey(group);
  const policy = readPolicy(opened(sealer, key, await store.get(key)));
  return {
    entries,
    next: last === undefined ? 0 : Number(last) + 1,
    // Limits that cannot be read are no limits: then nothing is answered without a person.
    policy: policy ?? manualPolicy,
    coordinators: await loadCoordinators(group, store, sealer),
    restored: (await store.get(restoredKey(group))) !== null,
  };
}

/** Whoever coordinates cannot harm by an epoch, so that one that does not open is only forgotten. */
async function loadCoordinators(
  group: string,
  store: Store,
  sealer: Sealer,
): Promise<ReadonlyMap<string, bigint>> {
  const prefix = coordinatorPrefix(group);
  const rows = await store.list(prefix);
  return new Map(
    rows.flatMap(({ key, value }) => {
      const epoch = opened(sealer, key, value);
      return typeof epoch === "bigint" ? [[key.slice(prefix.length), epoch] as const] : [];
    }),
  );
}

/** The write that keeps the highest epoch seen of a coordinator. */
export function coordinatorWrite(group: string, sealer: Sealer, identity: string, epoch: bigint): Write {
  const key = `${coordinatorPrefix(group)}${identity}`;
  return put(key, sealer.seal(key, encodeJournal(epoch)));
}

function opened(sealer: Sealer, key: string, sealed: Uint8Array | null): unknown {
  const plain = sealed === null ? null : sealer.open(key, sealed);
  return plain === null ? null : decodeJournal(plain);
}

/** A policy as plain data. */
export function policyValue(policy: Policy): JournalValue {
  const { recipients, hours } = policy;
  return {
    ...policy,
    most: { ...policy.most },
    window: { ...policy.window },
    hours: hours === null ? null : { ...hours },
    recipients: recipients === null ? null : [...recipients],
  };
}

/** @returns null for a value that {@link policyValue} did not make */
export function readPolicy(value: unknown): Policy | null {
  const parsed = policyShape.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** The write that keeps a policy. */
export function policyWrite(group: string, sealer: Sealer, policy: Policy): Write {
  const key = policyKey(group);
  return put(key, sealer.seal(key, encodeJournal(policyValue(policy))));
}

/** The write that says that a seat came out of a backup: its next look at the chain tells since when. */
export const restoredWrite = (group: string, sealer: Sealer): Write => {
  const key = restoredKey(group);
  return put(key, sealer.seal(key, encodeJournal(true)));
};

/** The writes that follow once a restored seat knows the height: automatic answers wait for a window from there. */
export const settledWrites = (group: string, sealer: Sealer, policy: Policy): readonly Write[] => [
  policyWrite(group, sealer, policy),
  remove(restoredKey(group)),
];

/** @returns null for a value that is no block */
export function readStart(value: unknown): BlockRef | null {
  const parsed = startShape.safeParse(value);
  return parsed.success ? { height: parsed.data.height, hash: parseBlockHash(parsed.data.hash) } : null;
}

/** Where a seat began to read Bitcoin; null where it was never asked. */
export async function keptStart(group: string, store: Store, sealer: Sealer): Promise<BlockRef | null> {
  const key = startKey(group);
  return readStart(opened(sealer, key, await store.get(key)));
}

/** The write that keeps where a seat began to read Bitcoin. */
export function startWrite(group: string, sealer: Sealer, { height, hash }: BlockRef): Write {
  const key = startKey(group);
  return put(key, sealer.seal(key, encodeJournal({ height, hash })));
}

const earlierShape = z.array(bytes);

/** The write that keeps which wallets the contract had before this group's, as its sources said when this seat agreed to take over. */
export function earlierWrite(group: string, sealer: Sealer, scripts: readonly Uint8Array[]): Write {
  const key = earlierKey(group);
  return put(key, sealer.seal(key, encodeJournal([...scripts])));
}

/** Wallets that this group took over from, as far as this seat was asked. */
export async function loadEarlier(
  group: string,
  store: Store,
  sealer: Sealer,
): Promise<readonly Uint8Array[]> {
  const key = earlierKey(group);
  const kept = earlierShape.safeParse(opened(sealer, key, await store.get(key)));
  return kept.success ? kept.data : [];
}

/**
 * The block behind which this seat reads Bitcoin: where it stood when it was first asked about the peg, which is before
 * the peg's first coin. Stored at once.
 */
export async function startAt(
  group: string,
  store: Store,
  sealer: Sealer,
  tip: () => Promise<BlockRef>,
): Promise<BlockRef> {
  const known = await keptStart(group, store, sealer);
  if (known !== null) return known;
  const start = await tip();
  await store.commit([startWrite(group, sealer, start)]);
  return start;
}
