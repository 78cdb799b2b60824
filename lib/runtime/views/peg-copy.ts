import type { PegProblem, PegProblemCode } from "./peg-form.ts";
import type { PegStopCode } from "./peg-status.ts";

/** What a person is told: what is the matter, and what to do. */
export interface PegCopy {
  readonly what: string;
  readonly next: string;
}

/** One entry per code: a code without words does not compile. */
export const pegProblemCopy: Readonly<Record<PegProblemCode, PegCopy>> = {
  "amount-empty": { what: "No amount yet", next: "Write how much, in BTC." },
  "amount-not-a-number": {
    what: "This is not an amount",
    next: "Write digits with a point, such as 0.025, and no thousands separators.",
  },
  "amount-too-precise": {
    what: "This is finer than a satoshi",
    next: "Use at most eight digits after the point.",
  },
  "amount-too-large": { what: "There are not that many bitcoin", next: "Write a smaller amount." },
  "amount-below-minimum": {
    what: "This is below the least the peg takes",
    next: "Write at least the amount named here.",
  },
  "amount-above-cap": {
    what: "This is more than one request may have",
    next: "Write less, or split it over several requests.",
  },
  "amount-above-window": {
    what: "The peg has taken almost all it may for now",
    next: "Write at most the amount named here, or come back when the window has moved on.",
  },
  "amount-above-supply": {
    what: "There would be more sBTC than the contract allows",
    next: "Write at most the amount named here, or wait until others have pegged out.",
  },
  "amount-above-balance": {
    what: "The account has less than this",
    next: "Write at most what it has, or connect the account that has more.",
  },
  "amount-below-dust": {
    what: "Bitcoin nodes do not relay so little to this kind of address",
    next: "Write at least the amount named here.",
  },
  "principal-invalid": {
    what: "This is not a Stacks address",
    next: "Copy it from the wallet again; it starts with S and has no spaces.",
  },
  "principal-wrong-network": {
    what: "This Stacks address belongs to another network",
    next: "Use an address that starts with ST on test networks and with SP on mainnet.",
  },
  "principal-not-allowed": {
    what: "This account is not on the alpha’s list",
    next: "Ask the coordinator to add it; nothing was sent.",
  },
  "principal-is-peg": {
    what: "This is the sBTC contract itself, which cannot receive",
    next: "Write the account that shall have the sBTC.",
  },
  "contract-name-long": {
    what: "A deposit address cannot carry a contract name this long",
    next: "Send to an account, or choose the direct payment.",
  },
  "address-invalid": {
    what: "This is not a Bitcoin address",
    next: "Copy it from the wallet again, all of it.",
  },
  "address-wrong-network": {
    what: "This Bitcoin address belongs to another network",
    next: "Use an address of the network this page names at the top.",
  },
  "address-not-allowed": {
    what: "This address is not on the alpha’s list",
    next: "Ask the coordinator to add it; nothing was sent.",
  },
  "address-is-peg": {
    what: "This is the peg’s own address",
    next: "Write an address of your own.",
  },
  "message-used": {
    what: "You asked for this amount at this address before",
    next: "Each signed message counts once, so that nobody can use it again. Take another address, or one satoshi more or less.",
  },
  "owner-differs": {
    what: "Another account signed than the one that is connected",
    next: "Switch the wallet to the account that holds the sBTC, or connect that one. Nothing was sent.",
  },
  "signature-invalid": {
    what: "The wallet’s signature does not fit",
    next: "Sign once more; if it stays so, use another wallet. Nothing was sent.",
  },
  halted: {
    what: "The peg is halted just now",
    next: "Nothing is minted or paid until its owner lifts the halt. Come back later.",
  },
  "no-wallet-yet": {
    what: "This peg has no wallet yet",
    next: "The group has to make its key and announce it first.",
  },
  "wallet-differs": {
    what: "The contract names a wallet that is not its key’s",
    next: "Pay nothing, and tell the coordinator: the address would not be the group’s.",
  },
  "contract-foreign": {
    what: "This is not the contract this page was written for",
    next: "Pay nothing. Ask the coordinator for the right link.",
  },
  "contract-missing": {
    what: "There is no such contract on this network",
    next: "Check the link, and the network named at the top.",
  },
  "contract-name": {
    what: "This names no peg",
    next: "Paste the link from your coordinator, or the contract’s name, which ends in .sbtc.",
  },
  "funds-short": {
    what: "Your Bitcoin address does not hold enough",
    next: "Send it what is missing, from this code or any wallet; the page sees it by itself.",
  },
  "fee-too-high": {
    what: "The fee would be higher than any that makes sense",
    next: "Wait until fees have come down, and build it anew.",
  },
  "psbt-changed": {
    what: "The wallet signed another transaction than it was given",
    next: "Nothing was sent. Do not use this wallet here.",
  },
  "psbt-unsigned": {
    what: "Not every input is signed",
    next: "Sign it with the wallet that holds the address it pays from.",
  },
  "psbt-unreadable": {
    what: "This is no signed transaction file",
    next: "Choose the .psbt file that your wallet saved.",
  },
  "wallet-missing": {
    what: "The wallet is not in this browser any more",
    next: "Switch its extension on, reload, and connect again.",
  },
  "wallet-cancelled": {
    what: "You said no in the wallet",
    next: "Try again when you like; nothing was sent.",
  },
  "wallet-network": {
    what: "The wallet is set to another network",
    next: "Change its network to the one named at the top, and connect again.",
  },
  "wallet-address": {
    what: "The wallet did not give an address that can be used here",
    next: "Connect an account with a Stacks and a native SegWit, nested SegWit or Taproot address.",
  },
  "wallet-method": {
    what: "The wallet cannot do this",
    next: "Update it, or use another. The transaction file works with any wallet.",
  },
  "wallet-failed": { what: "The wallet reported an error", next: "Try again; nothing was sent." },
  "node-down": {
    what: "A source cannot be reached",
    next: "It is asked again by itself. What you wrote is kept.",
  },
  "node-wrong": {
    what: "A source answered something that cannot be right",
    next: "Nothing was done with it. Try again, or tell the coordinator.",
  },
  "node-rejected": {
    what: "The network did not take it",
    next: "Its own words are below. Nothing was spent; build it anew.",
  },
  "sources-missing": {
    what: "This site names no chains to ask",
    next: "Its operator has to set a Bitcoin and a Stacks source.",
  },
  storage: {
    what: "The browser could not keep this page’s notes",
    next: "Free some space or leave the private window; nothing was sent that is not on the chain.",
  },
  unexpected: {
    what: "Something went wrong in this page",
    next: "Reload it. What was sent is on the chain and found by its link.",
  },
};

