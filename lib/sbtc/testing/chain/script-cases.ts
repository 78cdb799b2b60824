import { parseTransaction, serializeTransaction } from "../../bitcoin/transaction.ts";
import type { CommitData } from "../../ops/commit-reveal.ts";
import { accountOf, pegOutMessageHash, signVrs } from "../../ops/owner-signature.ts";
import { buildConsolidation, buildHandOff } from "../../transactions/peg.ts";
import { assemble } from "../../transactions/plan.ts";
import { buildReclaim, buildReveal, buildSweep } from "../../transactions/script-path.ts";
import { signWithKey, withUnlocking } from "../../transactions/sign.ts";
import { buildCommit, buildDeposit } from "../../transactions/user.ts";
import { bareTaproot } from "../wallets.ts";
import { equal, refuses, truthy } from "./expect.ts";
import { leafKey } from "./peg-cases.ts";
import type { ChainCase, World } from "./world.ts";

const home = bareTaproot(0x62);
const lockBlocks = 8;

async function reveal(
  world: World,
  data: CommitData,
  request?: { recipientScript: Uint8Array; fulfilmentFee: bigint },
) {
  const key = leafKey(world.user.secret);
  const parts = { data, amount: 60_000n, revealKey: key, reclaim: { key, blocks: lockBlocks } };
  const { plan, commit } = buildCommit(parts, await world.funds());
  const commitTx = world.byWallet(plan);
  await world.confirm(commitTx);
  const coin = { txid: commitTx.txid, vout: 0, ...commitTx.outputs[0]! };
  const target = {
    pegScript: world.group.script,
    network: world.network,
    ...(request === undefined ? {} : { request }),
  };
  const tx = world.byWallet(buildReveal(commit, coin, target, world.rate));
  await world.confirm(tx);
  return world.opOf(tx.txid);
}

async function deposit(world: World, amount: bigint, blocks = lockBlocks) {
  const data = { maxFee: 5_000n, recipient: accountOf(world.user.publicKey, world.network) };
  const reclaim = { key: leafKey(world.user.secret), blocks };
  const made = buildDeposit({ data, amount, groupKey: world.group.key, reclaim }, await world.funds());
  const tx = world.byWallet(made.plan);
  await world.confirm(tx);
  return { data, tree: made.deposit.tree, coin: { txid: tx.txid, vout: 0, ...tx.outputs[0]! } };
}

