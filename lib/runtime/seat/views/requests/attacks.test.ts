import { expect, test } from "vitest";
import { seededRng } from "../../../../frost/testing/groups.ts";
import { dealtGroup } from "../../../../rounds/simulation/dealt-group.ts";
import { signingContext } from "../../../../rounds/index.ts";
import { outpointKey } from "../../../../sbtc/bytes.ts";
import { addressOf } from "../../../../sbtc/bitcoin/script.ts";
import {
  parseTransaction,
  serializeTransaction,
  type TxOutput,
} from "../../../../sbtc/bitcoin/transaction.ts";
import { accountOf } from "../../../../sbtc/ops/owner-signature.ts";
import { parseGroupKey, pegScript } from "../../../../sbtc/ops/peg-script.ts";
import { encodePegIn } from "../../../../sbtc/ops/peg-in.ts";
import { encodePegOutRequest, type PegOutRequest } from "../../../../sbtc/ops/peg-out-request.ts";
import { formatPrincipal } from "../../../../sbtc/ops/principal.ts";
import { checkProposal, mayApprove, refusedCodes } from "../../../../sbtc/peg/checks/check.ts";
import type { Evidence, RequestFacts, SuccessorFacts } from "../../../../sbtc/peg/checks/evidence.ts";
import type { SignerRefusalCode } from "../../../../sbtc/peg/checks/result.ts";
import { proposalsToSign } from "../../../../sbtc/peg/operation/kinds.ts";
import type { Proposal } from "../../../../sbtc/peg/proposal.ts";
import { network, SignerWorld } from "../../../../sbtc/peg/testing/signer-world.ts";
import { Refusal } from "../../../../sbtc/refusal.ts";
import { transactionWith } from "../../../../sbtc/testing/transactions.ts";
import { bareTaproot, freshTxid } from "../../../../sbtc/testing/wallets.ts";
import { buildCancel } from "../../../../sbtc/transactions/peg-out.ts";
import { feeRate } from "../../../../sbtc/transactions/size.ts";
import type { RequestView } from "../../../views/requests.ts";
import { Table } from "../../testing/people.ts";
import { requestViews } from "./requests.ts";

// Each attack is checked by the signer's own checks and then drawn on the card of the signer who is asked for it.

const table = new Table(2, ["Ana", "Ben", "Cai"]).ready();
const ben = table.signer("Ben");
const key = parseGroupKey(signingContext(ben.party, ben.group)!.key.publicKeyPackage.xOnly);
const group = { secret: new Uint8Array(32), key, script: pegScript(key, "peg").script };
const thief = bareTaproot(0x66);

interface Attack {
  /** Codes of all checks that refuse it, in the order of the card: with one of them gone, this list is another. */
  readonly codes: readonly SignerRefusalCode[];
  /** What the person reads first. */
  readonly reads: string;
  readonly make: (world: SignerWorld) => Promise<Case>;
}
/** A proposal, and what the signer gathered for it. */
interface Case {
  readonly proposal: Proposal;
  readonly evidence: Evidence;
}

const gathered = async (world: SignerWorld, proposal: Proposal): Promise<Case> => ({
  proposal,
  evidence: await world.gather(proposal),
});

/** The payment of a request, its outputs bent. */
async function bent(world: SignerWorld, change: (outputs: TxOutput[]) => TxOutput[]): Promise<Case> {
  const request = await world.readyToPay();
  const plan = world.pay(request, { wallet: world.wallet(50_000n), rate: 30 });
  const outputs = change([...plan.unsigned.outputs]);
  const unsigned = parseTransaction(serializeTransaction({ ...plan.unsigned, outputs }));
  return gathered(
    world,
    world.transaction({ ...plan, unsigned }, { tag: "fulfilment", request: request.txid }),
  );
}
const at =
  (index: number, change: Partial<TxOutput>) =>
  (outputs: TxOutput[]): TxOutput[] =>
    outputs.map((output, i) => (i === index ? { ...output, ...change } : output));

const pay = (world: SignerWorld, request: PegOutRequest): Proposal =>
  world.transaction(world.pay(request), { tag: "fulfilment", request: request.txid });

