import { z } from "../chains/zod.ts";
import { quote } from "../../sbtc/bytes.ts";
import { refuse } from "../../sbtc/refusal.ts";

// The shapes of stacks-core's RPC and of the Stacks API, as far as they are read here (spec/sbtc.md §2.2).

const hash64 = z.string().regex(/^(?:0x)?[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();
const bigHex = z.string().regex(/^0x[0-9a-f]{1,32}$/);

export const infoAnswer = z.object({
  network_id: count,
  burn_block_height: count,
  stacks_tip_height: count,
  stacks_tip: hash64,
  server_version: z.string(),
  is_fully_synced: z.boolean().optional(),
});
export const accountAnswer = z.object({
  balance: bigHex,
  locked: bigHex,
  unlock_height: count,
  nonce: count,
});
export const noncesAnswer = z.object({
  possible_next_nonce: count,
  detected_missing_nonces: z.array(count).default([]),
});
export const feesAnswer = z.object({
  estimations: z.array(z.object({ fee: z.number().nonnegative() })).min(3),
});
export const transferFeeAnswer = z.number().nonnegative();
export const txidAnswer = hash64;
export const readOnlyAnswer = z.union([
  z.object({ okay: z.literal(true), result: z.string() }),
  z.object({ okay: z.literal(false), cause: z.string() }),
]);
export const sourceAnswer = z.object({ source: z.string(), publish_height: count });
export const transactionAnswer = z.object({
  tx_status: z.string(),
  block_height: count.optional(),
  burn_block_height: count.optional(),
  canonical: z.boolean().optional(),
  tx_result: z.object({ hex: z.string() }).optional(),
});
export const eventsAnswer = z.object({
  results: z.array(
    z.object({
      tx_id: hash64,
      event_index: count,
      contract_log: z
        .object({ contract_id: z.string(), topic: z.string(), value: z.object({ hex: z.string() }) })
        .optional(),
    }),
  ),
});

/**
 * Reads a JSON body of the given shape.
 * @throws Refusal `nodeAnswerMalformed`
 */
export function readAnswer<T>(shape: z.ZodType<T>, body: string): T {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return refuse("nodeAnswerMalformed", `not JSON: ${quote(body)}`);
  }
  const parsed = shape.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return refuse(
    "nodeAnswerMalformed",
    `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""} in ${quote(body)}`,
  );
}
