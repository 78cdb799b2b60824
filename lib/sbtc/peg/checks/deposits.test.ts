import { hexToBytes } from "@noble/hashes/utils.js";
import { beforeEach, describe, expect, test } from "vitest";
import { outpointKey, parseTxid } from "../../bytes.ts";
import { accountOf } from "../../ops/owner-signature.ts";
import { announcedDepositOutputs } from "../../ops/deposit-announcement.ts";
import { depositOutput } from "../../ops/deposit-script.ts";
import { encodePegIn } from "../../ops/peg-in.ts";
import { formatPrincipal } from "../../ops/principal.ts";
import { transactionWith } from "../../testing/transactions.ts";
import { bareTaproot, freshTxid, keyWallet, signPlan, soloGroup } from "../../testing/wallets.ts";
import { buildPegInReturn } from "../../transactions/peg.ts";
import { buildSweep } from "../../transactions/script-path.ts";
import { feeRate } from "../../transactions/size.ts";
import type { Proposal } from "../proposal.ts";
import { network, SignerWorld } from "../testing/signer-world.ts";
import { checkProposal, refusedCodes } from "./check.ts";
import type { DepositFacts } from "./evidence.ts";
import { rejectReasons } from "../reject-reasons.ts";

let world: SignerWorld;
beforeEach(() => {
  world = new SignerWorld();
});

describe("minting", () => {
  test("a confirmed deposit is minted for, to its recipient and for its amount alone", async () => {
    const deposit = await world.pegIn(50_000n);
    expect(await world.refusals(await world.mintOf(deposit))).toEqual([]);
    expect(await world.refusals(await world.mintOf(deposit, { amount: 50_001n }))).toContain("wrongAmount");
    const recipient = formatPrincipal(accountOf(keyWallet(9).publicKey, network));
    expect(await world.refusals(await world.mintOf(deposit, { recipient }))).toEqual(["wrongRecipient"]);
  });

  test("mint for a payment to another address", async () => {
    const recipient = accountOf(world.owner.publicKey, network);
    const data = encodePegIn({ recipient, memo: new Uint8Array() }, network, "D2");
    const own = bareTaproot(0x66);
    const tx = transactionWith([data, { amount: 50_000n, script: own }], [{ txid: freshTxid() }]);
    await world.mine([tx], 2);
    const burnBlock = await world.blockOf(tx.txid);
    const mint = world.action({
      tag: "mint",
      amount: 50_000n,
      recipient: formatPrincipal(recipient),
      deposit: { txid: tx.txid, vout: 1 },
      burnBlock,
    });
    expect(await world.refusals(mint)).toContain("depositElsewhere");
  });

  test("mint twice", async () => {
    const deposit = await world.pegIn(50_000n);
    const mint = await world.mintOf(deposit);
    const key = outpointKey(deposit.op.deposit);
    world.deposits.set(key, { state: "minted", amount: 50_000n, recipient: null, burnHeight: 1 });
    expect(await world.refusals(mint)).toEqual(["depositAlreadyMinted"]);
    world.deposits.set(key, { state: "rejected", amount: 0n, recipient: null, burnHeight: 1 });
    expect(await world.refusals(mint)).toEqual(["depositAlreadyRejected"]);
  });

  test("mint for what this seat approved to return", async () => {
    const deposit = await world.pegIn(50_000n);
    const coin = world.ledger.coin(deposit.op.deposit)!;
    const terms = { rate: feeRate(2), feeWallet: world.wallet(20_000n) };
    const returnScript = bareTaproot(5);
    const plan = buildPegInReturn({ deposit: coin, returnScript, network }, terms);
    world.approve(
      world.transaction(plan, { tag: "pegInReturn", deposit: deposit.op.deposit, returnScript, proof: null }),
    );
    expect(await world.refusals(await world.mintOf(deposit))).toContain("conflictsWithEarlier");
  });

  test("not before it is confirmed, not in another block, not when halted", async () => {
    const deposit = await world.pegIn(50_000n, 2);
    expect(await world.refusals(await world.mintOf(deposit))).toContain("notConfirmed");
    await world.mine();
    const burnBlock = { height: 1, hash: "22".repeat(32) };
    expect(await world.refusals(await world.mintOf(deposit, { burnBlock }))).toContain("blockMismatch");
    world.facts = { ...world.facts, halted: true };
    expect(await world.refusals(await world.mintOf(deposit))).toEqual(["tradingHalted"]);
  });

  test("not beyond caps, allow-list, or what bitcoin covers", async () => {
    const deposit = await world.pegIn(50_000n);
    const mint = await world.mintOf(deposit);
    const { limits } = world.facts;
    const codes = async (change: Partial<typeof world.facts>) => {
      const before = world.facts;
      world.facts = { ...before, ...change };
      const found = await world.refusals(mint);
      world.facts = before;
      return found;
    };
    expect(await codes({ limits: { ...limits, maxMint: 49_999n } })).toEqual(["aboveCap"]);
    expect(await codes({ limits: { ...limits, minAmount: 50_001n } })).toEqual(["belowMinimum"]);
    expect(await codes({ windowUse: { minted: 1_950_001n, locked: 0n } })).toEqual(["aboveWindowCap"]);
    expect(await codes({ limits: { ...limits, supplyCap: 49_999n } })).toEqual(["aboveSupplyCap"]);
    expect(await codes({ supply: 1n })).toEqual(["notBacked"]);
    world.allowed = false;
    expect(await world.refusals(mint)).toEqual(["recipientNotAllowed"]);
  });

  test("for another contract, chain, epoch or group the answer is no", async () => {
    const mint = await world.mintOf(await world.pegIn(50_000n));
    expect(await world.refusals({ ...mint, contract: `${mint.contract}-2` })).toEqual(["otherContract"]);
    expect(await world.refusals({ ...mint, chainId: 1 })).toEqual(["otherChain"]);
    expect(await world.refusals({ ...mint, epoch: 2n })).toEqual(["otherEpoch"]);
    world.facts = { ...world.facts, foreign: ["sbtc"] };
    expect(await world.refusals(mint)).toEqual(["foreignContract"]);
    world.facts = { ...world.facts, foreign: [], wallet: { epoch: 1n, wallet: null } };
    expect(await world.refusals(mint)).toEqual(["notThePegKey"]);
  });
});

