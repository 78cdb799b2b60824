import { schnorr } from "@noble/curves/secp256k1.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batchOperation, batchToSign } from "../../../rounds/operation/batch.ts";
import { operationRegistry } from "../../../rounds/operation/operation.ts";
import { textOperation, textToSign } from "../../../rounds/operation/text.ts";
import { toHex } from "../../bytes.ts";
import { parseTransaction, serializeTransaction } from "../../bitcoin/transaction.ts";
import { actionDigest } from "../../contract/digest.ts";
import { networks } from "../../network.ts";
import { depositOutput } from "../../ops/deposit-script.ts";
import { pegScript } from "../../ops/peg-script.ts";
import { transactionWith } from "../../testing/transactions.ts";
import {
  bareTaproot,
  coin,
  keyWallet,
  recipientAccount,
  requestFor,
  soloGroup,
} from "../../testing/wallets.ts";
import { buildFulfilment } from "../../transactions/peg-out.ts";
import { buildSweep } from "../../transactions/script-path.ts";
import type { Plan } from "../../transactions/plan.ts";
import { signingDigests } from "../../transactions/sign.ts";
import { feeRate } from "../../transactions/size.ts";
import { parseBlockHash } from "../../bytes.ts";
import type { ActionProposal, Purpose, TransactionProposal } from "../proposal.ts";
import { checkProposal, mayApprove } from "../checks/check.ts";
import { SignerWorld } from "../testing/signer-world.ts";
import { pegOperations, proposalsOf, proposalsToSign, withoutMixing } from "./kinds.ts";

const group = soloGroup(1);
const context = { groupId: new Uint8Array(32), groupPublicKey: group.key };
const registry = operationRegistry([
  textOperation,
  ...pegOperations,
  withoutMixing(batchOperation([textOperation, ...pegOperations])),
]);
const rebuilt = (...proposals: (ActionProposal | TransactionProposal)[]) =>
  registry.rebuild(proposalsToSign(proposals), context);
const proposalOf = (
  { unsigned, inputs }: Pick<Plan, "unsigned" | "inputs">,
  purpose: Purpose,
): TransactionProposal => ({
  tag: "transaction",
  purpose,
  unsigned: unsigned.raw,
  spends: inputs.map(({ coin: { amount, script }, signer }) => ({ amount, script, signer })),
});
const request = requestFor(group, { amount: 60_000n, fee: 2_000n, recipientScript: bareTaproot(3) });
const parts = {
  request,
  chainTip: parseBlockHash("0e".repeat(32)),
  network: networks.regtest,
  dialect: "D2",
} as const;
const plan = buildFulfilment({ ...parts, pegCoins: [coin(group.script, 100_000n)] }, { rate: feeRate(2) });
const payment = proposalOf(plan, { tag: "fulfilment", request: request.txid });
const burnBlock = { height: 7, hash: "ab".repeat(32) };
const mint: ActionProposal = {
  tag: "action",
  action: {
    tag: "mint",
    amount: 5n,
    recipient: "ST3RBZ4TZ3EK22SZRKGFZYBCKD7WQ5B8FFRS57TT6",
    deposit: { txid: "cd".repeat(32), vout: 1 },
    burnBlock,
  },
  contract: "ST3RBZ4TZ3EK22SZRKGFZYBCKD7WQ5B8FFRS57TT6.sbtc",
  chainId: 0x80000000,
  epoch: 3n,
};

describe("what a signer rebuilds", () => {
  test("an action signs the contract's own digest, untweaked", () => {
    const made = rebuilt(mint);
    const digest = actionDigest({ contract: mint.contract, chainId: mint.chainId, epoch: 3n }, mint.action);
    expect(made.ok && made.messages).toEqual([{ message: digest, tweak: { kind: "none" } }]);
  });
  test("a transaction signs one sighash per input of the group's, those its builder computes", () => {
    const made = rebuilt(payment);
    const digests = signingDigests(plan).map(({ message, tweak }) => ({ message, tweak }));
    expect(made.ok && made.messages).toEqual(digests);
  });
  test("a deposit's leaf is signed under the untweaked key, production coins under one more tweak", () => {
    const data = { maxFee: 10_000n, recipient: recipientAccount };
    const deposit = depositOutput(data, group.key, { blocks: 950, key: soloGroup(8).key });
    const swept = coin(deposit.script, 80_000n);
    const sweep = buildSweep(
      [{ coin: swept, leaf: deposit.tree.first, data }],
      group.script,
      feeRate(2),
    ).plan;
    const proposal = proposalOf(sweep, { tag: "sweep", deposits: [{ txid: swept.txid, vout: swept.vout }] });
    const made = rebuilt(proposal);
    expect(made.ok && made.messages.map(({ message }) => toHex(message))).toEqual(
      signingDigests(sweep).map(({ message }) => toHex(message)),
    );
    const production = pegScript(group.key, "production");
    const signer = { tag: "group", tweak: production.tweak } as const;
    const spends = payment.spends.map((one) => ({ ...one, script: production.script, signer }));
    const tweaked = rebuilt({ ...payment, spends });
    expect(tweaked.ok && tweaked.messages.every(({ tweak }) => tweak.kind === "merkleRoot")).toBe(true);
  });
});

