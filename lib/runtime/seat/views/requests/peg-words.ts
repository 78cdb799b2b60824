import type { Network } from "../../../../rounds/core/roster.ts";
import { outpointKey, sameBytes, toHex } from "../../../../sbtc/bytes.ts";
import { addressOf } from "../../../../sbtc/bitcoin/script.ts";
import { parseTransaction } from "../../../../sbtc/bitcoin/transaction.ts";
import { parseGroupKey, pegScript } from "../../../../sbtc/ops/peg-script.ts";
import type { ActionProposal, Proposal, TransactionProposal } from "../../../../sbtc/peg/proposal.ts";
import { rejectReasons, type RejectReason } from "../../../../sbtc/peg/reject-reasons.ts";
import { total } from "../../../../sbtc/transactions/plan.ts";
import { signingRoundOf } from "../../../../sbtc/peg/requests/read.ts";
import type { SbtcRequest, Signer } from "../../../../sbtc/peg/requests/requests.ts";
import { signerNetworks } from "../../../peg/signer/sources.ts";
import type { SentencePart } from "../../../views/common.ts";
import type { CoinView, OperationBody } from "../../../views/requests.ts";
import type { OperationWords } from "./words.ts";

const text = (words: string): SentencePart => ({ kind: "text", text: words });
const strong = (words: string): SentencePart => ({ kind: "strong", text: words });
const address = (where: string): SentencePart => ({ kind: "address", address: where });
const hex = (id: string): SentencePart => ({ kind: "hex", hex: id });
const amount = (sats: bigint, unit: "BTC" | "sBTC"): SentencePart => ({ kind: "amount", sats, unit });

/** Who asks and where, for reading. */
export interface PegReader {
  /** Names the request: 32 hex digits. */
  readonly roundId: string;
  readonly signers: readonly Signer[];
  readonly network: Network;
  /** x-only key of the group. */
  readonly groupKey: Uint8Array;
  readonly groupName: string;
}

/** Requests of the peg as a person reads them: the whole effect in one sentence, then its parts. */
export function pegWords(proposals: readonly Proposal[], reader: PegReader): OperationWords {
  const { bitcoin } = signerNetworks[reader.network];
  const { sbtcOperations } = signingRoundOf(reader.roundId, reader.signers, proposals, bitcoin);
  const parts = proposals.map((proposal, i) =>
    proposal.tag === "action"
      ? actionWords(proposal, reader)
      : transactionWords(proposal, sbtcOperations[i]?.request, reader),
  );
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const size = `${parts.length} operations`;
  return {
    kind: "batch",
    title: "Peg operations",
    size,
    subject: first?.sentence ?? [],
    sentence: [strong(reader.groupName), text(` does ${size} together`)],
    body: { shape: "several", parts: parts.map(({ title, sentence, body }) => ({ title, sentence, body })) },
    approveLabel: `Approve ${size}`,
    texts: null,
  };
}

const facts = (...rows: (readonly [string, SentencePart])[]): OperationBody => ({
  shape: "facts",
  facts: rows.map(([label, value]) => ({ label, value: [value] })),
});