describe("rejecting and returning", () => {
  async function rejected(): Promise<{ proposal: Proposal; facts: DepositFacts; funding: Uint8Array }> {
    const sender = bareTaproot(0x31);
    const funding = transactionWith([{ amount: 90_000n, script: sender }]);
    const recipient = accountOf(world.owner.publicKey, network);
    const data = encodePegIn({ recipient, memo: new Uint8Array() }, network, "D2");
    const tx = transactionWith(
      [data, { amount: 50_000n, script: world.group.script }],
      [{ txid: funding.txid, vout: 0 }],
    );
    await world.mine([funding, tx], 2);
    const deposit = { txid: tx.txid, vout: 1 };
    const coin = world.ledger.coin(deposit)!;
    world.deposits.set(outpointKey(deposit), {
      state: "rejected",
      amount: 0n,
      recipient: null,
      burnHeight: 1,
    });
    const terms = { rate: feeRate(2), feeWallet: world.wallet(20_000n) };
    const plan = buildPegInReturn({ deposit: coin, returnScript: sender, network }, terms);
    const purpose = { tag: "pegInReturn", deposit, returnScript: sender, proof: null } as const;
    const facts = { ...(await world.deposit(deposit)), funding: { ok: true, value: funding.raw } as const };
    return { proposal: world.transaction(plan, purpose), facts, funding: funding.raw };
  }
  const codes = (proposal: Proposal, deposit: DepositFacts) =>
    refusedCodes(checkProposal(proposal, { standing: world.standing, subject: { tag: "deposit", deposit } }));

  test("a deposit that could be minted is not rejected; one that cannot be is, for its true reason", async () => {
    const { op } = await world.pegIn(50_000n);
    const burnBlock = await world.blockOf(op.txid);
    const reject = (reason: number) =>
      world.action({ tag: "reject", reason, deposit: op.deposit, burnBlock });
    expect(await world.refusals(reject(rejectReasons.recipientNotAllowed))).toEqual(["depositIsGood"]);
    world.allowed = false;
    expect(await world.refusals(reject(rejectReasons.overCap))).toEqual(["rejectReasonFalse"]);
    expect(await world.refusals(reject(rejectReasons.recipientNotAllowed))).toEqual([]);
  });

  test("a rejected deposit goes back to where it came from", async () => {
    const { proposal, facts } = await rejected();
    expect(codes(proposal, facts)).toEqual([]);
  });
  test("a return to somebody else", async () => {
    const { proposal, facts } = await rejected();
    if (proposal.tag !== "transaction") throw new Error();
    const other = transactionWith([{ amount: 90_000n, script: bareTaproot(0x99) }]);
    expect(codes(proposal, { ...facts, funding: { ok: true, value: other.raw } })).toEqual([
      "returnUnproven",
    ]);
    if (proposal.purpose.tag !== "pegInReturn") throw new Error();
    const unsigned = { ...proposal.purpose, proof: hexToBytes("ff00") };
    expect(codes({ ...proposal, purpose: unsigned }, facts)).toEqual(["returnUnproven"]);
    const toThief = { ...proposal.purpose, returnScript: bareTaproot(0x66) };
    expect(codes({ ...proposal, purpose: toThief }, facts)).toEqual(["returnUnproven", "wrongRecipient"]);
  });
  test("a return of a deposit the contract has not rejected", async () => {
    const { proposal, facts } = await rejected();
    expect(codes(proposal, { ...facts, state: { ok: true, value: null } })).toEqual(["depositNotRejected"]);
  });
});

