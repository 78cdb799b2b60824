import type { StateName } from "./names.ts";

/** A chapter of docs/screens. */
export interface Section {
  readonly title: string;
  readonly screens: readonly { readonly state: StateName; readonly what: string }[];
}

export const sections: readonly Section[] = [
  {
    title: "A group comes together",
    screens: [
      { state: "home-new", what: "The first page: start, join, or try it on this computer." },
      { state: "create", what: "Names, network and threshold, with what each choice means." },
      {
        state: "lobby",
        what: "The coordinator's lobby: who is here, what is missing, and why DKG cannot run yet.",
      },
      { state: "lobby-trial", what: "The same lobby in a trial, where one person opens all the tabs." },
      { state: "lobby-signer", what: "A signer is asked to agree before anything is made." },
      { state: "join", what: "What somebody sees who opened an invite link." },
      { state: "protect", what: "A passphrase or a passkey seals this tab's secrets." },
    ],
  },
  {
    title: "The ceremony",
    screens: [
      { state: "board", what: "Who has done what; the one everybody waits for is named." },
      {
        state: "board-invalid",
        what: "A message that does not verify ends it, with a name and what is safe.",
      },
      { state: "compare", what: "The code everybody compares. There is no way past it." },
      { state: "stopped", what: "Somebody saw another code." },
    ],
  },
  {
    title: "Signing",
    screens: [
      { state: "group", what: "The group: its address, its key, who was there, what was asked." },
      { state: "compose", what: "Asking the group for a signature." },
      { state: "review", what: "A text to sign, with what this tab checked by itself." },
      { state: "review-blocked", what: "A check refused: the button is closed, and says why." },
      {
        state: "review-signing",
        what: "Approved: how far the signature is, with a name, where it will stand.",
      },
      { state: "result", what: "The signature, who took part, and who was replaced." },
      { state: "rounds", what: "Rounds and signers, measured by this tab." },
      { state: "verify-valid", what: "Checking a signature without a network." },
    ],
  },
  {
    title: "Keeping a share",
    screens: [
      { state: "unlock", what: "A tab that was closed asks for the passphrase." },
      { state: "backup-saved", what: "A backup counts once it was opened again." },
      { state: "restore-confirm", what: "On a new device." },
      { state: "elsewhere", what: "One seat is open in one tab only." },
      { state: "failed", what: "An error says what, who, what is safe and what next." },
    ],
  },
  {
    title: "The peg: coordinator and signers",
    screens: [
      { state: "peg-coordinator-setup", what: "Setting a peg up, one step after the other." },
      { state: "peg-coordinator", what: "The queue, with what needs a person first." },
      { state: "review-wallet", what: "A signer's first decision: the group becomes the peg's wallet." },
      { state: "review-mint", what: "A mint, with every check that the signer's own tab made." },
      { state: "review-transaction", what: "A payout, drawn from what goes in to what comes out." },
      { state: "peg-coordinator-one-offs", what: "Joining coins, and sweeping the fee wallet." },
      { state: "policy-tried", what: "What a signer's tab answers by itself, tried on what was approved." },
      {
        state: "next-plan",
        what: "The next group: who holds the key from then on, and what happens in which order.",
      },
      {
        state: "review-successor",
        what: "An old signer compares the next group before the peg goes over to it.",
      },
      { state: "peg-hand-off-waits", what: "A hand-off under way, step by step." },
      { state: "peg-dashboard", what: "The peg in numbers; each chart has a table behind it." },
    ],
  },
  {
    title: "The peg: testers",
    screens: [
      { state: "peg-amount", what: "One question at a time, and what was wrong with the answer." },
      { state: "peg-check", what: "Everything once more before it is paid." },
      { state: "peg-pay", what: "Paying with the wallet, or with another one through a PSBT." },
      { state: "peg-sign-used", what: "The same amount to the same address a second time." },
      { state: "peg-status", what: "How far a request is, with time and link for each step." },
      { state: "peg-status-stopped", what: "A request that stopped, and the way back." },
      { state: "peg-wallet", what: "Balance, and sending sBTC on." },
      { state: "peg-requests", what: "Requests of this browser." },
      { state: "peg-numbers", what: "The peg in numbers, as anybody can count them on both chains." },
    ],
  },
  {
    title: "The devnet's explorer",
    screens: [
      { state: "explorer", what: "Blocks and transactions of both chains." },
      { state: "explorer-tx", what: "A Bitcoin transaction, and what it says to the peg." },
      { state: "explorer-call", what: "A call of the contract, with what came of it." },
    ],
  },
];

/** States that the README shows in their own size. */
export const fullSize: readonly StateName[] = ["group", "compare", "review-transaction", "peg-status"];
