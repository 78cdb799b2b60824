import { serializeTransaction, parseTransaction, type BitcoinTx } from "../../bitcoin/transaction.ts";
import { verifyInclusion } from "../../bitcoin/spv/inclusion.ts";
import { base64 } from "@scure/base";
import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { withLength } from "../../bitcoin/transaction.ts";
import { keyHashScript } from "../../bitcoin/verify/input.ts";
import { SighashCache } from "../../bitcoin/verify/sighash.ts";
import { toSign } from "../../ops/bip322.ts";
import { checkServes } from "../../ops/fulfilment.ts";
import { accountOf, recoverOwner } from "../../ops/owner-signature.ts";
import { formatPrincipal } from "../../ops/principal.ts";
import { returnMessage, verifyReturnProof } from "../../ops/return-proof.ts";
import { buildPegInReturn } from "../../transactions/peg.ts";
import { buildCancel, buildFulfilment, checkPegPaysNoFee } from "../../transactions/peg-out.ts";
import type { Plan } from "../../transactions/plan.ts";
import { buildReplacement } from "../../transactions/replace.ts";
import {
  signingDigests,
  signWithKey,
  withUnlocking,
  witnessFor,
  type Unlocking,
} from "../../transactions/sign.ts";
import { feeRate } from "../../transactions/size.ts";
import { fundByUser } from "../../transactions/user.ts";
import { bareTaproot } from "../wallets.ts";
import { equal, refuses, truthy } from "./expect.ts";
import { enough, minerWallet, stacksTip, type ChainCase, type World } from "./world.ts";

const home = bareTaproot(0x61);

/** The same transaction with one bit of the first witness item turned. */
function flipped(tx: BitcoinTx): BitcoinTx {
  const inputs = tx.inputs.map((input, i) => {
    if (i !== 0) return input;
    const witness = input.witness.map((item, j) =>
      j === 0 ? item.map((byte, k) => (k === 40 ? byte ^ 1 : byte)) : item,
    );
    return { ...input, witness };
  });
  return parseTransaction(serializeTransaction({ ...tx, inputs }));
}

/** Signs under the key tweaked once more: the mistake of taking the peg's script for `p2tr(Q)`. */
function wronglyTweaked(world: World, plan: Plan): BitcoinTx {
  const unlocking = new Map<number, Unlocking>();
  for (const { input, message } of signingDigests(plan)) {
    const signature = world.group.sign(message, { kind: "merkleRoot", root: new Uint8Array() });
    unlocking.set(input, witnessFor(plan, input, signature));
  }
  plan.inputs.forEach(({ signer }, i) => {
    if (signer.tag === "wallet") unlocking.set(i, signWithKey(plan, i, world.fees.secret, world.rng(32)));
  });
  return withUnlocking(plan, unlocking);
}

async function fulfilment(world: World, amount: bigint, fee: bigint, rate = world.rate) {
  const request = await world.request(amount, fee, home);
  const parts = {
    request,
    pegCoins: world.ledger.spendable(),
    chainTip: stacksTip,
    network: world.network,
    dialect: "D2" as const,
  };
  return { request, parts, plan: buildFulfilment(parts, { rate, feeWallet: await world.feeWallet() }) };
}

