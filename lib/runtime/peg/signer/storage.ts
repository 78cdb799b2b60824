import { z } from "zod";
import { decodeJournal, encodeJournal } from "../../../rounds/core/journal.ts";
import { proposalsOf, proposalsToSign } from "../../../sbtc/peg/operation/kinds.ts";
import { parseBlockHash } from "../../../sbtc/bytes.ts";
import type { BlockRef } from "../../../sbtc/bitcoin/node.ts";
import type { SignedEntry } from "../../../sbtc/peg/checks/memory.ts";
import { manualPolicy, type Policy } from "../../../sbtc/peg/policy/policy.ts";
import { DamagedJournal, type Sealer } from "../../driver/journal.ts";
import { put, type Store, type Write } from "../../ports/store.ts";

/** Keys of what a signer keeps for the peg of one group, named by its id. */
const signedPrefix = (group: string): string => `peg/${group}/signed/`;
const policyKey = (group: string): string => `peg/${group}/policy`;
const earlierKey = (group: string): string => `peg/${group}/earlier`;
const startKey = (group: string): string => `peg/${group}/start`;

const bytes = z.instanceof(Uint8Array);
const entryShape = z.object({
  type: z.string(),
  body: bytes,
  height: z.number(),
  at: z.number(),
  automatic: z.boolean(),
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
}

/** The write that remembers one approved proposal; it goes into the commit of the approval itself. */
export function entryWrite(group: string, sealer: Sealer, number: number, entry: KeptEntry): Write {
  const key = `${signedPrefix(group)}${String(number).padStart(12, "0")}`;
  const { type, body } = proposalsToSign([entry.proposal]);
  const { height, at, automatic } = entry;
  return put(key, sealer.seal(key, encodeJournal({ type, body, height, at, automatic })));
}

/** What a signer kept. @throws DamagedJournal where a record does not open: forgetting is not an option */
export async function loadSigner(
  group: string,
  store: Store,
  sealer: Sealer,
): Promise<{ readonly entries: readonly KeptEntry[]; readonly next: number; readonly policy: Policy }> {
  const rows = await store.list(signedPrefix(group));
  const entries = rows.map(({ key, value }): KeptEntry => {
    const parsed = entryShape.safeParse(opened(sealer, key, value));
    const [proposal] = parsed.success ? (proposalsOf(parsed.data) ?? []) : [];
    if (!parsed.success || proposal === undefined)
      throw new DamagedJournal("a record of what this seat approved does not open");
    const { height, at, automatic } = parsed.data;
    return { proposal, height, at, automatic };
  });
  const last = rows.at(-1)?.key.slice(signedPrefix(group).length);
  const key = policyKey(group);
  const policy = policyShape.safeParse(opened(sealer, key, await store.get(key)));
  return {
    entries,
    next: last === undefined ? 0 : Number(last) + 1,
    // Limits that cannot be read are no limits: then nothing is answered without a person.
    policy: policy.success ? policy.data : manualPolicy,
  };
}

function opened(sealer: Sealer, key: string, sealed: Uint8Array | null): unknown {
  const plain = sealed === null ? null : sealer.open(key, sealed);
  return plain === null ? null : decodeJournal(plain);
}

/** The write that keeps a policy. */
export function policyWrite(group: string, sealer: Sealer, policy: Policy): Write {
  const { recipients } = policy;
  const key = policyKey(group);
  const plain = { ...policy, most: { ...policy.most }, window: { ...policy.window } };
  const hours = policy.hours === null ? null : { ...policy.hours };
  const record = { ...plain, hours, recipients: recipients === null ? null : [...recipients] };
  return put(key, sealer.seal(key, encodeJournal(record)));
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
  const key = startKey(group);
  const known = startShape.safeParse(opened(sealer, key, await store.get(key)));
  if (known.success) return { height: known.data.height, hash: parseBlockHash(known.data.hash) };
  const { height, hash } = await tip();
  await store.commit([put(key, sealer.seal(key, encodeJournal({ height, hash })))]);
  return { height, hash };
}
