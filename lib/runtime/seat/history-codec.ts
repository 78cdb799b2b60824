import { z } from "zod";
import type { Hash, PartyId } from "../../rounds/core/names.ts";
import type { RequestRecord, SeatRecord, SessionRecord } from "./history.ts";

const time = z.number().nonnegative();
const name = z.custom<PartyId>((value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value));
const hash = z.custom<Hash>((value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value));

const seatSchema = z.object({
  approvedAt: time.exactOptional(),
  refusedAt: time.exactOptional(),
  reason: z.string().max(1_000).exactOptional(),
  lostAt: time.exactOptional(),
  shareAt: time.exactOptional(),
  wrongAt: time.exactOptional(),
}) satisfies z.ZodType<SeatRecord>;

const sessionSchema = z.object({
  number: z.int().positive(),
  at: time,
  members: z.array(name),
  packageHash: hash,
  r: z.string().regex(/^[0-9a-f]{64}$/),
}) satisfies z.ZodType<SessionRecord>;

const recordSchema = z.object({
  askedAt: time,
  endedAt: time.exactOptional(),
  signed: z.boolean().exactOptional(),
  seats: z.array(z.tuple([name, seatSchema])),
  sessions: z.array(sessionSchema),
  signedBy: z.array(name).exactOptional(),
  ahead: z.boolean().exactOptional(),
});

const historySchema = z.array(z.tuple([hash, recordSchema]));

export function encodeHistory(requests: ReadonlyMap<Hash, RequestRecord>): Uint8Array {
  const plain = [...requests].map(([digest, record]) => [digest, { ...record, seats: [...record.seats] }]);
  return new TextEncoder().encode(JSON.stringify(plain));
}

/** Reads what `encodeHistory` wrote. Never throws: a history that cannot be read is an empty one. */
export function decodeHistory(bytes: Uint8Array): Map<Hash, RequestRecord> {
  try {
    const read = historySchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    if (!read.success) return new Map();
    return new Map(
      read.data.map(([digest, record]) => [digest, { ...record, seats: new Map(record.seats) }]),
    );
  } catch {
    return new Map();
  }
}