describe("sweeping deposits", () => {
  async function deposited(maxFee = 10_000n, blocks = 950) {
    const recipient = accountOf(world.owner.publicKey, network);
    const terms = { data: { maxFee, recipient }, reclaim: { blocks, key: soloGroup(8).key } };
    const made = depositOutput(terms.data, world.group.key, terms.reclaim);
    const outputs = announcedDepositOutputs(terms, 80_000n, world.group.key, network);
    const tx = transactionWith([...outputs], [{ txid: freshTxid() }]);
    await world.mine([tx], 2);
    const coin = { txid: tx.txid, vout: 1, amount: 80_000n, script: made.script };
    return { tx, coin, leaf: made.tree.first, data: terms.data };
  }
  type Deposit = Awaited<ReturnType<typeof deposited>>;
  const sweepOf = (one: Deposit, rate = 2, script = world.group.script) =>
    buildSweep([one], script, feeRate(rate));
  async function codes(
    one: Deposit,
    plan: ReturnType<typeof sweepOf>["plan"],
    change: Partial<DepositFacts> = {},
  ) {
    const outpoint = { txid: one.tx.txid, vout: 1 };
    const facts = { ...(await world.deposit(outpoint)), ...change };
    const deposits = new Map([[outpointKey(outpoint), facts]]);
    const proposal = world.transaction(plan, { tag: "sweep", deposits: [outpoint] });
    return refusedCodes(
      checkProposal(proposal, { standing: world.standing, subject: { tag: "deposits", deposits } }),
    );
  }

  test("goes to the peg, at a fee its depositor allowed, and only where it can be minted for", async () => {
    const one = await deposited();
    const { plan } = sweepOf(one);
    expect(await codes(one, plan)).toEqual([]);
    expect(await codes(one, sweepOf(one, 2, bareTaproot(0x66)).plan)).toEqual(["stolenChange"]);
    const greedy = await deposited();
    const dear = sweepOf({ ...greedy, data: { ...greedy.data, maxFee: 70_000n } }, 200);
    expect(await codes(greedy, dear.plan)).toEqual(["depositFeeTooHigh"]);
    expect(await codes(one, plan, { recipientAllowed: { ok: true, value: false } })).toEqual([
      "recipientNotAllowed",
    ]);
  });

  test("is refused once its depositor could take it back first, or nobody can tell when", async () => {
    const last = await deposited(10_000n, 9);
    expect(await codes(last, sweepOf(last).plan)).toEqual([]);
    await world.mine([], 1);
    expect(await codes(last, sweepOf(last).plan)).toEqual(["reclaimTooNear"]);
    const bare = transactionWith(
      [{ amount: 1n, script: last.coin.script }, last.tx.outputs[1]!],
      [{ txid: freshTxid() }],
    );
    await world.mine([bare], 2);
    const silent = { ...last, tx: bare, coin: { ...last.coin, txid: bare.txid } };
    expect(await codes(silent, sweepOf(silent).plan)).toEqual(["reclaimUnknown"]);
  });

  test("a swept deposit is minted for what its sweep credits, after the sweep is confirmed", async () => {
    const one = await deposited();
    const { plan, credits } = sweepOf(one);
    const sweep = signPlan(plan, { group: world.group.secret });
    const deposit = { txid: one.tx.txid as string, vout: 1 };
    const recipient = formatPrincipal(one.data.recipient);
    const amount = credits[0]!.credited;
    await world.mine([sweep], 1);
    const mint = async (sats: bigint) =>
      world.action({
        tag: "mint",
        amount: sats,
        recipient,
        deposit,
        burnBlock: await world.blockOf(sweep.txid),
      });
    const judged = async (sats: bigint) => {
      const confirmed = await world.confirmed(sweep.txid);
      if (!confirmed.ok) throw confirmed.refusal;
      const facts = {
        ...(await world.deposit({ txid: parseTxid(deposit.txid), vout: 1 })),
        sweep: { ok: true, value: { tx: confirmed.value, parents: [one.tx.raw] } } as const,
      };
      const subject = { tag: "deposit", deposit: facts } as const;
      return refusedCodes(checkProposal(await mint(sats), { standing: world.standing, subject }));
    };
    expect(await judged(amount)).toContain("notConfirmed");
    await world.mine();
    expect(await judged(amount)).toEqual([]);
    expect(await judged(80_000n)).toContain("wrongAmount");
  });
});
