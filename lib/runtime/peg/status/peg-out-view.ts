import type { PegStatusView, PegStopView } from "../../views/index.ts";
import type { PegOutEvidence } from "./gather.ts";
import type { StatusContext } from "./peg-in-view.ts";
import { addressPart, amountOf, bitcoinLinks, hexPart, say, stacksLinks } from "./say.ts";
import { approvedNote, blocksOf, stepList } from "./steps.ts";

function stopOf(evidence: PegOutEvidence, { facts, txid }: StatusContext): PegStopView | undefined {
  const { seen, reading, withdrawal, spent, ownerBalance, messageUsedBy, scriptAllowed } = evidence;
  if (seen === null || reading === null) return { code: "not-found", tone: "sun", next: "retry-later" };
  if (reading.tag === "refused") {
    const { code, message } = reading.refusal;
    const which = code === "pegWalletExpired" ? "old-peg" : code === "notPegWallet" ? "other-peg" : null;
    return { code: which ?? "not-a-request", tone: "stop", next: "contact", detail: message };
  }
  if (withdrawal?.state === "refunded") return { code: "refunded", tone: "go", next: "new-request" };
  if (withdrawal?.state === "settled")
    return spent?.block == null ? { code: "unpaid", tone: "sun", next: "wait" } : undefined;
  if (spent?.opcode === "cancel") return { code: "cancelled", tone: "sun", next: "wait" };
  if (withdrawal !== null) {
    const late = spent === null && facts.tip > withdrawal.expires;
    return late ? { code: "expired", tone: "sun", next: "wait" } : undefined;
  }
  const { amount } = reading.request;
  const { minAmount, maxLock, windowLock } = facts.limits;
  if (messageUsedBy !== null && messageUsedBy !== txid)
    return { code: "message-used", tone: "stop", next: "new-request", detail: messageUsedBy };
  if (amount < minAmount) return { code: "below-minimum", tone: "stop", next: "new-request" };
  if (amount > maxLock) return { code: "above-cap", tone: "stop", next: "new-request" };
  if (!scriptAllowed)
    return { code: "recipient-not-allowed", tone: "stop", next: "contact", detail: reading.to };
  if (ownerBalance !== null && ownerBalance < amount)
    return { code: "owner-short", tone: "sun", next: "wait", detail: reading.owner };
  if (facts.halted) return { code: "halted", tone: "sun", next: "wait" };
  if (facts.used.locked + amount > windowLock) return { code: "window-full", tone: "sun", next: "wait" };
  return undefined;
}

/** A peg-out's page, from what the chains say. */
export function pegOutView(evidence: PegOutEvidence, context: StatusContext): PegStatusView {
  const { facts, site, txid } = context;
  const { seen, reading, withdrawal, spent, locked, ended } = evidence;
  const { confirmations: needed } = facts.limits;
  const have = seen?.confirmations ?? 0;
  const isLocked = withdrawal !== null;
  const deep = have >= needed || isLocked;
  const settled = withdrawal?.state === "settled";
  const refunded = withdrawal?.state === "refunded";
  const paid = spent?.opcode === "fulfilment" ? spent : null;
  const stop = stopOf(evidence, context);
  const stopped = stop !== undefined && stop.tone !== "sun";
  const known = reading?.tag === "request" ? reading : null;
  const steps = stepList(
    {
      requested: {
        done: seen !== null || context.sentAt !== null,
        title: "Requested",
        note:
          known === null
            ? say("Transaction ", hexPart(txid.slice(0, 16)), "…")
            : say(
                "You give ",
                amountOf(known.request.amount, "sBTC"),
                " and get ",
                amountOf(known.request.amount, "BTC"),
                ".",
              ),
        at: context.sentAt ?? seen?.at ?? null,
        links: seen === null ? [] : bitcoinLinks(site, txid),
      },
      seen: {
        done: deep,
        title: `Seen on chain, ${blocksOf(isLocked ? needed : have, needed)}`,
        note:
          seen === null
            ? say("No source knows the transaction yet.")
            : seen.block === null
              ? say("Waiting for its first block.")
              : deep
                ? say(`Block ${seen.block.height}. Deep enough to count on.`)
                : say(`Block ${seen.block.height}. A reorganisation could still undo it.`),
        at: seen?.at ?? null,
      },
      approved: {
        done: isLocked,
        title: isLocked
          ? "Approved by signers, sBTC locked"
          : `Approval by signers, ${facts.quorum.needed} of ${facts.quorum.total} needed`,
        note: isLocked
          ? say(
              amountOf(withdrawal.amount, "sBTC"),
              ` locked. If it is not paid by block ${withdrawal.expires}, you get it back.`,
            )
          : approvedNote(facts.quorum, false, deep),
        at: locked?.at ?? null,
        links: locked === null ? [] : stacksLinks(site, locked.txid),
      },
      signing: {
        done: paid !== null,
        title: "Signing",
        note:
          paid === null
            ? say(
                `The group signs the payment to you once the lock is ${needed} ${needed === 1 ? "block" : "blocks"} deep. How far it is, only the signers see.`,
              )
            : say("The group signed the payment to you."),
      },
      broadcast: {
        done: paid !== null,
        title: paid === null ? "Broadcast" : `Broadcast, ${blocksOf(paid.confirmations, needed)}`,
        note:
          paid === null
            ? say("The payment is sent to the Bitcoin network.")
            : say("Payment ", hexPart(paid.tx.txid.slice(0, 16)), "… is on the Bitcoin network."),
        at: paid?.at ?? null,
        links: paid === null ? [] : bitcoinLinks(site, paid.tx.txid, "Payment"),
      },
      done: {
        done: settled,
        title: "Done",
        note: settled
          ? say("Paid, and the locked sBTC is gone for good.")
          : say("The payment is deep enough; then the locked sBTC is gone for good."),
        at: ended?.at ?? null,
        links: ended === null || !settled ? [] : stacksLinks(site, ended.txid),
      },
    },
    stopped,
  );
  const now = steps.find(({ state }) => state === "now" || state === "bad");
  return {
    direction: "out",
    txid,
    network: site,
    title: settled
      ? "Your bitcoin are there"
      : refunded
        ? "Your sBTC is back"
        : stopped
          ? "This peg-out stopped"
          : titles[now?.id ?? "done"],
    lead: settled
      ? "Paid by the group. You can close this page."
      : "This page asks both chains by itself. You can close it and come back by its link.",
    steps,
    ...(known === null ? {} : { amount: { sats: known.request.amount, unit: "BTC" } }),
    facts:
      known === null
        ? []
        : [
            { label: "At", value: say(addressPart(known.to)) },
            { label: "Owner", value: say(addressPart(known.owner)) },
            {
              label: "Fee",
              value: say(amountOf(known.request.fulfilmentFee, "sats"), ", paid with the request"),
            },
          ],
    ...(stop === undefined ? {} : { stop }),
    link: context.link,
    asked: context.asked,
    final: (settled || refunded) && have >= needed && stop?.code !== "unpaid",
  };
}

const titles = {
  requested: "Looking for your request",
  seen: "Waiting for Bitcoin blocks",
  approved: "Waiting for the signers",
  signing: "Signing your payment",
  broadcast: "Sending your payment",
  done: "Your payment is on its way",
} as const;
