import { addressOf } from "../../../sbtc/bitcoin/script.ts";
import { formatPrincipal } from "../../../sbtc/ops/principal.ts";
import type { PegAsk, PegFormLine, PegFormView, PegFormStep, Sentence } from "../../views/index.ts";
import { fulfilmentFee, sweepFeeCap } from "../form/fees.ts";
import { roomFor } from "../form/checks.ts";
import { lockBlocksOn, messageOf, stepsOf, type FormContext, type FormState } from "../form/state.ts";
import { addressPart, amountOf, say } from "../status/say.ts";
import type { PegFacts, PegSources } from "../form/facts.ts";

/** What the form's own effects are doing. */
export interface FormActivity {
  readonly signing: "ready" | "asking" | "waiting";
  readonly paying: "ready" | "building" | "waiting" | "sending";
  readonly plan: { readonly minerFee: bigint; readonly payTo: string } | null;
  readonly topUp: string | null;
  readonly verdict: "checking" | "own" | "allowed" | "open" | null;
}

export interface FormViewInput extends FormContext {
  readonly form: FormState;
  readonly activity: FormActivity;
  readonly site: PegSources["site"];
  readonly owner: string | null;
}

const labels: Readonly<Record<"in" | "out", Partial<Record<PegFormStep, string>>>> = {
  in: {
    amount: "Amount",
    recipient: "Who receives the sBTC",
    way: "How to pay",
    check: "Check amounts and addresses",
    pay: "Pay from your wallet",
  },
  out: {
    amount: "Amount",
    recipient: "Where the bitcoin go",
    sign: "Sign with the account that holds the sBTC",
    check: "Check amounts and addresses",
    pay: "Send the request from your wallet",
  },
};

function answerOf(step: PegFormStep, { form, network }: FormViewInput): Sentence | undefined {
  if (step === "amount" && form.amount !== null)
    return say(amountOf(form.amount, form.direction === "in" ? "BTC" : "sBTC"));
  if (step === "recipient" && form.recipient !== null)
    return say(addressPart(formatPrincipal(form.recipient)));
  if (step === "recipient" && form.script !== null)
    return say(addressPart(addressOf(form.script, network) ?? ""));
  if (step === "way")
    return say(form.way === "deposit" ? "Deposit address with a way back" : "Directly to the peg wallet");
  if (step === "check") return say("Confirmed by you");
  if (step === "sign" && form.signed !== null) return say("Signed by ", addressPart(form.signed.owner));
  return undefined;
}

function linesOf(input: FormViewInput): readonly PegFormLine[] {
  const { form } = input;
  const steps = stepsOf[form.direction];
  const at = steps.indexOf(form.step);
  return steps.map((step, index) => {
    const label = labels[form.direction][step] ?? step;
    if (index > at) return { step, label, state: "next" };
    if (index === at) return { step, label, state: "now" };
    const answer = answerOf(step, input);
    return { step, label, state: "done", ...(answer === undefined ? {} : { answer }) };
  });
}

function checkRows(input: FormViewInput): Extract<PegAsk, { step: "check" }>["rows"] {
  const { form, facts, network, owner } = input;
  const amount = form.amount ?? 0n;
  if (form.direction === "out") {
    const script = form.script ?? new Uint8Array();
    return [
      { label: "You give", value: say(amountOf(amount, "sBTC")) },
      {
        label: "From",
        value: say(addressPart(form.signed?.owner ?? owner ?? "")),
        note: "Recovered from your signature, and the same as your connected account",
      },
      { label: "You receive", value: say(amountOf(amount, "BTC")), note: "Exactly this much" },
      { label: "At", value: say(addressPart(addressOf(script, network) ?? "")) },
      {
        label: "Payout fee",
        value: say(amountOf(fulfilmentFee(facts.rates, script, facts.pegScript), "sats")),
        note: "Three times the present estimate; all of it goes to the miner of your payment",
      },
      { label: "Paid to", value: say(addressPart(facts.walletAddress)) },
    ];
  }
  const to = form.recipient === null ? "" : formatPrincipal(form.recipient);
  const cap = sweepFeeCap(facts.rates);
  if (form.way === "direct")
    return [
      { label: "You pay", value: say(amountOf(amount, "BTC")) },
      { label: "You receive", value: say(amountOf(amount, "sBTC")), note: "Exactly this much" },
      {
        label: "To",
        value: say(addressPart(to)),
        note: "Written into the transaction; it cannot be changed afterwards",
      },
      {
        label: "Paid to",
        value: say(addressPart(facts.walletAddress)),
        note: "The peg wallet. Only the group can send it back",
      },
    ];
  return [
    { label: "You pay", value: say(amountOf(amount, "BTC")) },
    {
      label: "You receive",
      value: say("at least ", amountOf(amount - cap, "sBTC")),
      note: `Your deposit less its part of the sweep’s fee, never more than ${cap.toLocaleString("en")} sats`,
    },
    {
      label: "To",
      value: say(addressPart(to)),
      note: "Written into the transaction; it cannot be changed afterwards",
    },
    {
      label: "Way back",
      value: say(`after ${lockBlocksOn(network)} blocks`),
      note: "If it is not minted by then, you take it back with your own key",
    },
  ];
}

