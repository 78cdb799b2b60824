import type { PegFacts, PegSources } from "../form/facts.ts";
import type { PegStatusView, PegStopView, ReclaimView } from "../../views/index.ts";
import type { PegInEvidence } from "./gather.ts";
import { addressPart, amountOf, bitcoinLinks, hexPart, say, stacksLinks } from "./say.ts";
import { approvedNote, blocksOf, stepList } from "./steps.ts";

/** What this browser remembers and the chains cannot tell. */
export interface StatusContext {
  readonly facts: PegFacts;
  readonly site: PegSources["site"];
  readonly txid: string;
  readonly link: string;
  /** When the request was sent from this browser. */
  readonly sentAt: number | null;
  /** Now, and why the sources could not be asked just now. */
  readonly asked: PegStatusView["asked"];
}

function stopOf(evidence: PegInEvidence, { facts }: StatusContext): PegStopView | undefined {
  const { seen, reading, deposit, spent, reclaimed, recipientAllowed } = evidence;
  if (seen === null || reading === null) return { code: "not-found", tone: "sun", next: "retry-later" };
  if (reading.way === "refused") {
    const { code, message } = reading.refusal;
    const other = code === "notPegWallet" || code === "commitmentMismatch";
    return {
      code: code === "pegWalletExpired" ? "old-peg" : other ? "other-peg" : "not-a-request",
      tone: "stop",
      next: "contact",
      detail: message,
    };
  }
  if (reclaimed) return { code: "reclaimed", tone: "go", next: "new-request" };
  if (deposit?.state === "minted") {
    const coins = reading.way === "deposit" ? spent : seen;
    return coins?.block == null ? { code: "unbacked", tone: "sun", next: "wait" } : undefined;
  }
  if (deposit?.state === "rejected")
    return spent?.opcode === "pegInReturn"
      ? { code: "returned", tone: "go", next: "new-request" }
      : { code: "rejected", tone: "sun", next: reading.way === "deposit" ? "reclaim" : "wait" };
  const next = reading.way === "deposit" ? "reclaim" : "contact";
  const { minAmount, maxMint, windowMint, supplyCap } = facts.limits;
  if (reading.amount < minAmount) return { code: "below-minimum", tone: "stop", next };
  if (reading.amount > maxMint) return { code: "above-cap", tone: "stop", next };
  if (!recipientAllowed)
    return { code: "recipient-not-allowed", tone: "stop", next, detail: reading.recipient };
  if (facts.halted) return { code: "halted", tone: "sun", next: "wait" };
  if (facts.supply + reading.amount > supplyCap) return { code: "supply-full", tone: "sun", next: "wait" };
  if (facts.used.minted + reading.amount > windowMint)
    return { code: "window-full", tone: "sun", next: "wait" };
  return undefined;
}

function reclaimOf(evidence: PegInEvidence): ReclaimView | undefined {
  const { reading, seen, spent, reclaimed } = evidence;
  if (reading?.way !== "deposit" || seen === null) return undefined;
  const { blocks } = reading.found.reclaim;
  if (reclaimed) return { state: "done", blocksLeft: 0, lockBlocks: blocks };
  if (spent !== null || seen.confirmations === 0) return undefined;
  const blocksLeft = Math.max(0, blocks - seen.confirmations);
  return { state: blocksLeft === 0 ? "open" : "locked", blocksLeft, lockBlocks: blocks };
}