async function withRequest(
  world: SignerWorld,
  proposal: Proposal,
  change: (facts: RequestFacts) => Partial<RequestFacts>,
): Promise<Case> {
  const { standing, subject } = await world.gather(proposal);
  if (subject.tag !== "request") throw new Error("the evidence is about no request");
  const request = { ...subject.request, ...change(subject.request) };
  return { proposal, evidence: { standing, subject: { tag: "request", request } } };
}

async function succession(world: SignerWorld, change: Partial<SuccessorFacts> | null): Promise<Case> {
  await world.pegIn(10_000n);
  const next = dealtGroup([1, 1, 1], 2, seededRng("next group"));
  const nextKey = next.members[0]!.key.publicKeyPackage.xOnly;
  const address = addressOf(pegScript(parseGroupKey(nextKey), "peg").script, network) ?? "";
  const known: SuccessorFacts = {
    certificate: { bytes: next.certificate, roster: next.roster, code: "ab12 cd34" },
    ...{ alive: true, tookPart: true, confirmed: true },
    registry: { ok: true, value: [] },
  };
  const successor = change === null ? null : { ...known, ...change };
  return {
    proposal: world.action({ tag: "setWallet", address, key: nextKey }),
    evidence: { standing: world.standing, subject: { tag: "successor", successor } },
  };
}

