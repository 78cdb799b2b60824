import { contractErrors } from "../../contract/errors.ts";
import { held, type HoldCode, type PegRecord } from "../queue/record.ts";
import type { SignedAction } from "../queue/states.ts";
import { callKey, callOf } from "./actions.ts";
import { still, waits, type Advanced, type Facts } from "./facts.ts";

/** First pause after something was refused, milliseconds. */
export const firstPause = 15_000;

// What the contract refuses for now is a wait, not a fault: the numbers are those of contract/errors.ts.
const holdOfError = new Map<number, HoldCode>([
  [2002, "halted"],
  [2004, "balanceTooLow"],
  [2033, "messageUsed"],
  [2043, "windowFull"],
  [2044, "windowFull"],
  [2045, "supplyFull"],
  [2046, "recipientNotAllowed"],
  [2047, "scriptNotAllowed"],
]);

/**
 * Sees to it that a signed action reaches the contract: asks for the call until the contract shows its effect, and waits
 * with growing pauses where it was refused.
 */
export function deliver<R extends PegRecord>(
  record: R,
  signed: SignedAction,
  parties: { readonly owner: string; readonly amount: bigint },
  facts: Facts,
): Advanced<R> {
  const key = callKey(record.id, signed);
  const want = { tag: "call", key, call: callOf(facts.terms, signed, parties) } as const;
  const status = facts.calls.get(key);
  switch (status?.tag) {
    case undefined:
    case "waiting":
    case "done":
      return still(record, want);
    case "failed": {
      if (waits(record, facts.now)) return still(record);
      const known = status.code === null ? undefined : contractErrors.get(status.code);
      const code = (status.code === null ? undefined : holdOfError.get(status.code)) ?? "contractRefused";
      const next = held(record, code, known?.means ?? status.reason, facts.now, firstPause);
      // The first refusal only starts the pause; after each pause the call is sent once more.
      return record.hold?.code === code ? still(next, want) : still(next);
    }
    case "stuck":
      return still(held(record, status.code, status.reason, facts.now, null), want);
  }
}