function actionWords({ action, contract, epoch }: ActionProposal, reader: PegReader): OperationWords {
  const group = strong(reader.groupName);
  const shared = [
    ["Contract", text(contract)],
    ["Key epoch", text(epoch.toString())],
  ] as const;
  const block =
    action.tag === "setWallet" ? [] : [["Bitcoin block", text(action.burnBlock.height.toString())] as const];
  switch (action.tag) {
    case "mint":
      return words({
        kind: "payment-in",
        title: "Mint sBTC",
        sentence: [group, text(" mints "), amount(action.amount, "sBTC"), text(" for a deposit")],
        detail: [text("to "), address(action.recipient)],
        body: facts(
          ["Amount", amount(action.amount, "sBTC")],
          ["Recipient", address(action.recipient)],
          ["Deposit", hex(action.deposit.txid)],
          ["Output", text(action.deposit.vout.toString())],
          ...block,
          ...shared,
        ),
        approveLabel: "Approve the mint",
      });
    case "reject":
      return words({
        kind: "payment-in",
        title: "Reject a peg-in",
        sentence: [group, text(" rules that a deposit is never minted, so that it can be returned")],
        body: facts(
          ["Deposit", hex(action.deposit.txid)],
          ["Output", text(action.deposit.vout.toString())],
          ["Reason", text(rejection(action.reason))],
          ...block,
          ...shared,
        ),
        approveLabel: "Approve the rejection",
      });
    case "lock":
      return words({
        kind: "payment-out",
        title: "Lock sBTC",
        sentence: [group, text(" locks "), amount(action.amount, "sBTC"), text(" for a peg-out")],
        detail: [text("to be paid to "), address(action.address)],
        body: facts(
          ["Amount", amount(action.amount, "sBTC")],
          ["Bitcoin recipient", address(action.address)],
          ["Request", hex(action.txid)],
          ...block,
          ...shared,
        ),
        approveLabel: "Approve the lock",
      });
    case "settle":
      return words({
        kind: "payment-out",
        title: "Settle a peg-out",
        sentence: [group, text(" burns the locked sBTC of a peg-out that was paid")],
        body: facts(["Request", hex(action.txid)], ["Paid by", hex(action.payoutTxid)], ...block, ...shared),
        approveLabel: "Approve the settlement",
      });
    case "refund":
      return words({
        kind: "payment-out",
        title: "Refund a peg-out",
        sentence: [group, text(" gives back the locked sBTC of a cancelled peg-out")],
        body: facts(
          ["Request", hex(action.txid)],
          ["Cancelled by", hex(action.cancelTxid)],
          ...block,
          ...shared,
        ),
        approveLabel: "Approve the refund",
      });
    case "setWallet": {
      const own = sameBytes(action.key, reader.groupKey);
      const name = own ? "The peg’s wallet" : "Hand over the peg";
      return words({
        kind: "other",
        title: name,
        sentence: own
          ? [group, text(" becomes the peg’s wallet")]
          : [group, text(" hands the peg over to another group’s key")],
        detail: [text("with the address "), address(action.address)],
        body: facts(["New key", hex(toHex(action.key))], ["New address", address(action.address)], ...shared),
        approveLabel: own ? "Approve the wallet" : "Approve the hand-over",
      });
    }
  }
}

const rejections: Readonly<Record<RejectReason, string>> = {
  malformed: "No recipient can be read from it",
  recipientNotAllowed: "Its recipient is not on the list of members",
  belowMinimum: "It is below the least that may be pegged in",
  overCap: "It is above the most that may be pegged in",
  byPerson: "A person wants it so",
};

/** The reason as the contract keeps it, in words and with its number. */
function rejection(reason: number): string {
  const known = (Object.keys(rejectReasons) as RejectReason[]).find((name) => rejectReasons[name] === reason);
  return known === undefined ? `Number ${reason}` : `${rejections[known]} (number ${reason})`;
}

const words = (parts: Omit<OperationWords, "texts" | "subject">): OperationWords => ({
  ...parts,
  subject: parts.detail ?? parts.sentence,
  texts: null,
});

interface Reading {
  readonly title: string;
  readonly kind: OperationWords["kind"];
  readonly verb: string;
  readonly label: string;
  /** Output that says where it goes; null where it stays with the peg. */
  readonly paid: number | null;
}