const attacks = {
  "coordinator pays itself": {
    codes: ["paysCoordinator"],
    reads: "It pays the coordinator instead of the recipient",
    make: (world) => bent(world, at(1, { script: world.wallet().script })),
  },
  "wrong amount": {
    codes: ["wrongAmount", "pegPaysFee"],
    reads: "The amount is not the one asked for",
    make: (world) =>
      bent(world, (outputs) => at(2, { amount: 239_999n })(at(1, { amount: 60_001n })(outputs))),
  },
  "wrong recipient": {
    codes: ["wrongRecipient"],
    reads: "It pays somebody else",
    make: (world) => bent(world, at(1, { script: thief })),
  },
  "extra output": {
    codes: ["extraOutput"],
    reads: "An output has no place in it",
    make: (world) => bent(world, (outputs) => [...outputs.slice(0, 3), { amount: 330n, script: thief }]),
  },
  "stolen change": {
    codes: ["stolenChange"],
    reads: "The peg’s change would go somewhere else",
    make: (world) => bent(world, at(2, { script: thief })),
  },
  "peg pays any fee": {
    codes: ["pegPaysFee"],
    reads: "The peg would pay for it",
    make: (world) => bent(world, (outputs) => at(2, { amount: outputs[2]!.amount - 1n })(outputs)),
  },
  "request not confirmed": {
    codes: ["notConfirmed"],
    reads: "It is not buried deep enough yet",
    make: async (world) => {
      world.mint((await world.pegIn(300_000n)).op);
      const request = await world.request(60_000n, { blocks: 2 });
      return gathered(world, await world.lockOf(request));
    },
  },
  "forged merkle proof": {
    codes: ["proofForged"],
    reads: "The proof that it is on Bitcoin does not hold",
    make: async (world) => {
      const request = await world.readyToPay();
      return withRequest(world, pay(world, request), ({ made }) => {
        if (!made.ok) throw new Error("the request is not there");
        const { raw, proof } = made.value;
        const siblings = proof.merkle.siblings.map((one) => one.map((byte) => byte ^ 1));
        return {
          made: { ok: true, value: { raw, proof: { ...proof, merkle: { ...proof.merkle, siblings } } } },
        };
      });
    },
  },
  "replayed signature in a new request": {
    codes: ["signatureReplayed"],
    reads: "The same signed message was used for another request",
    make: async (world) => {
      const request = await world.readyToPay();
      const { amount, signature } = request;
      const copy = transactionWith(
        [
          encodePegOutRequest({ amount, signature, memo: new Uint8Array() }, network),
          { amount: 330n, script: request.recipientScript },
          { amount: 2_000n, script: world.group.script },
        ],
        [{ txid: freshTxid() }],
      );
      await world.mine([copy], 2);
      const replayed = { ...request, txid: copy.txid, feeOutpoint: { txid: copy.txid, vout: 2 } };
      return gathered(world, await world.lockOf(replayed));
    },
  },
  "second fulfilment of one request": {
    codes: ["requestFeeSpent", "secondFulfilment", "unknownCoin"],
    reads: "The request’s fee output is spent already",
    make: async (world) => {
      const request = await world.readyToPay();
      const first = world.pay(request);
      const proposal = world.transaction(first, { tag: "fulfilment", request: request.txid });
      world.approve(proposal);
      await world.mine([first.unsigned]);
      return gathered(world, proposal);
    },
  },
  "fulfilment before lock": {
    codes: ["notLocked"],
    reads: "The contract has not locked the sBTC for it",
    make: async (world) => {
      world.mint((await world.pegIn(300_000n)).op);
      return gathered(world, pay(world, await world.request(60_000n)));
    },
  },
  "settle after cancel": {
    codes: ["payoutIsNoFulfilment"],
    reads: "The transaction named did not pay this request",
    make: async (world) => {
      const request = await world.readyToPay();
      const terms = { rate: feeRate(1), feeWallet: world.wallet(20_000n) };
      const { unsigned } = buildCancel(request, network, terms);
      await world.mine([unsigned], 2);
      const burnBlock = await world.blockOf(unsigned.txid);
      return gathered(
        world,
        world.action({ tag: "settle", txid: request.txid, payoutTxid: unsigned.txid, burnBlock }),
      );
    },
  },
  "refund after fulfilment": {
    codes: ["cancelIsNoCancel"],
    reads: "The transaction named did not cancel this request",
    make: async (world) => {
      const request = await world.readyToPay();
      const { unsigned } = world.pay(request);
      await world.mine([unsigned], 20);
      const burnBlock = await world.blockOf(unsigned.txid);
      return gathered(
        world,
        world.action({ tag: "refund", txid: request.txid, cancelTxid: unsigned.txid, burnBlock }),
      );
    },
  },
  "mint for a payment to another address": {
    codes: ["depositElsewhere", "notBacked"],
    reads: "The payment did not go to this peg",
    make: async (world) => {
      const recipient = accountOf(world.owner.publicKey, network);
      const data = encodePegIn({ recipient, memo: new Uint8Array() }, network, "D2");
      const tx = transactionWith([data, { amount: 50_000n, script: thief }], [{ txid: freshTxid() }]);
      await world.mine([tx], 2);
      const burnBlock = await world.blockOf(tx.txid);
      const deposit = { txid: tx.txid, vout: 1 };
      const to = formatPrincipal(recipient);
      return gathered(
        world,
        world.action({ tag: "mint", amount: 50_000n, recipient: to, deposit, burnBlock }),
      );
    },
  },
  "mint twice": {
    codes: ["depositAlreadyMinted"],
    reads: "This deposit was minted for already",
    make: async (world) => {
      const deposit = await world.pegIn(50_000n);
      const state = { state: "minted", amount: 50_000n, recipient: null, burnHeight: 1 } as const;
      world.deposits.set(outpointKey(deposit.op.deposit), state);
      return gathered(world, await world.mintOf(deposit));
    },
  },
  "request from outside the allow-list": {
    codes: ["recipientNotAllowed"],
    reads: "The recipient is not on the contract’s allow-list",
    make: async (world) => {
      const request = await world.readyToPay();
      world.allowed = false;
      return gathered(world, pay(world, request));
    },
  },
  "over the cap by many small requests": {
    codes: ["aboveWindowCap"],
    reads: "Too much moved within the present window",
    make: async (world) => {
      world.mint((await world.pegIn(500_000n)).op);
      world.mint((await world.pegIn(500_000n)).op);
      world.facts = { ...world.facts, supply: 1_000_000n };
      for (let i = 0; ; i++) {
        const request = await world.request(100_000n + BigInt(i));
        await world.lock(request);
        const proposal = pay(world, request);
        if (i === 5) return gathered(world, proposal);
        if (!mayApprove(checkProposal(proposal, await world.gather(proposal))))
          throw new Error(`request ${i} is within the cap`);
        world.approve(proposal);
      }
    },
  },
  "hand-off to a key nobody made": {
    codes: ["successorUnknown"],
    reads: "Nobody is known to have made the new key",
    make: (world) => succession(world, null),
  },
  "hand-off to a complete new group of the coordinator's own tabs": {
    codes: ["successorNotYours"],
    reads: "You know nobody in the next group",
    make: (world) => succession(world, { tookPart: false }),
  },
  "a lying Stacks source showing a lock that is not there": {
    codes: ["stacksSourcesDisagree", "stacksSourcesDisagree"],
    reads: "The Stacks sources contradict each other",
    make: async (world) => {
      world.mint((await world.pegIn(300_000n)).op);
      const request = await world.request(60_000n);
      const refusal = new Refusal("sourcesDisagree", "one says locked, one says unknown");
      return withRequest(world, pay(world, request), () => ({ withdrawal: { ok: false, refusal } }));
    },
  },
} satisfies Record<string, Attack>;

