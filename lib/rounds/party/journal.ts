import { decodeJournal, encodeJournal, JournalError, type JournalValue } from "../core/journal.ts";
import type { Fact, SecretRecord } from "../core/machine.ts";
import type { PartyId } from "../core/names.ts";
import type { Sent, Stored } from "./state.ts";

/** What one step changed, all of it or nothing. */
export interface StepRecord {
  readonly facts: readonly Stored[];
  /** New frames of the outbox by slot. */
  readonly sent: readonly (Sent & { readonly slot: string })[];
  /** Prefixes of slots that were dropped, before `sent` was added. */
  readonly forgotten: readonly string[];
  /** Everything before this record is replaced by it. */
  readonly replaces: boolean;
}

export const encodeRecord = ({ facts, sent, forgotten, replaces }: StepRecord): SecretRecord =>
  encodeJournal({
    facts: facts.map(({ machine, fact }) => ({ machine, fact })),
    sent: sent.map(({ slot, to, frame }) => ({ slot, to, frame })),
    forgotten,
    replaces,
  }) as SecretRecord;

/** @throws JournalError where the bytes are no record of this version */
export function decodeRecord(bytes: Uint8Array): StepRecord {
  const value = fieldsOf(decodeJournal(bytes));
  return {
    facts: listOf(value["facts"]).map((entry) => {
      const { machine, fact } = fieldsOf(entry);
      const fields = fieldsOf(fact);
      return { machine: textOf(machine), fact: { ...fields, tag: textOf(fields["tag"]) } satisfies Fact };
    }),
    sent: listOf(value["sent"]).map((entry) => {
      const { slot, to, frame } = fieldsOf(entry);
      if (!(frame instanceof Uint8Array)) throw new JournalError("a frame in the journal is no bytes");
      return { slot: textOf(slot), to: textOf(to) as PartyId, frame };
    }),
    forgotten: listOf(value["forgotten"]).map(textOf),
    replaces: value["replaces"] === true,
  };
}

function fieldsOf(value: JournalValue | undefined): Readonly<Record<string, JournalValue>> {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array || isList(value)) {
    throw new JournalError("a record lacks its fields");
  }
  return value;
}

function listOf(value: JournalValue | undefined): readonly JournalValue[] {
  if (!isList(value)) throw new JournalError("a record lacks a list");
  return value;
}

const isList = (value: JournalValue | undefined): value is readonly JournalValue[] => Array.isArray(value);

function textOf(value: JournalValue | undefined): string {
  if (typeof value !== "string") throw new JournalError("a record lacks a name");
  return value;
}
