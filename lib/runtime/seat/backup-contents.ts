import { z } from "zod";
import { decodeJournal, encodeJournal } from "../../rounds/core/journal.ts";
import { pegMemoryValue, readPegMemoryValue, type PegMemory } from "../peg/signer/memory-file.ts";
import { decodeSecrets, encodeSecrets, type SeatSecrets } from "./secrets.ts";

/** What is sealed inside a backup file. */
export interface BackupContents {
  readonly secrets: SeatSecrets;
  /** The journal's one record: identity's groups, shares, certificates. */
  readonly record: Uint8Array;
  /** What the seat approved for the peg, per group; empty in files of version 1. */
  readonly peg: readonly PegMemory[];
  /** The pegs this seat coordinates, by their groups. */
  readonly hosts: readonly KeptHost[];
}

/** A hosted peg's memory, as it is stored. */
export interface KeptHost {
  readonly group: string;
  readonly memory: Uint8Array;
}

/** Version 1 had secrets and record alone, and did not name itself. */
const version = 2;

export const encodeContents = ({ secrets, record, peg, hosts }: BackupContents): Uint8Array =>
  encodeJournal({
    version,
    secrets: encodeSecrets(secrets),
    record,
    peg: peg.map(pegMemoryValue),
    hosts: hosts.map(({ group, memory }) => ({ group, memory })),
  });

/**
 * Reads what a file holds, of this version or an earlier one.
 * @returns `newer` for a later version, null for what no version wrote
 * @throws JournalError, TypeError for bytes that are no record
 */
export function decodeContents(bytes: Uint8Array): BackupContents | "newer" | null {
  const value = decodeJournal(bytes);
  if (typeof value !== "object" || value === null || !("secrets" in value) || !("record" in value))
    return null;
  const { secrets, record } = value;
  const wrote = "version" in value ? value.version : 1;
  if (typeof wrote !== "number") return null;
  if (wrote > version) return "newer";
  if (!(secrets instanceof Uint8Array) || !(record instanceof Uint8Array)) return null;
  const listed: unknown = "peg" in value ? value.peg : [];
  const peg = Array.isArray(listed) ? listed.map(readPegMemoryValue) : [null];
  const hosts = hostsShape.safeParse("hosts" in value ? value.hosts : []);
  if (!peg.every((one) => one !== null) || !hosts.success) return null;
  return { secrets: decodeSecrets(secrets), record, peg, hosts: hosts.data };
}

const hostsShape = z.array(z.object({ group: z.string(), memory: z.instanceof(Uint8Array) }));
