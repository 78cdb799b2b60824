import { hexToBytes } from "@noble/hashes/utils.js";
import { z } from "zod";
import {
  certificateCodec,
  exportKeygen,
  fingerprintOf,
  groupIdOf,
  isCertificateOf,
  signingContext,
  transcriptCodec,
  verifyTranscript,
  type GroupId,
  type GroupState,
  type Party,
  type Roster,
} from "../../../rounds/index.ts";
import { decodeJournal, encodeJournal } from "../../../rounds/core/journal.ts";
import { sameBytes, toHex } from "../../../sbtc/bytes.ts";
import type { SuccessorFacts } from "../../../sbtc/peg/checks/evidence.ts";
import type { Sealer } from "../../driver/journal.ts";
import { put, type Store } from "../../ports/store.ts";

/** What is known of a group that is to take over a peg: its people, and the code they compared. */
export interface Introduced {
  /** 32 bytes, x-only. */
  readonly key: Uint8Array;
  readonly roster: Roster;
  /** "ab12 cd34" */
  readonly code: string;
  readonly words: readonly string[];
  readonly certificate: Uint8Array;
  readonly alive: boolean;
}

const prefix = "successor/";
const shape = z.object({
  record: z.instanceof(Uint8Array).nullable(),
  /** Milliseconds since 1970; null before the person typed the code. */
  confirmedAt: z.number().nullable(),
});
type Kept = z.infer<typeof shape>;

/** Longest record of a key generation that is read, bytes. */
const longestRecord = 32 * 1024 * 1024;

const fileShape = z.strictObject({
  hoarfrost: z.literal("next-group"),
  version: z.literal(1),
  record: z.string().regex(/^(?:[0-9a-f]{2})*$/),
});

/**
 * The record of a group's key as a file, for members of the group before who have no seat in it. It holds no secret of
 * anybody, and opens the group's broadcasts to whoever gets it. Null where this party heard of no key generation of it.
 */
export function introductionText(party: Party, groupId: GroupId): string | null {
  const transcript = exportKeygen(party, groupId);
  if (transcript === null) return null;
  const record = toHex(transcriptCodec.encode(transcript));
  return `${JSON.stringify({ hoarfrost: "next-group", version: 1, record })}\n`;
}

/** The bytes inside such a file; null where it is none. */
function recordIn(file: Uint8Array): Uint8Array<ArrayBuffer> | null {
  if (file.length > 2 * longestRecord + 100) return null;
  try {
    const found = fileShape.safeParse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(file)));
    return found.success ? Uint8Array.from(hexToBytes(found.data.record)) : null;
  } catch {
    return null;
  }
}

/**
 * Reads the record of how a group made its key, as its members' tabs heard it: every claim in it is checked here, and
 * nothing of it is believed. Null where it is no whole and valid record.
 */
export function readIntroduction(bytes: Uint8Array): Introduced | null {
  if (bytes.length > longestRecord) return null;
  const decoded = transcriptCodec.decode(bytes);
  if (!decoded.ok) return null;
  const { roster } = decoded.value;
  const { approved, keygen, groupId } = verifyTranscript(decoded.value);
  const { certificate, alive } = keygen;
  const isWhole = approved && certificate !== null && groupId === groupIdOf(roster);
  if (!isWhole || !isCertificateOf(roster, certificate)) return null;
  const { hex, words } = fingerprintOf(roster, certificate);
  const key = certificate.groupPublicKey.slice(1);
  return { key, roster, code: hex, words, certificate: certificateCodec.encode(certificate), alive };
}

/**
 * Groups that may take over from one of this seat's: known because this seat is a member, or by a record its person
 * opened. Neither counts before the person typed the code that a member of the next group read out.
 */
export class Successors {
  readonly #store: Store;
  readonly #sealer: Sealer;
  readonly #kept = new Map<string, Kept>();
  readonly #read = new Map<string, Introduced>();

  private constructor(store: Store, sealer: Sealer) {
    this.#store = store;
    this.#sealer = sealer;
  }

  static async open(store: Store, sealer: Sealer): Promise<Successors> {
    const successors = new Successors(store, sealer);
    for (const { key, value } of await store.list(prefix)) {
      const plain = sealer.open(key, value);
      const kept = shape.safeParse(plain === null ? null : decodeJournal(plain));
      // One that does not open is asked for again: forgetting a confirmation only asks the person once more.
      if (kept.success) successors.#remember(key.slice(prefix.length), kept.data);
    }
    return successors;
  }

  /** What this browser knows of a key; null where it knows nothing. */
  introduced(party: Party, key: Uint8Array): Introduced | null {
    return memberOf(party, key) ?? this.#read.get(toHex(key)) ?? null;
  }

  facts(party: Party, key: Uint8Array): Omit<SuccessorFacts, "registry"> | null {
    const known = this.introduced(party, key);
    if (known === null) return null;
    const { certificate: bytes, roster, code, alive } = known;
    return {
      certificate: { bytes, roster, code },
      alive,
      tookPart: groupOf(party, key)?.keygen != null,
      confirmed: (this.#kept.get(toHex(key))?.confirmedAt ?? null) !== null,
    };
  }

  /** Takes in a record that the person opened. Null where it holds no valid group. @throws StoreError */
  async introduce(file: Uint8Array): Promise<Introduced | null> {
    const record = recordIn(file);
    const found = record === null ? null : readIntroduction(record);
    if (record === null || found === null) return null;
    const name = toHex(found.key);
    await this.#keep(name, { record, confirmedAt: this.#kept.get(name)?.confirmedAt ?? null });
    return found;
  }

  /** The person typed a code. @returns whether it is this key's; only then is it confirmed */
  async confirm(party: Party, key: Uint8Array, typed: string, now: number): Promise<boolean> {
    const known = this.introduced(party, key);
    const plain = (text: string): string => text.toLowerCase().replace(/[^0-9a-z]/g, "");
    const isSame =
      known !== null && [known.code, known.words.join("")].some((code) => plain(code) === plain(typed));
    if (!isSame) return false;
    const name = toHex(key);
    await this.#keep(name, { record: this.#kept.get(name)?.record ?? null, confirmedAt: now });
    return true;
  }

  async #keep(name: string, kept: Kept): Promise<void> {
    const key = `${prefix}${name}`;
    await this.#store.commit([put(key, this.#sealer.seal(key, encodeJournal(kept)))]);
    this.#remember(name, kept);
  }

  #remember(name: string, kept: Kept): void {
    this.#kept.set(name, kept);
    const found = kept.record === null ? null : readIntroduction(kept.record);
    if (found !== null && sameBytes(found.key, hexToBytes(name))) this.#read.set(name, found);
  }
}

function groupOf(party: Party, key: Uint8Array): GroupState | null {
  for (const group of party.groups.values()) {
    const context = signingContext(party, group);
    if (context !== null && sameBytes(context.key.publicKeyPackage.xOnly, key)) return group;
  }
  return null;
}

/** A group this seat is in, or coordinates. Ready is what follows the proof of life and the comparison of the code. */
function memberOf(party: Party, key: Uint8Array): Introduced | null {
  const group = groupOf(party, key);
  const context = group === null ? null : signingContext(party, group);
  if (group === null || context === null) return null;
  const certificate = certificateCodec.decode(context.certificate);
  if (!certificate.ok) return null;
  const { roster } = group.sealed;
  const { hex, words } = fingerprintOf(roster, certificate.value);
  const alive = (group.keygen ?? group.keygenCoordinator)?.phase.tag === "ready";
  return { key, roster, code: hex, words, certificate: context.certificate, alive };
}