describe("what is refused before anyone is asked", () => {
  const fault = (proposal: ActionProposal | TransactionProposal) => {
    const made = rebuilt(proposal);
    return made.ok ? "accepted" : made.fault;
  };
  test("coins of another group, also by their leaf", () => {
    const other = soloGroup(2);
    const stolen = payment.spends.map((one) => ({ ...one, script: other.script }));
    expect(fault({ ...payment, spends: stolen })).toBe("not-for-this-group");
    const data = { maxFee: 10_000n, recipient: recipientAccount };
    const deposit = depositOutput(data, other.key, { blocks: 950, key: soloGroup(8).key });
    const swept = coin(deposit.script, 80_000n);
    const sweep = buildSweep(
      [{ coin: swept, leaf: deposit.tree.first, data }],
      group.script,
      feeRate(2),
    ).plan;
    expect(fault(proposalOf(sweep, { tag: "sweep", deposits: [] }))).toBe("not-for-this-group");
  });
  test("spends that do not fit the transaction, and a parent that is not the coin's", () => {
    expect(fault({ ...payment, spends: payment.spends.slice(1) })).toBe("malformed-operation");
    const [first, ...rest] = payment.spends;
    const parent = transactionWith([{ amount: 5n, script: group.script }]).raw;
    expect(fault({ ...payment, spends: [{ ...first!, parent }, ...rest] })).toBe("malformed-operation");
    const wallet = payment.spends.map((one) => ({
      ...one,
      script: keyWallet(3).script,
      signer: { tag: "wallet" } as const,
    }));
    expect(fault({ ...payment, spends: wallet })).toBe("malformed-operation");
  });
  test("a lock time, another version, or anything signed already", () => {
    const tx = parseTransaction(payment.unsigned);
    const bent = (change: Partial<typeof tx>) =>
      fault({ ...payment, unsigned: serializeTransaction({ ...tx, ...change }) });
    expect(bent({ lockTime: 1 })).toBe("malformed-operation");
    expect(bent({ version: 1 })).toBe("malformed-operation");
    expect(bent({ inputs: tx.inputs.map((one) => ({ ...one, witness: [new Uint8Array(64)] })) })).toBe(
      "malformed-operation",
    );
    expect(bent({ inputs: tx.inputs.map((one) => ({ ...one, scriptSig: Uint8Array.of(0x51) })) })).toBe(
      "malformed-operation",
    );
    expect(bent({ inputs: [...tx.inputs.slice(0, 1), ...tx.inputs.slice(0, 1)] })).toBe(
      "malformed-operation",
    );
  });
  test("an action with arguments the contract does not take", () => {
    expect(fault({ ...mint, contract: "nonsense" })).toBe("malformed-operation");
    expect(
      fault({ ...mint, action: { ...mint.action, recipient: "nobody" } as ActionProposal["action"] }),
    ).toBe("malformed-operation");
  });
  test("a text and a payment in one batch", () => {
    const [peg] = [proposalsToSign([payment])];
    expect(registry.rebuild(batchToSign([peg, textToSign("hello")]), context).ok).toBe(false);
    expect(registry.rebuild(batchToSign([peg, proposalsToSign([mint])]), context).ok).toBe(true);
    expect(proposalsOf(textToSign("hello"))).toBeNull();
  });
});

describe("bytes", () => {
  test("what is read is what was written, and re-encodes to the same bytes", () => {
    for (const proposal of [mint, payment]) {
      const operation = proposalsToSign([proposal]);
      const [read] = proposalsOf(operation)!;
      expect(read).toEqual(proposal);
      expect(toHex(proposalsToSign([read!]).body)).toBe(toHex(operation.body));
      expect(proposalsOf({ ...operation, body: Uint8Array.of(...operation.body, 0) })).toBeNull();
    }
  });

  test("no bytes make the kinds or the checks throw, and no changed bit is approved", async () => {
    const world = new SignerWorld();
    const ready = await world.readyToPay();
    const honest = world.transaction(world.pay(ready), { tag: "fulfilment", request: ready.txid });
    const evidence = await world.gather(honest);
    expect(mayApprove(checkProposal(honest, evidence))).toBe(true);
    const operation = proposalsToSign([honest]);
    const signed = { ...context, groupPublicKey: world.group.key };
    const messages = (body: Uint8Array) => {
      const made = registry.rebuild({ ...operation, body }, signed);
      return made.ok ? made.messages.map(({ message }) => toHex(message)).join() : null;
    };
    const own = messages(operation.body);
    fc.assert(
      fc.property(fc.nat(operation.body.length * 8 - 1), (bit) => {
        const body = Uint8Array.from(operation.body);
        body[bit >> 3] = (body[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const changed = messages(body);
        const [proposal] = proposalsOf({ ...operation, body }) ?? [];
        if (proposal === undefined) return;
        const approved = mayApprove(checkProposal(proposal, evidence)) && changed !== null;
        // Bits that change no message (a purpose named in two ways, say) may pass; a changed message may not, unless only
        // the Stacks tip in the data output changed, which a person is asked about.
        const asks = checkProposal(proposal, evidence).some(({ state }) => state === "asks");
        expect(approved && changed !== own && !asks).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test("a signature for one action is none for another", () => {
    const one = rebuilt(mint);
    const two = rebuilt({ ...mint, epoch: 4n });
    if (!one.ok || !two.ok) throw new Error("not rebuilt");
    const signature = schnorr.sign(one.messages[0]!.message, group.secret);
    expect(schnorr.verify(signature, two.messages[0]!.message, group.key)).toBe(false);
  });
});