/** A peg-in's page, from what the chains say. */
export function pegInView(evidence: PegInEvidence, context: StatusContext): PegStatusView {
  const { facts, site, txid } = context;
  const { seen, reading, deposit, spent, deed, reclaimed } = evidence;
  const { confirmations: needed } = facts.limits;
  const minted = deposit?.state === "minted";
  const have = seen?.confirmations ?? 0;
  const deep = have >= needed || minted;
  const swept = reading?.way === "deposit" && spent !== null && !reclaimed ? spent : null;
  const stop = stopOf(evidence, context);
  const stopped = stop !== undefined && stop.tone !== "sun";
  const reclaim = reclaimOf(evidence);
  const known = reading !== null && reading.way !== "refused" ? reading : null;
  const steps = stepList(
    {
      requested: {
        done: seen !== null || context.sentAt !== null,
        title: "Requested",
        note:
          known === null
            ? say("Transaction ", hexPart(txid.slice(0, 16)), "…")
            : say("You give ", amountOf(known.amount, "BTC"), " and get sBTC."),
        at: context.sentAt ?? seen?.at ?? null,
        links: seen === null ? [] : bitcoinLinks(site, txid),
      },
      seen: {
        done: deep,
        title: `Seen on chain, ${blocksOf(minted ? needed : have, needed)}`,
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
        done: minted || swept !== null,
        title:
          minted || swept !== null
            ? `Approved by signers, ${facts.quorum.needed} of ${facts.quorum.total}`
            : `Approval by signers, ${facts.quorum.needed} of ${facts.quorum.total} needed`,
        note: approvedNote(facts.quorum, minted || swept !== null, deep),
      },
      signing: {
        done: minted || swept !== null,
        title: "Signing",
        note:
          reading?.way === "deposit"
            ? say("The group signs that your deposit moves to it, then the mint.")
            : say("The group signs the mint."),
        at: swept?.at ?? null,
        links: swept === null ? [] : bitcoinLinks(site, swept.tx.txid, "Sweep"),
      },
      broadcast: {
        done: minted,
        title: "Broadcast",
        note:
          swept === null
            ? say("The mint is sent to Stacks.")
            : say(
                `Your deposit moved to the group, ${blocksOf(swept.confirmations, needed)}. Then the mint is sent to Stacks.`,
              ),
        at: deed?.at ?? null,
      },
      done: {
        done: minted,
        title: "Done",
        note: minted
          ? say(amountOf(deposit.amount, "sBTC"), " minted to ", addressPart(deposit.recipient ?? ""), ".")
          : say("The sBTC is in the recipient’s account."),
        at: deed?.at ?? null,
        links: deed === null || !minted ? [] : stacksLinks(site, deed.txid),
      },
    },
    stopped,
  );
  const now = steps.find(({ state }) => state === "now" || state === "bad");
  const final =
    (minted && have >= needed && stop === undefined) ||
    stop?.code === "reclaimed" ||
    stop?.code === "returned";
  return {
    direction: "in",
    txid,
    network: site,
    title: minted ? "Your sBTC is there" : stopped ? "This peg-in stopped" : titles[now?.id ?? "done"],
    lead: minted
      ? "Minted by the group. You can close this page."
      : "This page asks both chains by itself. You can close it and come back by its link.",
    steps,
    ...(known === null
      ? {}
      : { amount: minted ? { sats: deposit.amount, unit: "sBTC" } : { sats: known.amount, unit: "BTC" } }),
    facts:
      known === null
        ? []
        : [
            { label: "To", value: say(addressPart(known.recipient)) },
            {
              label: "Paid to",
              value:
                known.way === "deposit"
                  ? say("A deposit address with a way back")
                  : say("The peg’s wallet, directly"),
            },
            ...(known.way === "deposit"
              ? [
                  {
                    label: "Group’s fee",
                    value: say("at most ", amountOf(known.found.data.maxFee, "sats")),
                  },
                ]
              : []),
          ],
    ...(stop === undefined ? {} : { stop }),
    ...(reclaim === undefined ? {} : { reclaim }),
    link: context.link,
    asked: context.asked,
    final,
  };
}

const titles = {
  requested: "Looking for your payment",
  seen: "Waiting for Bitcoin blocks",
  approved: "Waiting for the signers",
  signing: "Signing",
  broadcast: "Your deposit is on its way to the group",
  done: "Minting",
} as const;
