import { Refusal, type RefusalCode } from "../../refusal.ts";

/** Why a signer does not sign. One code, one cause; `refusalCopy` of lib/runtime has the words for each. */
export type SignerRefusalCode =
  // who asks
  | "laterCoordinator"
  // whom and what the signature would be for
  | "otherContract"
  | "otherChain"
  | "otherEpoch"
  | "notThePegKey"
  | "foreignContract"
  | "tradingHalted"
  // where the answers come from
  | "bitcoinSourceMissing"
  | "bitcoinSourcesDisagree"
  | "stacksSourceMissing"
  | "stacksSourcesDisagree"
  | "notSynced"
  // what a transaction on Bitcoin proves
  | "transactionUnknown"
  | "notConfirmed"
  | "proofForged"
  | "blockMismatch"
  // deposits
  | "notAPegIn"
  | "depositElsewhere"
  | "depositNotSwept"
  | "depositAlreadyMinted"
  | "depositAlreadyRejected"
  | "depositNotRejected"
  | "depositIsGood"
  | "reclaimUnknown"
  | "reclaimTooNear"
  | "rejectReasonFalse"
  | "returnUnproven"
  // peg-out requests
  | "notARequest"
  | "ownerSignatureWrong"
  | "ownerBalanceTooLow"
  | "requestFeeSpent"
  | "requestAlreadyLocked"
  | "signatureReplayed"
  | "notLocked"
  | "alreadySettled"
  | "alreadyRefunded"
  | "requestExpired"
  | "notExpired"
  | "payoutIsNoFulfilment"
  | "cancelIsNoCancel"
  // amounts, recipients, limits
  | "wrongAmount"
  | "wrongRecipient"
  | "paysCoordinator"
  | "recipientNotAllowed"
  | "belowMinimum"
  | "aboveCap"
  | "aboveWindowCap"
  | "aboveSupplyCap"
  | "notBacked"
  // the transaction itself
  | "wrongFirstInput"
  | "foreignInput"
  | "unknownCoin"
  | "coinMismatch"
  | "notReplaceable"
  | "wrongDataOutput"
  | "extraOutput"
  | "stolenChange"
  | "pegPaysFee"
  | "feeOutOfRange"
  | "coinIsPromised"
  | "depositFeeTooHigh"
  // what this seat signed before
  | "secondFulfilment"
  | "conflictsWithEarlier"
  | "replacementRefused"
  | "payoutsInFlight"
  | "secondHandOff"
  // the next group
  | "wrongPegAddress"
  | "otherRoster"
  | "successorUnknown"
  | "successorNotAlive"
  | "successorNotYours"
  | "successorNotConfirmed"
  | "handOffNotAnnounced"
  | "wrongCycle"
  | "coinsLeftBehind"
  | "belowSupply";

/** A check, by the name the specification gives it or, where it gives none, ours. */
export type CheckId =
  | "coordinator"
  | "sources"
  | "contract"
  | "wallet"
  | "trading"
  | "M1"
  | "M2"
  | "M3"
  | "M4"
  | "M5"
  | "R1"
  | "L1"
  | "S1"
  | "W1"
  | "G1"
  | "C1"
  | "D1"
  | "D2"
  | "D3"
  | "V1"
  | "F1"
  | "F2"
  | "F3"
  | "F4"
  | "F5"
  | "F6"
  | "F7"
  | "F8"
  | "F9"
  | "F10"
  | "H1"
  | "H2"
  | "H3"
  | "H4"
  | "H5"
  | "H6"
  | "J1"
  | "J2";

/** What each check looks at, as its heading on the card. */
export const checkTitles: Readonly<Record<CheckId, string>> = {
  coordinator: "The device that coordinates now asks",
  sources: "Independent sources agree",
  contract: "It is the contract of this peg",
  wallet: "This group’s key is the peg’s key",
  trading: "Trading is not halted",
  M1: "The deposit is confirmed on Bitcoin",
  M2: "The deposit pays this peg",
  M3: "Amount and recipient are the deposit’s",
  M4: "The deposit was not used before",
  M5: "Bitcoin held by the peg covers all sBTC",
  R1: "The deposit has to be rejected",
  L1: "The lock says what the request says",
  S1: "Bitcoin says how the request ended",
  W1: "The new wallet’s address belongs to its key",
  G1: "The contract has registered this group",
  C1: "The request has expired",
  D1: "The deposit is rejected for good",
  D2: "It goes back to its depositor",
  D3: "Its depositor cannot take it back meanwhile",
  V1: "The transaction moves coins of the peg only where it must",
  F1: "The request is confirmed on Bitcoin",
  F2: "The owner of the sBTC signed it",
  F3: "Its fee output is there and unspent",
  F4: "It was never served before",
  F5: "The sBTC is locked for exactly this",
  F6: "It spends the request and known coins alone",
  F7: "It pays the recipient exactly",
  F8: "The peg pays no fee",
  F9: "Limits and allow-list permit it",
  F10: "It can only replace what was signed earlier",
  H1: "The next group made its key together",
  H2: "The contract knows the next group",
  H3: "All coins go to the next group",
  H4: "Nothing is lost on the way",
  H5: "No payment is under way",
  H6: "No other hand-off was signed",
  J1: "Nobody has a claim on one of the coins",
  J2: "No payment needs one of the coins",
};

/** How one check came out. */
export type Check =
  | { readonly id: CheckId; readonly state: "passed"; readonly says: string }
  /** Not wrong, and not for a policy to decide: a person must look. */
  | { readonly id: CheckId; readonly state: "asks"; readonly says: string }
  | {
      readonly id: CheckId;
      readonly state: "refused";
      readonly code: SignerRefusalCode;
      readonly says: string;
      /** True where time or a source may change it: asking again can help. */
      readonly mayPass: boolean;
    }
  /** Could not be looked at, since a check it builds on was refused. */
  | { readonly id: CheckId; readonly state: "skipped" };