function askOf(input: FormViewInput): PegAsk {
  const { form, activity, network, owner, sbtc } = input;
  const problem = form.problem === null ? {} : { problem: form.problem };
  switch (form.step) {
    case "amount":
      return {
        step: "amount",
        text: form.texts.amount,
        ...problem,
        ...(form.direction === "out" && sbtc !== null ? { available: sbtc } : {}),
      };
    case "recipient":
      return {
        step: "recipient",
        text: form.texts.recipient,
        ...problem,
        ...(owner === null ? {} : { own: owner }),
        ...(activity.verdict === null ? {} : { verdict: activity.verdict }),
      };
    case "way":
      return { step: "way", way: form.way, lockBlocks: lockBlocksOn(network), ...problem };
    case "sign": {
      const { used, amount } = form;
      const message = messageOf(form, network);
      const isUsed = used !== null && message?.digestHex === used.digest && amount !== null;
      return {
        step: "sign",
        text: message?.text ?? "",
        owner: owner ?? "",
        state: form.signed === null ? activity.signing : "signed",
        ...(form.signed === null ? {} : { recovered: form.signed.owner }),
        ...problem,
        ...(isUsed ? { instead: insteadOf(amount, used.by, input) } : {}),
      };
    }
    case "check":
      return { step: "check", rows: checkRows(input), ...problem };
    case "pay":
      return {
        step: "pay",
        state: activity.paying,
        pays: form.amount ?? 0n,
        ...(activity.plan === null ? {} : { minerFee: activity.plan.minerFee }),
        script: {
          address: activity.plan?.payTo ?? "",
          ...(activity.topUp === null ? {} : { uri: activity.topUp }),
        },
        psbtReady: activity.plan !== null,
        ...problem,
      };
  }
}

/** Amounts one satoshi away that the limits and the balance allow. */
function insteadOf(amount: bigint, usedBy: string, { facts, sbtc }: FormViewInput) {
  const { cap, window } = roomFor("out", facts);
  const most = [cap, window, ...(sbtc === null ? [] : [sbtc])].reduce((a, b) => (a < b ? a : b));
  return {
    usedBy,
    ...(amount - 1n >= facts.limits.minAmount ? { less: amount - 1n } : {}),
    ...(amount + 1n <= most ? { more: amount + 1n } : {}),
  };
}

function happensOf({ form, facts, site }: FormViewInput): PegFormView["happens"] {
  const { confirmations } = facts.limits;
  const minutes = site === "devnet" || site === "regtest" ? null : confirmations * 10;
  const blocks = `${confirmations} ${confirmations === 1 ? "block" : "blocks"}`;
  const wait = minutes === null ? blocks : `about ${minutes} min`;
  const deep = {
    title: "Seen on chain",
    note: `${blocks} deep, so that it is not undone.`,
    when: wait,
  };
  // A deposit is swept before the mint, and a payout follows its lock: each is as deep as the request itself first.
  const isTwice = form.direction === "out" || form.way === "deposit";
  const inAll = confirmations * (isTwice ? 2 : 1) + (form.direction === "out" ? 1 : 0);
  const total =
    minutes === null ? `${inAll} blocks and the signers’ time` : `About ${inAll * 10 + 15} min in all`;
  return form.direction === "in"
    ? {
        total,
        steps: [
          {
            title: "You pay",
            note:
              form.way === "deposit"
                ? "One Bitcoin transaction to a deposit address made for you."
                : "One Bitcoin transaction to the peg wallet.",
            when: "now",
          },
          deep,
          {
            title: "Signers check",
            note:
              form.way === "deposit"
                ? "Each for itself; then the deposit moves to the group."
                : "Each for itself; then they sign the mint.",
            when: "a few minutes",
          },
          {
            title: "sBTC minted",
            note:
              form.way === "deposit"
                ? `To the account you name, once the move is ${blocks} deep. No peg fee in the alpha.`
                : "To the account you name. No peg fee in the alpha.",
            when: form.way === "deposit" ? wait : "at once",
          },
        ],
      }
    : {
        total,
        steps: [
          {
            title: "You sign and send",
            note: "A message with your account, then a small Bitcoin transaction.",
            when: "now",
          },
          deep,
          {
            title: "Signers check",
            note: "Each for itself; then your sBTC is locked.",
            when: "a few minutes",
          },
          {
            title: "You are paid",
            note: `Exactly the amount, once the lock is ${blocks} deep. If not in time, your sBTC comes back.`,
            when: wait,
          },
        ],
      };
}

/** The form as a screen. */
export function formView(input: FormViewInput): PegFormView {
  const { form, facts, site } = input;
  const { limits } = facts;
  const isIn = form.direction === "in";
  const { cap, supply } = roomFor(form.direction, facts);
  return {
    direction: form.direction,
    title: isIn ? "Turn BTC into sBTC" : "Turn sBTC into BTC",
    peg: pegView(facts, site),
    lines: linesOf(input),
    ask: askOf(input),
    happens: happensOf(input),
    limits: {
      min: limits.minAmount,
      max: supply !== null && supply < cap ? supply : cap,
      windowTotal: isIn ? limits.windowMint : limits.windowLock,
      windowUsed: isIn ? facts.used.minted : facts.used.locked,
      windowBlocks: limits.window,
      ...(form.amount === null ? {} : { yours: form.amount }),
    },
  };
}

const pegView = (facts: PegFacts, site: PegSources["site"]): PegFormView["peg"] => ({
  contract: facts.contract,
  network: site,
  walletAddress: facts.walletAddress,
  quorum: facts.quorum,
  halted: facts.halted,
  tip: facts.tip,
});
