/** Why a set of bytes, a transaction, a proof or an answer was not accepted. One code, one cause. */
export type RefusalCode =
  // what a user typed
  | "amountNotANumber"
  | "amountTooPrecise"
  | "amountOutOfRange"
  | "addressInvalid"
  | "addressWrongNetwork"
  | "principalInvalid"
  | "principalWrongNetwork"
  | "contractNameInvalid"
  | "hexInvalid"
  | "txidInvalid"
  // the bytes of a transaction, block or proof
  | "transactionMalformed"
  | "blockMalformed"
  | "merkleRootMismatch"
  // the data output of an operation
  | "dataOutputMissing"
  | "dataOutputHasValue"
  | "dataOutputNotOnePush"
  | "dataPushNotMinimal"
  | "dataTooLong"
  | "magicMismatch"
  | "opcodeUnknown"
  | "opcodeMismatch"
  | "payloadTooShort"
  | "payloadTooLong"
  | "principalTypeUnknown"
  | "dialectUnsupported"
  | "outputMissing"
  | "outputNotStandard"
  | "outputUnexpected"
  | "notPegWallet"
  | "pegWalletExpired"
  | "amountZero"
  | "amountBelowDust"
  | "amountMismatch"
  | "feeZero"
  | "feeBelowDust"
  | "inputNotRequest"
  | "recipientMismatch"
  // scripts and witnesses
  | "scriptMalformed"
  | "scriptUnsupported"
  | "pushNotMinimal"
  | "lockTimeInvalid"
  | "controlBlockInvalid"
  | "commitmentMismatch"
  | "publicKeyInvalid"
  // signatures
  | "signatureMalformed"
  | "signatureHighS"
  | "signatureRecoveryIdInvalid"
  | "signatureUnrecoverable"
  | "signatureInvalid"
  | "ownerMismatch"
  | "proofMalformed"
  | "sighashTypeUnsupported"
  | "witnessMissing"
  | "lockTimeNotReached"
  | "sequenceLockNotReached"
  // building transactions
  | "insufficientFunds"
  | "inputRepeated"
  | "inputUnexpected"
  | "changeBelowDust"
  | "feeTooLow"
  | "feeTooHigh"
  | "feeWalletRequired"
  | "feeWalletIsPeg"
  | "replacementNotConflicting"
  | "replacementFeeTooLow"
  | "replacementChangesPayment"
  | "unconfirmedChainTooLong"
  | "reclaimTooEarly"
  | "psbtMalformed"
  | "psbtChanged"
  | "psbtNotSigned"
  | "transactionTooLarge"
  // headers and inclusion
  | "headerMalformed"
  | "headerOrphan"
  | "headerBitsInvalid"
  | "headerBitsWrong"
  | "headerWorkMissing"
  | "headerTimeTooOld"
  | "headerTimeTooNew"
  | "headerPinMismatch"
  | "chainNotAtPin"
  | "proofTooDeep"
  | "proofPositionOutOfRange"
  | "proofDepthMismatch"
  | "proofRootMismatch"
  | "transactionIs64Bytes"
  | "blockUnknown"
  | "blockNotBest"
  | "notEnoughConfirmations"
  // the ledger of the peg
  | "blockNotNext"
  | "blockNotTip"
  // nodes
  | "nodeUnreachable"
  | "nodeTimedOut"
  | "nodeAnswerMalformed"
  | "nodeAnswerTooLarge"
  | "nodeAnswerFalse"
  | "nodeNotFound"
  | "nodeRejected"
  | "nodeMethodMissing"
  | "nodeUnauthorized"
  | "sourcesDisagree"
  | "sourceMissing"
  | "sourceStale";

/**
 * The one error of this layer for input that came from outside: a user, a peer, a node or a chain.
 * `code` is for programs and for the table of texts shown to people; `message` names the value and the reason.
 */
export class Refusal extends Error {
  readonly code: RefusalCode;
  constructor(code: RefusalCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "Refusal";
    this.code = code;
  }
}

/** Throws a {@link Refusal}. */
export function refuse(code: RefusalCode, message: string): never {
  throw new Refusal(code, message);
}

/** A value, or the refusal that stands in its place. */
export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

/** Runs `f` and turns a thrown {@link Refusal} into a value. Any other error is ours and keeps flying. */
export function attempt<T>(f: () => T): Outcome<T> {
  try {
    return { ok: true, value: f() };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, refusal: error };
    throw error;
  }
}