/** Script paths, hand-off and reorganisation. The hand-off comes late: it empties the peg. */
export const scriptCases: readonly ChainCase[] = [
  {
    name: "a committed peg-in is revealed and counts as a peg-in",
    async run(world) {
      const recipient = accountOf(world.user.publicKey, world.network);
      const { op } = await reveal(world, { tag: "pegIn", recipient, feeSubsidy: 1_000n });
      truthy(op.kind === "reveal" && op.op.kind === "pegIn", `read as ${op.kind}`);
      equal(world.ledger.coin(op.op.deposit)?.amount, op.op.amount, "coin of the peg");
    },
  },
  {
    name: "a committed request is revealed and counts as a request",
    async run(world) {
      const hash = pegOutMessageHash(20_000n, home, world.network, "D2");
      const request = { amount: 20_000n, signature: signVrs(hash, world.user.secret) };
      const { op } = await reveal(
        world,
        { tag: "pegOutRequest", request, feeSubsidy: 1_000n },
        { recipientScript: home, fulfilmentFee: 2_000n },
      );
      truthy(op.kind === "reveal" && op.op.kind === "pegOutRequest", `read as ${op.kind}`);
      equal(op.op.fulfilmentFee, 2_000n, "fee");
    },
  },
  {
    name: "the group sweeps production deposits by their leaf, under the untweaked key",
    async run(world) {
      const deposits = [await deposit(world, 100_000n), await deposit(world, 70_000n)];
      const sweepable = deposits.map(({ coin, data, tree }) => ({ coin, data, leaf: tree.first }));
      const { plan, credits } = buildSweep(sweepable, world.group.script, world.rate);
      const before = world.ledger.balance();
      await world.confirm(world.byGroup(plan));
      const credited = credits.reduce((sum, one) => sum + one.credited, 0n);
      equal(world.ledger.balance() - before, credited, "what the depositors are credited is in the peg");
    },
  },
  {
    name: "a deposit is reclaimed after its lock; before it, and around it, the node refuses",
    async run(world) {
      const { coin, tree } = await deposit(world, 80_000n);
      await refuses(
        () => buildReclaim(coin, tree.second, home, 1, world.rate),
        "reclaimTooEarly",
        "our own check",
      );
      const plan = buildReclaim(coin, tree.second, home, lockBlocks, world.rate);
      const tx = world.byWallet(plan);
      await world.rejected(tx, "lock not over");

      const hurried = plan.inputs.map((input) => ({ ...input, sequence: 1 }));
      const around = { ...plan, inputs: hurried, ...assemble(hurried, plan.unsigned.outputs) };
      await world.rejected(
        withUnlocking(around, new Map([[0, signWithKey(around, 0, world.user.secret, world.rng(32))]])),
        "invalid spend",
      );

      const oldVersion = parseTransaction(serializeTransaction({ ...tx, version: 1 }));
      await world.rejected(oldVersion, "invalid spend");

      await world.mine(lockBlocks - 2);
      await world.rejected(tx, "lock not over");
      await world.mine(1);
      await world.confirm(tx);
    },
  },
  {
    name: "small coins are gathered, the fee wallet paying",
    async run(world) {
      const before = world.ledger.balance();
      const plan = buildConsolidation(world.ledger.spendable(), world.group.script, {
        rate: world.rate,
        feeWallet: await world.feeWallet(),
      });
      await world.confirm(world.byGroup(plan));
      equal(world.ledger.balance(), before, "balance of the peg");
    },
  },
  {
    name: "a reorganisation takes blocks back, and the ledger with them",
    async run(world) {
      const op = await world.pegIn(123_000n);
      const { block } = await world.node.transaction(op.txid);
      truthy(block, "the peg-in is confirmed");
      await world.mine(2);
      const balance = world.ledger.balance();
      await world.chain.invalidate(block.hash);
      await world.chain.mine(5);
      await world.sync();
      equal(world.headers.isBest(block.hash), false, "the old block is in the best chain");
      equal(world.ledger.tip.hash, (await world.node.tip()).hash, "tip of the ledger");
      const now = await world.node.transaction(op.txid).catch(() => null);
      equal(
        world.ledger.coin(op.deposit) !== null,
        now?.block != null,
        "the deposit counts where it is confirmed",
      );
      if (now?.block == null) {
        const { raw } = now ?? { raw: op };
        truthy(raw instanceof Uint8Array, "the node forgot the transaction");
        await world.confirm(parseTransaction(raw));
      }
      equal(world.ledger.balance(), balance, "balance once it is mined again");
    },
  },
  {
    name: "a hand-off passes every coin to the next group, which can spend them",
    async run(world) {
      const coins = world.ledger.spendable();
      const sum = coins.reduce((total, { amount }) => total + amount, 0n);
      const parts = {
        pegCoins: coins,
        nextPegScript: world.nextGroup.script,
        rewardCycle: 60n,
        network: world.network,
      };
      const [plan] = buildHandOff(parts, { rate: world.rate, feeWallet: await world.feeWallet() });
      truthy(plan, "a plan");
      const tx = world.byGroup(plan);
      await world.confirm(tx);
      equal((await world.opOf(tx.txid)).op.kind, "handOff", "kind");
      equal(world.ledger.balance(), sum, "balance of the peg");

      const handedOver = world.ledger.coin({ txid: tx.txid, vout: 1 });
      truthy(handedOver, "the next wallet's coin");
      const more = await world.funds();
      truthy(more.coins.length > 0, "the user still has coins");
      const next = buildHandOff(
        {
          pegCoins: [handedOver],
          nextPegScript: world.group.script,
          rewardCycle: 61n,
          network: world.network,
        },
        { rate: world.rate, feeWallet: await world.feeWallet() },
      );
      const stranger = next[0]!;
      await refuses(() => world.byGroup(stranger), "signatureInvalid", "the old group signs for the new one");
      await world.confirm(world.byGroup(stranger, world.nextGroup));
    },
  },
];