/** Codes that a later look may lift: what is missing can still come. */
const passing: ReadonlySet<SignerRefusalCode> = new Set([
  "tradingHalted",
  "bitcoinSourceMissing",
  "bitcoinSourcesDisagree",
  "stacksSourceMissing",
  "stacksSourcesDisagree",
  "notSynced",
  "transactionUnknown",
  "notConfirmed",
  "proofForged",
  "blockMismatch",
  "unknownCoin",
  "depositNotSwept",
  "depositNotRejected",
  "notLocked",
  "notExpired",
  "ownerBalanceTooLow",
  "otherEpoch",
  "notThePegKey",
  "aboveWindowCap",
  "notBacked",
  "payoutsInFlight",
  "coinIsPromised",
  "otherRoster",
  "successorUnknown",
  "successorNotAlive",
  "successorNotConfirmed",
  "handOffNotAnnounced",
]);

/** Thrown inside a check, never out of this folder. */
class Refused extends Error {
  readonly code: SignerRefusalCode;
  constructor(code: SignerRefusalCode, says: string) {
    super(says);
    this.code = code;
  }
}

/** Ends the check that is running. */
export function refuseTo(code: SignerRefusalCode, says: string): never {
  throw new Refused(code, says);
}

/** What a check found: a sentence for the card, and a value for those after it. */
interface Found<T> {
  readonly says: string;
  readonly value: T;
  /** A person must look, whatever a policy says. */
  readonly asks?: boolean;
}

/** The results of one proposal's checks, in the order they were made. */
export class CheckBook {
  readonly #checks: Check[] = [];
  get checks(): readonly Check[] {
    return this.#checks;
  }

  /** Makes a check. @returns what it found, or null where it was refused */
  find<T>(id: CheckId, look: () => Found<T>): T | null {
    try {
      const { says, value, asks } = look();
      this.#checks.push({ id, state: asks === true ? "asks" : "passed", says });
      return value;
    } catch (error) {
      const { code, message } =
        error instanceof Refusal
          ? { code: codeOf(error.code), message: error.message }
          : error instanceof Refused
            ? error
            : unexpected(error);
      this.#checks.push({ id, state: "refused", code, says: sentence(message), mayPass: passing.has(code) });
      return null;
    }
  }

  /** Makes a check that leaves nothing for others. */
  check(id: CheckId, look: () => string): void {
    this.find(id, () => ({ says: look(), value: true }));
  }

  /** Notes checks that cannot be made. */
  skip(...ids: readonly CheckId[]): void {
    for (const id of ids) this.#checks.push({ id, state: "skipped" });
  }
}

function unexpected(error: unknown): never {
  throw error;
}

const sentence = (text: string): string => {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
};

/** What a refusal of the layer's own readers means to a signer. */
function codeOf(code: RefusalCode): SignerRefusalCode {
  return causes.get(code) ?? "proofForged";
}

const causes: ReadonlyMap<RefusalCode, SignerRefusalCode> = new Map([
  ["sourceMissing", "bitcoinSourceMissing"],
  ["sourceStale", "bitcoinSourceMissing"],
  ["nodeUnreachable", "bitcoinSourceMissing"],
  ["nodeTimedOut", "bitcoinSourceMissing"],
  ["nodeAnswerMalformed", "bitcoinSourceMissing"],
  ["nodeAnswerTooLarge", "bitcoinSourceMissing"],
  ["nodeMethodMissing", "bitcoinSourceMissing"],
  ["nodeUnauthorized", "bitcoinSourceMissing"],
  ["nodeRejected", "bitcoinSourceMissing"],
  ["sourcesDisagree", "bitcoinSourcesDisagree"],
  ["nodeNotFound", "transactionUnknown"],
  ["chainNotAtPin", "notSynced"],
  ["blockUnknown", "notConfirmed"],
  ["blockNotBest", "notConfirmed"],
  ["notEnoughConfirmations", "notConfirmed"],
  ["notPegWallet", "depositElsewhere"],
  ["pegWalletExpired", "depositElsewhere"],
  ["ownerMismatch", "ownerSignatureWrong"],
  ["signatureMalformed", "ownerSignatureWrong"],
  ["signatureHighS", "ownerSignatureWrong"],
  ["signatureRecoveryIdInvalid", "ownerSignatureWrong"],
  ["signatureUnrecoverable", "ownerSignatureWrong"],
  ["inputNotRequest", "wrongFirstInput"],
  ["recipientMismatch", "wrongRecipient"],
  ["amountMismatch", "wrongAmount"],
  ["replacementNotConflicting", "replacementRefused"],
  ["replacementChangesPayment", "replacementRefused"],
  ["replacementFeeTooLow", "replacementRefused"],
  ["dataOutputMissing", "wrongDataOutput"],
  ["dataOutputHasValue", "wrongDataOutput"],
  ["dataOutputNotOnePush", "wrongDataOutput"],
  ["dataPushNotMinimal", "wrongDataOutput"],
  ["dataTooLong", "wrongDataOutput"],
  ["magicMismatch", "wrongDataOutput"],
  ["opcodeUnknown", "wrongDataOutput"],
  ["opcodeMismatch", "wrongDataOutput"],
  ["payloadTooShort", "wrongDataOutput"],
  ["payloadTooLong", "wrongDataOutput"],
  ["signatureInvalid", "returnUnproven"],
  ["proofMalformed", "returnUnproven"],
]);
