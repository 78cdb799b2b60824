/** A number a contract refused with, by the name it has there. */
export interface ContractError {
  readonly contract: "sbtc" | "sbtc-config" | "peg-out-message" | "burn-view";
  readonly name: string;
  /** What happened, in a sentence for people. */
  readonly means: string;
}

const errors = new Map<number, ContractError>();
function add(contract: ContractError["contract"], entries: Record<number, [name: string, means: string]>) {
  for (const [code, [name, means]] of Object.entries(entries))
    errors.set(Number(code), { contract, name, means });
}

add("peg-out-message", {
  400: ["unknown-dialect", "The request names a message format other than D1 and D2."],
  401: ["amount-too-large", "The amount does not fit eight bytes."],
  402: ["bad-script", "The recipient's script is shorter than any that can be paid."],
  403: ["signature-length", "The holder's signature does not have 65 bytes."],
  404: ["high-s", "The holder's signature is in its second form, which is not accepted."],
  405: ["unrecoverable", "No key could have made the holder's signature."],
});
add("burn-view", { 500: ["not-miner", "Only the devnet itself writes down Bitcoin hashes."] });
add("sbtc-config", {
  1001: ["not-owner", "Only the contract's owner may do this."],
  1002: ["not-owner-or-coordinator", "Only the contract's owner or the coordinator may do this."],
  1003: ["not-pending-owner", "Nobody offered the contract to this account."],
  1004: ["bad-limits", "One of the limits is out of range."],
  1005: ["bad-public-key", "The key is not a compressed secp256k1 public key."],
  1006: ["unknown-signer", "There is no such seat, and it is not the next one to fill."],
  1007: ["zero-weight", "A seat holds at least one key."],
  1008: ["weight-exceeds-keys", "The seats together would hold more keys than there are."],
  1009: ["keys-out-of-range", "The number of keys contradicts seats, threshold or the maximum of 4000."],
  1010: ["parties-out-of-range", "The number of seats contradicts keys or seats already filled."],
  1011: ["threshold-out-of-range", "The threshold is zero or above the number of keys."],
  1012: ["not-last-signer", "Only the last seat can be deleted; others can be replaced."],
});
add("sbtc", {
  2001: ["not-holder", "Only the holder can send these tokens."],
  2002: ["halted", "Trading is halted."],
  2003: ["zero-amount", "The amount is zero."],
  2004: ["insufficient-balance", "The holder has less sBTC than this."],
  2005: ["self-transfer", "Sender and recipient are the same."],
  2006: ["recipient-is-contract", "The sBTC contract itself cannot receive."],
  2010: ["no-wallet", "No peg wallet is set yet."],
  2011: ["group-signature", "The group's signature does not fit this call."],
  2012: ["new-key-signature", "The new group key did not sign this change."],
  2013: ["key-used-before", "This group key was in use before; a rotation needs a new one."],
  2014: ["empty-address", "The wallet's address is empty."],
  2015: ["first-wallet-caller", "Only owner or coordinator may set the first wallet."],
  2016: ["old-key-signature-missing", "The present group key must sign the change too."],
  2020: ["txid-length", "A transaction id does not have 32 bytes."],
  2021: ["burn-block-unknown", "The contract does not know the Bitcoin block yet."],
  2022: ["burn-block-orphaned", "The Bitcoin block is no longer part of the chain."],
  2023: ["too-few-confirmations", "The Bitcoin block is too fresh."],
  2030: ["deposit-minted", "This deposit was minted already."],
  2031: ["deposit-rejected", "This deposit was rejected already."],
  2032: ["request-known", "This peg-out request was locked already."],
  2033: ["message-used", "The holder's signed message was used for another request."],
  2034: ["request-unknown", "This peg-out request was never locked."],
  2035: ["request-settled", "This peg-out request is settled already."],
  2036: ["request-refunded", "This peg-out request is refunded already."],
  2037: ["not-expired", "This peg-out request has not expired yet."],
  2040: ["below-minimum", "The amount is below the minimum."],
  2041: ["mint-cap", "The amount is above the cap for one peg-in."],
  2042: ["lock-cap", "The amount is above the cap for one peg-out."],
  2043: ["mint-window-cap", "Too much was pegged in during the present window; try again later."],
  2044: ["lock-window-cap", "Too much was pegged out during the present window; try again later."],
  2045: ["supply-cap", "There would be more sBTC than the contract allows in all."],
  2046: ["recipient-not-allowed", "The recipient is not on the allow-list."],
  2047: ["script-not-allowed", "The Bitcoin recipient is not on the allow-list."],
});

/** Every number the contracts refuse with, and what it means. */
export const contractErrors: ReadonlyMap<number, ContractError> = errors;
