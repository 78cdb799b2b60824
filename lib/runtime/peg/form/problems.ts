import { Refusal, type RefusalCode } from "../../../sbtc/refusal.ts";
import { StoreError } from "../../ports/store.ts";
import type { PegProblem, PegProblemCode } from "../../views/index.ts";
import { WalletError } from "../wallets/wallet.ts";

/** A problem of the form as an error, for the places where it stops an effect. */
export class PegProblemError extends Error {
  override readonly name = "PegProblemError";
  readonly problem: PegProblem;
  constructor(problem: PegProblem) {
    super(problem.code);
    this.problem = problem;
  }
}

/** Throws a {@link PegProblemError}. */
export function stopWith(code: PegProblemCode, rest: Omit<PegProblem, "code"> = {}): never {
  throw new PegProblemError({ code, ...rest });
}

const byRefusal: Partial<Record<RefusalCode, PegProblemCode>> = {
  amountNotANumber: "amount-not-a-number",
  amountTooPrecise: "amount-too-precise",
  amountOutOfRange: "amount-too-large",
  amountBelowDust: "amount-below-dust",
  addressInvalid: "address-invalid",
  addressWrongNetwork: "address-wrong-network",
  outputNotStandard: "address-invalid",
  principalInvalid: "principal-invalid",
  principalWrongNetwork: "principal-wrong-network",
  contractNameInvalid: "principal-invalid",
  payloadTooLong: "contract-name-long",
  insufficientFunds: "funds-short",
  feeTooHigh: "fee-too-high",
  psbtMalformed: "psbt-unreadable",
  psbtChanged: "psbt-changed",
  psbtNotSigned: "psbt-unsigned",
  signatureInvalid: "signature-invalid",
  signatureMalformed: "signature-invalid",
  signatureUnrecoverable: "signature-invalid",
  ownerMismatch: "owner-differs",
  nodeUnreachable: "node-down",
  nodeTimedOut: "node-down",
  nodeUnauthorized: "node-down",
  nodeAnswerTooLarge: "node-wrong",
  nodeAnswerMalformed: "node-wrong",
  nodeAnswerFalse: "node-wrong",
  nodeMethodMissing: "node-wrong",
  nodeRejected: "node-rejected",
};

/** What an error means for the person at the form. An error that is a fault of our own says only that it happened. */
export function problemOf(error: unknown): PegProblem {
  if (error instanceof PegProblemError) return error.problem;
  if (error instanceof WalletError) return { code: error.code, detail: error.message };
  if (error instanceof StoreError) return { code: "storage", detail: error.message };
  if (error instanceof Refusal) return { code: byRefusal[error.code] ?? "node-wrong", detail: error.message };
  return { code: "unexpected" };
}