/** A problem in one line below a field. */
export const pegProblemLine = ({ code }: Pick<PegProblem, "code">): string => {
  const { what, next } = pegProblemCopy[code];
  return `${what}. ${next}`;
};

/** Why a request stands still or has ended otherwise than asked. */
export const pegStopCopy: Readonly<Record<PegStopCode, PegCopy>> = {
  "not-found": {
    what: "No source knows this transaction yet",
    next: "If it was just sent, it appears within a minute. If not, check the link.",
  },
  "not-a-request": {
    what: "This transaction is no request to this peg",
    next: "If you made it here, tell the coordinator; the reason is below.",
  },
  "other-peg": {
    what: "This transaction pays somebody else than this peg",
    next: "Check the link. If you made it here, tell the coordinator before you do anything.",
  },
  "old-peg": {
    what: "This pays a wallet that the group has given up",
    next: "It is not minted. Tell the coordinator: the old group can send it back.",
  },
  "below-minimum": {
    what: "The amount is below the least the peg takes",
    next: "Signers will not mint or pay it. A deposit with a way back is yours again after its lock.",
  },
  "above-cap": {
    what: "The amount is above the cap of one request",
    next: "Signers will not mint or pay it. A deposit with a way back is yours again after its lock.",
  },
  "window-full": {
    what: "The peg has taken all it may for now",
    next: "It goes on by itself once older requests have left the window.",
  },
  "supply-full": {
    what: "There would be more sBTC than the contract allows",
    next: "It goes on by itself once others have pegged out.",
  },
  "recipient-not-allowed": {
    what: "The recipient is not on the alpha’s list",
    next: "Ask the coordinator to add it, or take the deposit back after its lock.",
  },
  halted: {
    what: "The peg is halted",
    next: "Nothing moves until its owner lifts the halt; then it goes on by itself.",
  },
  "owner-short": {
    what: "The account that signed has less sBTC than this",
    next: "Send it the rest, and it goes on by itself. Or the signature was over other words: make a new request.",
  },
  "message-used": {
    what: "The signed message was used by an earlier request",
    next: "No sBTC was locked. Make a new request with another amount or address.",
  },
  rejected: {
    what: "The signers ruled this deposit out",
    next: "It is not minted and goes back to you: by the group, or by your own key after the lock.",
  },
  returned: { what: "The group sent your deposit back", next: "You can make a new request." },
  reclaimed: { what: "You took your deposit back", next: "You can make a new request." },
  expired: {
    what: "The payment did not come in time",
    next: "Signers can cancel the request now; then the locked sBTC comes back to you.",
  },
  unbacked: {
    what: "The deposit left the Bitcoin chain after it was minted",
    next: "It is broadcast again by itself, and the sBTC stay. Until it is mined again the group mints and pays nothing.",
  },
  unpaid: {
    what: "The payment left the Bitcoin chain after it was settled",
    next: "It is broadcast again by itself until it is mined again.",
  },
  cancelled: {
    what: "The request is being cancelled",
    next: "Once this is deep enough, the locked sBTC comes back to you.",
  },
  refunded: { what: "The locked sBTC came back to you", next: "You can make a new request." },
};
