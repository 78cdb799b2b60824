import type { SignerRefusalCode } from "../../sbtc/peg/checks/result.ts";

/** Words for one refusal of a signer's own checks. */
export interface RefusalCopy {
  /** What is wrong, without a full stop. */
  readonly what: string;
  /** What may help. */
  readonly next: string;
}

const copy = (what: string, next: string): RefusalCopy => ({ what, next });

const wait = "Nothing to do: this tab looks again by itself.";
const askCoordinator = "Do not approve it. Ask the coordinator what it was meant to be.";
const askTogether = "Do not approve it, and talk to the other members: this should not happen by accident.";
const fixSources = "Check this tab’s connection and the sources that are set for the chains.";

/** One entry per code: a code without words does not compile. */
export const refusalCopy: Readonly<Record<SignerRefusalCode, RefusalCopy>> = {
  laterCoordinator: copy(
    "Another device of this coordinator has taken over since",
    "The coordinator takes over again there, or goes on on the other device.",
  ),
  otherContract: copy("The signature would count on another contract", askTogether),
  otherChain: copy("The signature would count on another Stacks network", askCoordinator),
  otherEpoch: copy("The signature is for another key epoch of the contract", wait),
  notThePegKey: copy(
    "This group’s key is not the contract’s wallet",
    "Set the wallet first, or use the group that holds the peg.",
  ),
  foreignContract: copy("The contract’s text is not this product’s", askTogether),
  tradingHalted: copy(
    "Trading is halted on the contract",
    "It goes on once owner and coordinator lift the halt.",
  ),
  bitcoinSourceMissing: copy("Too few Bitcoin sources answered", fixSources),
  bitcoinSourcesDisagree: copy(
    "The Bitcoin sources contradict each other",
    "Wait a moment; if it stays, replace the source that lies.",
  ),
  stacksSourceMissing: copy("Too few Stacks sources answered", fixSources),
  stacksSourcesDisagree: copy(
    "The Stacks sources contradict each other",
    "Wait a moment; if it stays, replace the source that lies.",
  ),
  notSynced: copy("This tab has not read the Bitcoin headers yet", wait),
  transactionUnknown: copy("No source knows a transaction it is about", wait),
  notConfirmed: copy("It is not buried deep enough yet", wait),
  proofForged: copy("The proof that it is on Bitcoin does not hold", askTogether),
  blockMismatch: copy(
    "It names another Bitcoin block than the one that holds it",
    "The chain may have turned; the coordinator proposes it again.",
  ),
  notAPegIn: copy("The transaction is no peg-in that can be read", "It can only be rejected and returned."),
  depositElsewhere: copy("The payment did not go to this peg", askTogether),
  depositNotSwept: copy("The deposit is not in the peg’s wallet yet", wait),
  depositAlreadyMinted: copy("This deposit was minted for already", askTogether),
  depositAlreadyRejected: copy("This deposit was rejected, which is final", "It can only be returned."),
  depositNotRejected: copy("The contract has not rejected this deposit", wait),
  reclaimUnknown: copy("Nobody can tell when its depositor can take it back", askCoordinator),
  reclaimTooNear: copy(
    "Its depositor can take it back too soon",
    "It is not swept any more: the depositor takes it back after the lock.",
  ),
  depositIsGood: copy("Nothing keeps this deposit from being minted", askCoordinator),
  rejectReasonFalse: copy("The reason given for the rejection is not the true one", askCoordinator),
  returnUnproven: copy(
    "Nobody proved that it goes back to its depositor",
    "The depositor can sign for the address it shall go to.",
  ),
  notARequest: copy("The transaction is no peg-out request", askTogether),
  ownerSignatureWrong: copy(
    "The owner’s signature does not fit the request",
    "Whoever made the request has to sign it again.",
  ),
  ownerBalanceTooLow: copy(
    "Whom the signature names has too little sBTC",
    "The owner may have signed with another account, or spent it since.",
  ),
  requestFeeSpent: copy("The request’s fee output is spent already", askCoordinator),
  requestAlreadyLocked: copy("The contract knows this request already", wait),
  signatureReplayed: copy("The same signed message was used for another request", askTogether),
  notLocked: copy("The contract has not locked the sBTC for it", wait),
  alreadySettled: copy("The contract has burnt its sBTC already", askTogether),
  alreadyRefunded: copy("The contract has given its sBTC back already", askTogether),
  requestExpired: copy(
    "The request has expired, or is about to",
    "It will be cancelled, and its sBTC given back.",
  ),
  notExpired: copy("The request has not expired yet", wait),
  payoutIsNoFulfilment: copy("The transaction named did not pay this request", askTogether),
  cancelIsNoCancel: copy("The transaction named did not cancel this request", askTogether),
  wrongAmount: copy("The amount is not the one asked for", askTogether),
  wrongRecipient: copy("It pays somebody else", askTogether),
  paysCoordinator: copy("It pays the coordinator instead of the recipient", askTogether),
  recipientNotAllowed: copy(
    "The recipient is not on the contract’s allow-list",
    "The contract’s owner can add them; a deposit is returned.",
  ),
  belowMinimum: copy("The amount is below the minimum", "A deposit is returned; a request has to be larger."),
  aboveCap: copy(
    "The amount is above the cap for one operation",
    "A deposit is returned; a request has to be smaller.",
  ),
  aboveWindowCap: copy(
    "Too much moved within the present window",
    "It goes on when older operations leave the window.",
  ),
  aboveSupplyCap: copy(
    "There would be more sBTC than the contract allows",
    "The contract’s owner sets the cap.",
  ),
  notBacked: copy(
    "The peg would hold less bitcoin than there is sBTC",
    "Nothing is minted or paid until the peg is backed again.",
  ),
  wrongFirstInput: copy("It does not spend the output it has to", askCoordinator),
  foreignInput: copy("It spends a coin that has no place in it", askCoordinator),
  unknownCoin: copy("It spends a coin this tab does not know", wait),
  coinMismatch: copy("A coin is worth something else than it says", askTogether),
  notReplaceable: copy("Its fee could not be raised later", askCoordinator),
  wrongDataOutput: copy("Its data output does not say what it is", askCoordinator),
  extraOutput: copy("An output has no place in it", askTogether),
  stolenChange: copy("The peg’s change would go somewhere else", askTogether),
  pegPaysFee: copy("The peg would pay for it", askTogether),
  coinIsPromised: copy("A coin in it belongs to a deposit or a request", wait),
  feeOutOfRange: copy("The miner’s fee is out of range", askCoordinator),
  depositFeeTooHigh: copy(
    "A depositor would pay more fee than allowed",
    "The coordinator can wait for lower fees, or leave it out.",
  ),
  secondFulfilment: copy("This request was served already", askTogether),
  conflictsWithEarlier: copy("This tab approved something that must not be beside it", askTogether),
  replacementRefused: copy("It does not properly replace what was approved before", askCoordinator),
  payoutsInFlight: copy("A payment approved here is not confirmed yet", wait),
  secondHandOff: copy("This tab approved another successor already", askTogether),
  wrongPegAddress: copy("The address is not that of the new key", askTogether),
  otherRoster: copy(
    "The contract has registered another group than this one",
    "The coordinator has to register exactly these seats, weights and threshold first.",
  ),
  successorUnknown: copy(
    "Nobody is known to have made the new key",
    "Join the next group’s key generation in this browser, or ask who made it.",
  ),
  successorNotAlive: copy(
    "Not every share of the next group was seen to work",
    "The next group has to finish its proof first.",
  ),
  successorNotYours: copy("You know nobody in the next group", askTogether),
  successorNotConfirmed: copy(
    "You have not confirmed the next group",
    "Compare its names and code with its members, then confirm it.",
  ),
  handOffNotAnnounced: copy(
    "The contract does not name the next group yet",
    "Its wallet has to be set to the next group first.",
  ),
  wrongCycle: copy("The hand-off names another cycle", askCoordinator),
  coinsLeftBehind: copy("Coins of the peg would stay behind", askCoordinator),
  belowSupply: copy("Less would be handed over than there is sBTC", askCoordinator),
};

/** What a code means, for people; null for a text that is no code of a signer. A number may stand behind it. */
export function refusalWords(reason: string): RefusalCopy | null {
  const code = reason.replace(/ \d+$/, "");
  return Object.hasOwn(refusalCopy, code) ? refusalCopy[code as SignerRefusalCode] : null;
}