const readings: Readonly<Record<TransactionProposal["purpose"]["tag"], Reading>> = {
  sweep: {
    title: "Sweep deposits",
    kind: "payment-in",
    verb: " takes deposits into the peg, ",
    label: "sweep",
    paid: 0,
  },
  fulfilment: { title: "Pay a peg-out", kind: "payment-out", verb: " pays ", label: "payment", paid: 1 },
  cancel: {
    title: "Cancel a peg-out",
    kind: "payment-out",
    verb: " cancels an expired peg-out; back to the peg go ",
    label: "cancel",
    paid: 1,
  },
  pegInReturn: {
    title: "Return a peg-in",
    kind: "payment-out",
    verb: " returns a rejected deposit of ",
    label: "return",
    paid: 1,
  },
  consolidation: {
    title: "Join the peg’s coins",
    kind: "other",
    verb: " joins coins of the peg into one of ",
    label: "consolidation",
    paid: 0,
  },
  handOff: {
    title: "Hand over the coins",
    kind: "payment-out",
    verb: " hands the next group ",
    label: "hand-over",
    paid: 1,
  },
  reveal: {
    title: "Reveal",
    kind: "payment-in",
    verb: " reveals what was committed, ",
    label: "reveal",
    paid: 1,
  },
};

function transactionWords(
  { purpose, unsigned, spends }: TransactionProposal,
  request: SbtcRequest | undefined,
  reader: PegReader,
): OperationWords {
  const { title, kind, verb, label, paid } = readings[purpose.tag];
  const tx = parseTransaction(unsigned);
  const { bitcoin } = signerNetworks[reader.network];
  const peg = pegScript(parseGroupKey(reader.groupKey), "peg").script;
  const feeScript = spends.find(({ signer }) => signer.tag === "wallet")?.script;
  const output = paid === null ? undefined : tx.outputs[paid];
  const where = (script: Uint8Array): SentencePart => {
    const found = addressOf(script, bitcoin);
    return found === null ? hex(toHex(script)) : address(found);
  };
  const inputs = tx.inputs.map((input, i): CoinView => {
    const spend = spends[i];
    const first = i === 0 && (purpose.tag === "fulfilment" || purpose.tag === "cancel");
    const name = first
      ? "The request’s fee output"
      : spend?.signer.tag === "wallet"
        ? "Fee wallet"
        : spend?.signer.tag === "leaf"
          ? "Deposit"
          : "Coin of the peg";
    return { label: name, note: [text(outpointKey(input))], ...withSats(spend?.amount), pays: false };
  });
  const outputs = tx.outputs.map(({ amount: sats, script }, i): CoinView => {
    if (sats === 0n) return { label: "Data", note: [hex(toHex(script))], tag: title, pays: false };
    const isPeg = sameBytes(script, peg);
    const isFees = feeScript !== undefined && sameBytes(script, feeScript);
    const name = isPeg
      ? "Back to the peg"
      : isFees
        ? "Fee wallet’s change"
        : i === paid
          ? "Recipient"
          : "Somebody else";
    return { label: name, note: [where(script)], sats, pays: i === paid };
  });
  return words({
    kind,
    title,
    sentence: [
      strong(reader.groupName),
      text(verb),
      amount(request !== undefined && "amount" in request ? request.amount : (output?.amount ?? 0n), "BTC"),
    ],
    ...(output === undefined || sameBytes(output.script, peg)
      ? {}
      : { detail: [text("to "), where(output.script)] }),
    body: { shape: "transaction", inputs, outputs, feeSats: total(spends) - total(tx.outputs) },
    approveLabel: `Approve the ${label}`,
  });
}

const withSats = (sats: bigint | undefined) => (sats === undefined ? {} : { sats });

/** What a person types before a hand-over is approved; null for everything else. */
export function typedFor(proposals: readonly Proposal[], groupKey: Uint8Array): string | null {
  return nextKeyOf(proposals, groupKey) === null ? null : "HAND OVER";
}

/** The key of the group that would take the peg over; null where none would. */
export function nextKeyOf(proposals: readonly Proposal[], groupKey: Uint8Array): Uint8Array | null {
  for (const proposal of proposals) {
    if (proposal.tag === "transaction" && proposal.purpose.tag === "handOff") return proposal.purpose.nextKey;
    if (proposal.tag !== "action" || proposal.action.tag !== "setWallet") continue;
    if (!sameBytes(proposal.action.key, groupKey)) return proposal.action.key;
  }
  return null;
}