/** The list that signers have to refuse, in its own words. */
const list = [
  "coordinator pays itself; wrong amount; wrong recipient; extra output; stolen change; peg pays any fee",
  "request not confirmed; forged merkle proof; replayed signature in a new request",
  "second fulfilment of one request; fulfilment before lock; settle after cancel; refund after fulfilment",
  "mint for a payment to another address; mint twice; request from outside the allow-list",
  "over the cap by many small requests; hand-off to a key nobody made",
  "hand-off to a complete new group of the coordinator's own tabs",
  "a lying Stacks source showing a lock that is not there",
].flatMap((line) => line.split("; "));

test("every attack of the list has its row", () => {
  expect(Object.keys(attacks)).toEqual(list);
  expect(new Set(list).size).toBe(20);
});

/** Ben's card for a proposal, with what his tab's checks came to. */
function card(proposal: Proposal, checks: ReturnType<typeof checkProposal>): RequestView {
  const review = {
    checks: [checks],
    mayApprove: mayApprove(checks),
    verdict: { tag: "ask", reason: "manual", says: "" },
    final: null,
    at: 0,
  } as const;
  const views = (): readonly RequestView[] =>
    requestViews(ben, ben.group, {
      records: ben.history.requests,
      now: table.now,
      sending: new Set(),
      review: () => review,
    });
  const known = new Set(views().map(({ id }) => id));
  table.coordinator.ask(proposalsToSign([proposal]));
  const view = views().find(({ id }) => !known.has(id));
  if (view === undefined) throw new Error("Ben was not asked");
  return view;
}

const rows: readonly (readonly [string, Attack])[] = Object.entries(attacks);

test.each(rows)(
  "%s is refused with its code, and the card says why and closes the button",
  async (_, attack) => {
    const { proposal, evidence } = await attack.make(new SignerWorld(group));
    const checks = checkProposal(proposal, evidence);
    // Exactly these: a check that was taken out, or refuses with another code, is noticed here.
    expect(refusedCodes(checks)).toEqual(attack.codes);
    const view = card(proposal, checks);
    const refused = view.checks.filter(({ state }) => state === "refused");
    expect(refused[0]?.title).toBe(attack.reads);
    expect(refused.map(({ code }) => code.split(" ").at(-1))).toEqual(attack.codes);
    for (const { evidence: said } of refused) expect(said.length).toBeGreaterThan(0);
    expect(view.decision).toMatchObject({ approve: false, why: "A check made by this tab refused it." });
  },
);

test("with the check of an attack taken out, the card would let it pass", async () => {
  for (const [name, attack] of rows) {
    const { proposal, evidence } = await attack.make(new SignerWorld(group));
    const checks = checkProposal(proposal, evidence);
    const without = checks.filter(({ state }) => state !== "refused" && state !== "skipped");
    const { decision } = card(proposal, without);
    // Only this tab's checks stood in its way: nothing else on the card refuses it.
    expect([name, decision?.approve]).toEqual([name, true]);
  }
});
