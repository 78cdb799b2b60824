/** What a node did with a transaction handed to it. */
export type BroadcastOutcome =
  | { readonly tag: "accepted"; readonly txid: string }
  | { readonly tag: "rejected"; readonly rejection: BroadcastRejection };

/** Why a node did not take a transaction. */
export interface BroadcastRejection {
  readonly code: RejectionCode;
  /** What may help: another nonce, a higher fee, more funds, waiting, or nothing short of another transaction. */
  readonly remedy: Remedy;
  /** The nonce, fee or balance (micro-STX) the node wanted; null where it named none. */
  readonly expected: bigint | null;
  /** The one it saw. */
  readonly actual: bigint | null;
  /** The account it is about. */
  readonly principal: string | null;
  /** The node's own words, shortened. */
  readonly message: string;
}

export type Remedy = "anotherNonce" | "higherFee" | "moreFunds" | "wait" | "rebuild";

// The reasons stacks-core documents for POST /v2/transactions, by the name on the wire.
const reasons = {
  Serialization: ["serialization", "rebuild"],
  Deserialization: ["deserialization", "rebuild"],
  SignatureValidation: ["signatureValidation", "rebuild"],
  FeeTooLow: ["feeTooLow", "higherFee"],
  BadNonce: ["badNonce", "anotherNonce"],
  ConflictingNonceInMempool: ["conflictingNonce", "higherFee"],
  TooMuchChaining: ["tooMuchChaining", "wait"],
  NotEnoughFunds: ["notEnoughFunds", "moreFunds"],
  NoSuchContract: ["noSuchContract", "rebuild"],
  NoSuchPublicFunction: ["noSuchPublicFunction", "rebuild"],
  BadFunctionArgument: ["badFunctionArgument", "rebuild"],
  ContractAlreadyExists: ["contractAlreadyExists", "rebuild"],
  PoisonMicroblocksDoNotConflict: ["poisonMicroblock", "rebuild"],
  PoisonMicroblockHasUnknownPubKeyHash: ["poisonMicroblock", "rebuild"],
  PoisonMicroblockIsInvalid: ["poisonMicroblock", "rebuild"],
  BadAddressVersionByte: ["wrongNetwork", "rebuild"],
  BadTransactionVersion: ["wrongNetwork", "rebuild"],
  NoCoinbaseViaMempool: ["notForMempool", "rebuild"],
  NoTenureChangeViaMempool: ["notForMempool", "rebuild"],
  TransferRecipientCannotEqualSender: ["recipientIsSender", "rebuild"],
  TransferAmountMustBePositive: ["amountNotPositive", "rebuild"],
  TemporarilyBlacklisted: ["temporarilyBlacklisted", "wait"],
  EstimatorError: ["serverFailure", "wait"],
  ServerFailureNoSuchChainTip: ["serverFailure", "wait"],
  ServerFailureDatabase: ["serverFailure", "wait"],
  ServerFailureOther: ["serverFailure", "wait"],
} as const satisfies Record<string, readonly [string, Remedy]>;

export type RejectionCode = (typeof reasons)[keyof typeof reasons][0] | "unknown";

/** A reason as it is written on the wire. */
export type DocumentedReason = keyof typeof reasons;

/** Every reason on the wire, for tests and for a node that must speak them. */
export const documentedReasons = Object.keys(reasons) as readonly DocumentedReason[];

/**
 * Reads the body of a refused POST /v2/transactions. Numbers are looked for in `reason_data`, where they are; a reason
 * nobody documented is `unknown`, with the node's words.
 */
export function readRejection(body: unknown): BroadcastRejection {
  const fields = asRecord(body);
  const data = asRecord(fields["reason_data"]);
  const reason = text(fields["reason"]);
  const [code, remedy] = isDocumented(reason) ? reasons[reason] : (["unknown", "rebuild"] as const);
  const words = [text(fields["error"]), reason, text(data["message"])].filter((part) => part !== null);
  return {
    code,
    remedy,
    expected: number(data["expected"]),
    actual: number(data["actual"]),
    principal: text(data["principal"]) ?? text(data["contract_identifier"]) ?? text(data["recipient"]),
    message: words.join(": ").slice(0, 300),
  };
}

function isDocumented(reason: string | null): reason is DocumentedReason {
  return reason !== null && Object.hasOwn(reasons, reason);
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** A JSON number, or 0x hex of sixteen bytes as balances come. */
function number(value: unknown): bigint | null {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  return typeof value === "string" && /^(?:0x[0-9a-f]{1,32}|\d{1,39})$/.test(value) ? BigInt(value) : null;
}
