import { hexToBytes } from "@noble/hashes/utils.js";
import { beforeEach, describe, expect, test } from "vitest";
import { seededRng } from "../../../frost/testing/groups.ts";
import { dealtGroup } from "../../../rounds/simulation/dealt-group.ts";
import { addressOf } from "../../bitcoin/script.ts";
import { parseTransaction, serializeTransaction, type TxOutput } from "../../bitcoin/transaction.ts";
import { parseGroupKey, pegScript } from "../../ops/peg-script.ts";
import { bareTaproot, signPlan, soloGroup } from "../../testing/wallets.ts";
import { buildHandOff } from "../../transactions/peg.ts";
import type { Coin, Plan } from "../../transactions/plan.ts";
import { feeRate } from "../../transactions/size.ts";
import { judgeByPolicy, manualPolicy, type Policy } from "../policy/policy.ts";
import type { Proposal } from "../proposal.ts";
import { network, SignerWorld } from "../testing/signer-world.ts";
import { checkProposal, refusedCodes } from "./check.ts";
import type { DepositFacts, Standing, SuccessorFacts } from "./evidence.ts";

let world: SignerWorld;
beforeEach(() => {
  world = new SignerWorld();
});

describe("handing over", () => {
  const next = dealtGroup([1, 1, 1], 2, seededRng("next group"));
  const key = next.members[0]!.key.publicKeyPackage.xOnly;
  const known: SuccessorFacts = {
    certificate: { bytes: next.certificate, roster: next.roster, code: "ab12 cd34" },
    alive: true,
    tookPart: true,
    confirmed: true,
    registry: { ok: true, value: [] },
  };
  const judge = (proposal: Proposal, successor: SuccessorFacts | null) =>
    refusedCodes(
      checkProposal(proposal, { standing: world.standing, subject: { tag: "successor", successor } }),
    );
  const addressOfKey = (xOnly: Uint8Array) =>
    addressOf(pegScript(parseGroupKey(xOnly), "peg").script, network) ?? "";
  const announce = () => world.action({ tag: "setWallet", address: addressOfKey(key), key });
  const nextPegScript = pegScript(parseGroupKey(key), "peg").script;
  const purpose = { tag: "handOff", cycle: 1n, nextKey: key } as const;
  function plansOf(pegCoins: readonly Coin[]): readonly Plan[] {
    const parts = { pegCoins, nextPegScript, rewardCycle: 1n, network };
    return buildHandOff(parts, { rate: feeRate(2), feeWallet: world.wallet(20_000n, 20_000n) });
  }
  const proposalOf = (plan: Plan) => world.transaction(plan, purpose);
  function announced(): void {
    const wallet = { key, address: addressOfKey(key) };
    world.facts = { ...world.facts, wallet: { epoch: 2n, wallet } };
  }
  async function handOff() {
    await world.pegIn(100_000n);
    await world.pegIn(60_000n);
    world.facts = { ...world.facts, supply: 160_000n };
    announced();
    const [plan] = plansOf(world.ledger.spendable());
    return { plan: plan!, proposal: proposalOf(plan!) };
  }
  /** A hand-off with its outputs bent. */
  function bent(plan: Plan, change: (outputs: TxOutput[]) => TxOutput[]): Proposal {
    const outputs = change([...plan.unsigned.outputs]);
    const unsigned = parseTransaction(serializeTransaction({ ...plan.unsigned, outputs }));
    return world.transaction({ ...plan, unsigned }, purpose);
  }

  test("to a group this person knows and confirmed, all coins, is approved by hand", async () => {
    await world.pegIn(10_000n);
    expect(judge(announce(), known)).toEqual([]);
    const { proposal } = await handOff();
    const checks = checkProposal(proposal, {
      standing: world.standing,
      subject: { tag: "successor", successor: known },
    });
    expect(refusedCodes(checks)).toEqual([]);
    expect(checks.some(({ id, state }) => id === "H1" && state === "asks")).toBe(true);
  });
  test("hand-off to a key nobody made", async () => {
    await world.pegIn(10_000n);
    expect(judge(announce(), null)).toEqual(["successorUnknown"]);
    const other = dealtGroup([1, 1, 1], 2, seededRng("other group"));
    const foreign = { ...known, certificate: { bytes: other.certificate, roster: other.roster, code: "" } };
    expect(judge(announce(), foreign)).toEqual(["successorUnknown"]);
  });
  test("hand-off to a complete new group of the coordinator's own tabs", async () => {
    await world.pegIn(10_000n);
    expect(judge(announce(), { ...known, tookPart: false })).toEqual(["successorNotYours"]);
    const registry = {
      ok: true,
      value: next.roster.seats.map(({ identity, weight }) => ({
        address: "ST",
        key: hexToBytes(`02${identity}`),
        weight,
      })),
    } as const;
    expect(judge(announce(), { ...known, tookPart: false, registry })).toEqual([]);
    expect(judge(announce(), { ...known, confirmed: false })).toEqual(["successorNotConfirmed"]);
    expect(judge(announce(), { ...known, alive: false })).toEqual(["successorNotAlive"]);
  });
  test("to a second key in the same epoch, or to an address that is not the key's", async () => {
    await world.pegIn(10_000n);
    world.approve(world.action({ tag: "setWallet", address: "x", key: soloGroup(9).key }));
    expect(judge(announce(), known)).toEqual(["secondHandOff"]);
    const wrong = world.action({ tag: "setWallet", address: addressOfKey(soloGroup(9).key), key });
    expect(judge(wrong, known)).toContain("wrongPegAddress");
  });
  test("the code that people compare stands in the check", () => {
    const checks = checkProposal(announce(), {
      standing: world.standing,
      subject: { tag: "successor", successor: known },
    });
    expect(checks.find(({ id }) => id === "H1")).toMatchObject({
      says: expect.stringContaining("ab12 cd34") as unknown,
    });
  });
  test("that leaves coins behind, is not announced, or comes while a payment is under way", async () => {
    const { plan, proposal } = await handOff();
    // what came in the last blocks may follow by itself
    await world.pegIn(5_000n, 1);
    expect(judge(proposal, known)).toEqual([]);
    await world.mine([], 2);
    expect(judge(proposal, known)).toEqual(["coinsLeftBehind"]);
    world.facts = { ...world.facts, wallet: { epoch: 1n, wallet: { key: world.group.key, address: "" } } };
    expect(judge(proposal, known)).toContain("handOffNotAnnounced");
    expect(plan.unsigned.outputs[1]!.amount).toBe(160_000n);
  });
  test("while a payment this seat approved is not confirmed", async () => {
    const request = await world.readyToPay();
    world.approve(world.transaction(world.pay(request), { tag: "fulfilment", request: request.txid }));
    const { proposal } = await handOff();
    expect(judge(proposal, known)).toContain("payoutsInFlight");
  });
  test("extra output, another receiver, a satoshi less", async () => {
    const { plan } = await handOff();
    const thief = bareTaproot(0x66);
    const extra = bent(plan, (outputs) => [...outputs.slice(0, 2), { amount: 330n, script: thief }]);
    expect(judge(extra, known)).toEqual(["extraOutput"]);
    const elsewhere = bent(plan, ([data, pay, ...rest]) => [data!, { ...pay!, script: thief }, ...rest]);
    expect(judge(elsewhere, known)).toEqual(["wrongRecipient"]);
    const less = bent(plan, ([data, pay, ...rest]) => [
      data!,
      { ...pay!, amount: pay!.amount - 1n },
      ...rest,
    ]);
    expect(judge(less, known)).toEqual(["wrongAmount"]);
  });
  test("a hand-off below the supply, also behind an attempt that another replaced", async () => {
    const { proposal } = await handOff();
    world.facts = { ...world.facts, supply: 160_001n };
    expect(judge(proposal, known)).toEqual(["belowSupply"]);
    // the same coins in an earlier attempt must not count twice
    const [again] = plansOf(world.ledger.spendable());
    world.approve(world.transaction(again!, purpose));
    expect(judge(proposal, known)).toEqual(["belowSupply"]);
    world.facts = { ...world.facts, supply: 160_000n };
    expect(judge(proposal, known)).toEqual([]);
  });
  test("second hand-off to another key in the same cycle", async () => {
    const { proposal } = await handOff();
    const [plan] = plansOf(world.ledger.spendable());
    world.approve(world.transaction(plan!, { ...purpose, nextKey: soloGroup(9).key }));
    expect(judge(proposal, known)).toEqual(["secondHandOff"]);
  });
  test("more than fifty coins leave in several transactions, and the last is held against the supply", async () => {
    for (let i = 0; i < 52; i++) await world.pegIn(1_000n, 1);
    await world.mine([], 2);
    world.facts = { ...world.facts, supply: 52_000n };
    announced();
    const [full, rest] = plansOf(world.ledger.spendable());
    expect(full!.core.inputs).toHaveLength(50);
    expect(judge(proposalOf(rest!), known)).toEqual(["coinsLeftBehind"]);
    expect(judge(proposalOf(full!), known)).toEqual([]);
    world.approve(proposalOf(full!));
    expect(judge(proposalOf(rest!), known)).toEqual([]);
    world.facts = { ...world.facts, supply: 52_001n };
    expect(judge(proposalOf(rest!), known)).toEqual(["belowSupply"]);
  });
  test("what is paid to the old address later follows, whatever was minted since", async () => {
    const { plan, proposal } = await handOff();
    world.approve(proposal);
    await world.mine([signPlan(plan, { group: world.group.secret, wallet: world.fees.secret })], 3);
    expect(world.ledger.spendable()).toEqual([]);
    world.facts = { ...world.facts, supply: 900_000n };
    await world.pegIn(7_000n);
    const [late] = plansOf(world.ledger.spendable());
    expect(judge(proposalOf(late!), known)).toEqual([]);
    const stolen = bent(late!, ([data, pay, ...rest]) => [
      data!,
      { ...pay!, script: bareTaproot(0x66) },
      ...rest,
    ]);
    expect(judge(stolen, known)).toEqual(["wrongRecipient"]);
  });
  test("hand-off approved by an automatic policy is for a person all the same", async () => {
    const policy: Policy = { ...manualPolicy, mode: "automatic" };
    const { proposal } = await handOff();
    for (const one of [proposal, announce()]) {
      const evidence = {
        standing: world.standing,
        subject: { tag: "successor", successor: known } as const,
      };
      const verdict = judgeByPolicy(policy, one, checkProposal(one, evidence), {
        network,
        memory: world.memory,
        height: world.chain.height,
        now: 0,
        alarm: false,
      });
      expect(verdict).toMatchObject({ tag: "ask" });
    }
  });
});