/** Peg-in to settlement, cancel, return and replacement. */
export const pegCases: readonly ChainCase[] = [
  {
    name: "rewards mature, are listed, and fund the wallets",
    async run(world) {
      await world.mine(120);
      const outputs = [world.user, world.fees].flatMap(({ script }) =>
        Array.from({ length: 12 }, () => ({ amount: 20_000_000n, script })),
      );
      await world.confirm(world.byWallet(fundByUser(outputs, await world.funds(minerWallet)), minerWallet));
      equal((await world.coins(world.user)).length, 12, "coins of the user");
    },
  },
  {
    name: "its headers pass our own verification, and end at its tip",
    async run(world) {
      equal(world.headers.tip?.hash, (await world.node.tip()).hash, "tip");
      equal(await world.node.blockHash(5), world.headers.at(5)?.hash, "block 5");
    },
  },
  {
    name: "a peg-in confirms, is read from its block, proven by SPV, and counted",
    async run(world) {
      const before = world.ledger.balance();
      const op = await world.pegIn(1_000_000n);
      equal(op.amount, 1_000_000n, "amount");
      equal(
        formatPrincipal(op.recipient),
        formatPrincipal(accountOf(world.user.publicKey, world.network)),
        "recipient",
      );
      equal(world.ledger.balance() - before, 1_000_000n, "balance of the peg");
      const { raw } = await world.node.transaction(op.txid);
      const proof = await world.node.merkleProof(op.txid);
      await refuses(
        () => verifyInclusion(raw, proof, world.headers, enough),
        "notEnoughConfirmations",
        "too early",
      );
      await world.mine(enough - 1);
      equal(verifyInclusion(raw, proof, world.headers, enough).txid, op.txid, "inclusion");
    },
  },
  {
    name: "a request confirms and names its owner",
    async run(world) {
      const request = await world.request(100_000n, 2_000n, home);
      equal(
        formatPrincipal(recoverOwner(request, world.network, "D2")),
        formatPrincipal(accountOf(world.user.publicKey, world.network)),
        "owner",
      );
      equal(await world.node.outspend(request.feeOutpoint), { spent: false }, "fee output");
    },
  },
  {
    name: "a fulfilment signed by a threshold group confirms; flipped, wrongly tweaked and second spends are refused",
    async run(world) {
      const { request, plan } = await fulfilment(world, 250_000n, 3_000n);
      checkPegPaysNoFee(plan, world.group.script, 250_000n, [plan.inputs[0]!.coin]);
      const tx = world.byGroup(plan);
      await world.rejected(flipped(tx), "invalid spend");
      await world.rejected(wronglyTweaked(world, plan), "invalid spend");
      await world.confirm(tx);
      const { op } = await world.opOf(tx.txid);
      truthy(op.kind === "fulfilment", `read as ${op.kind}`);
      checkServes(op, request);
      truthy((await world.node.outspend(request.feeOutpoint)).spent, "the request is spent");
      await world.rejected(
        world.byGroup(buildCancel(request, world.network, { rate: world.rate })),
        "already spent",
      );
    },
  },
  {
    name: "a fee wallet pays what a request lacks",
    async run(world) {
      const { plan } = await fulfilment(world, 50_000n, 400n, feeRate(5));
      truthy(plan.feeInput, "the fee wallet takes part");
      await world.confirm(world.byGroup(plan));
    },
  },
  {
    name: "a higher fee replaces; the lower one is refused from then on",
    async run(world) {
      const { plan } = await fulfilment(world, 60_000n, 1_000n);
      const first = world.byGroup(plan);
      await world.publish(first);
      const second = world.byGroup(
        buildReplacement(plan, { rate: feeRate(12), feeWallet: await world.feeWallet() }),
      );
      await world.publish(second);
      await world.rejected(first, "fee too low");
      await world.mine();
      truthy((await world.node.transaction(second.txid)).block, "the replacement is mined");
      equal(world.ledger.spentBy(plan.inputs[0]!.coin), second.txid, "who spent the request");
    },
  },
  {
    name: "two spends of one peg coin: the second is refused before and after confirmation",
    async run(world) {
      const a = await fulfilment(world, 30_000n, 2_000n);
      const b = await world.request(31_000n, 2_000n, home);
      const other = buildFulfilment(
        { ...a.parts, request: b, pegCoins: a.plan.inputs.slice(1).map(({ coin }) => coin) },
        { rate: world.rate },
      );
      const tx = world.byGroup(a.plan);
      const double = world.byGroup(other);
      await world.publish(tx);
      await world.rejected(double, "fee too low");
      await world.mine();
      await world.rejected(double, "already spent");
      await world.confirm(world.byGroup(buildCancel(b, world.network, { rate: world.rate })));
    },
  },
  {
    name: "own unconfirmed change is spent at once, and both confirm",
    async run(world) {
      const a = await fulfilment(world, 40_000n, 2_000n);
      const b = await world.request(41_000n, 2_000n, home);
      const first = world.byGroup(a.plan);
      await world.publish(first);
      world.ledger.addPending(first);
      const change = world.ledger.spendable().filter((coin) => coin.unconfirmedDepth === 1);
      equal(change.length, 1, "pending change");
      const second = world.byGroup(
        buildFulfilment({ ...a.parts, request: b, pegCoins: change }, { rate: world.rate }),
      );
      await world.publish(second);
      await world.mine();
      truthy((await world.node.transaction(second.txid)).block, "the second is mined with the first");
    },
  },
  {
    name: "a cancel spends the request; its fulfilment is refused from then on",
    async run(world) {
      const { request, plan } = await fulfilment(world, 70_000n, 2_000n);
      const late = world.byGroup(plan);
      const cancel = world.byGroup(
        buildCancel(request, world.network, { rate: world.rate, feeWallet: await world.feeWallet() }),
      );
      await world.confirm(cancel);
      equal((await world.opOf(cancel.txid)).op.kind, "cancel", "kind");
      await world.rejected(late, "already spent");
    },
  },
  {
    name: "a rejected peg-in returns to the script its depositor proved",
    async run(world) {
      const op = await world.pegIn(90_000n);
      const deposit = await world.node.transaction(op.txid);
      const [spent] = parseTransaction(deposit.raw).inputs;
      const funding = await world.node.transaction(spent!.txid);
      const message = returnMessage(op.deposit, home, world.network);
      verifyReturnProof(
        { deposit: op.deposit, returnScript: home, signature: proofByUser(world, message) },
        deposit.raw,
        funding.raw,
        world.network,
      );
      const coin = world.ledger.coin(op.deposit);
      truthy(coin, "the deposit is a peg coin");
      const tx = world.byGroup(
        buildPegInReturn({ deposit: coin, returnScript: home, network: world.network }, { rate: world.rate }),
      );
      await world.confirm(tx);
      equal((await world.opOf(tx.txid)).op.kind, "pegInReturn", "kind");
    },
  },
];

/** BIP 322 in its simple form, by the user's P2WPKH wallet. */
function proofByUser(world: World, message: string): string {
  const { script, secret, publicKey } = world.user;
  const hashes = new SighashCache(toSign(message, script), [{ amount: 0n, script }]);
  const digest = hashes.segwitV0(0, 1, keyHashScript(script.subarray(2)));
  const der = secp256k1.sign(digest, secret, { prehash: false, format: "der" });
  const items = [concatBytes(der, Uint8Array.of(1)), publicKey];
  return base64.encode(concatBytes(Uint8Array.of(2), ...items.map(withLength)));
}

/** X-only key of a wallet, for leaves. */
export const leafKey = (secret: Uint8Array): Uint8Array => schnorr.getPublicKey(secret);