describe("a deposit that an earlier group handed over", () => {
  const next = soloGroup(5);

  /** The next group's seat looks at a deposit to the old wallet. */
  async function lateDeposit(handedTo: Uint8Array) {
    world.ledger.watch(next.script);
    const deposit = await world.pegIn(50_000n);
    const pegCoins = world.ledger.spendable();
    const parts = { pegCoins, nextPegScript: handedTo, rewardCycle: 1n, network };
    const [plan] = buildHandOff(parts, { rate: feeRate(2), feeWallet: world.wallet(20_000n) });
    const tx = signPlan(plan!, { group: world.group.secret, wallet: world.fees.secret });
    await world.mine([tx], 2);
    const wallet = { key: next.key, address: world.addressOf(next.script) };
    world.facts = { ...world.facts, wallet: { epoch: 2n, wallet } };
    const { standing } = world;
    const setting = {
      ...standing.setting,
      groupKey: next.key,
      expiredPegScripts: [world.group.script],
    };
    const confirmed = await world.confirmed(tx.txid);
    if (!confirmed.ok) throw confirmed.refusal;
    const parents = [deposit.tx.raw];
    const facts: DepositFacts = {
      ...(await world.deposit(deposit.op.deposit)),
      sweep: { ok: true, value: { tx: confirmed.value, parents } },
    };
    const mint = await world.mintOf(deposit, { burnBlock: await world.blockOf(tx.txid) });
    return { mint, facts, standing: { ...standing, setting } };
  }
  const judge = (proposal: Proposal, standing: Standing, deposit: DepositFacts) =>
    refusedCodes(checkProposal(proposal, { standing, subject: { tag: "deposit", deposit } }));

  test("is minted for by the next group, once and for its whole amount", async () => {
    const { mint, facts, standing } = await lateDeposit(next.script);
    expect(judge(mint, standing, facts)).toEqual([]);
    const more = { ...mint, action: { ...mint.action, amount: 50_001n } } as Proposal;
    expect(judge(more, standing, facts)).toContain("wrongAmount");
    const state = { state: "minted", amount: 50_000n, recipient: null, burnHeight: 1 } as const;
    expect(judge(mint, standing, { ...facts, state: { ok: true, value: state } })).toEqual([
      "depositAlreadyMinted",
    ]);
  });
  test("is not minted for while it lies with the earlier group, or where it went to somebody else", async () => {
    const { mint, facts, standing } = await lateDeposit(bareTaproot(0x66));
    expect(judge(mint, standing, facts)).toContain("depositElsewhere");
    expect(judge(mint, standing, { ...facts, sweep: null })).toContain("depositNotSwept");
    const setting = { ...standing.setting, expiredPegScripts: [] };
    expect(judge(mint, { ...standing, setting }, facts)).toContain("depositNotSwept");
  });
});
