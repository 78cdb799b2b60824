import { Cl } from "@stacks/transactions";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  lockCall,
  mintCall,
  refundCall,
  rejectCall,
  settleCall,
  setWalletCall,
  type ContractCall,
} from "../../lib/sbtc/contract/calls.ts";
import { configCalls } from "../../lib/sbtc/contract/config-calls.ts";
import { contractClarityVersion, contractSources } from "../../lib/sbtc/contract/deployment.ts";
import { actionDigest } from "../../lib/sbtc/contract/digest.ts";
import type { ContractAction } from "../../lib/sbtc/contract/actions.ts";
import { tokenQueries } from "../../lib/sbtc/contract/queries.ts";
import { signedLock } from "../../lib/sbtc/testing/peg-out-request.ts";
import { account, expectOk, hashOf, SoloGroup } from "../../lib/sbtc/testing/peg-world.ts";
import type { StacksChain } from "./chain.ts";
import { devnetChainId } from "./transaction.ts";
import { Actor, burn, faucet, startChain } from "./testing/actors.ts";

// The calls this product builds, signed and with their own post-conditions, on a chain that enforces them.

let chain: StacksChain;
const coordinator = new Actor(31);
const group = new SoloGroup(7);
const alice = account(11);
const token = `${coordinator.address}.sbtc`;
const context = { chainId: devnetChainId, contract: token, epoch: 1n };
const { height, hash } = burn(1);
const burnBlock = { height, hash };
const sign = (action: ContractAction) => ({
  key: group.key,
  signature: group.sign(actionDigest(context, action)),
});
const balance = (who: string) => {
  const { contract, functionName, args, read } = tokenQueries.balance(token, who);
  return read(expectOk(chain.vm.callReadOnly(contract, functionName, args, alice.address)));
};

async function run({ contract, functionName, functionArgs, postConditions }: ContractCall) {
  const { txid, bytes } = await coordinator.call(contract, functionName, functionArgs, postConditions);
  await chain.submit(bytes);
  const mined = chain.ledger.get(txid);
  return mined?.status === "abort_by_response" ? Cl.prettyPrint(mined.result) : mined?.status;
}

beforeAll(async () => {
  ({ chain } = await startChain());
  await chain.onBitcoinBlock(burn(1));
  await chain.submit((await faucet().transfer(coordinator.address, 100_000_000n)).bytes);
  coordinator.fee = 50_000n;
  for (const { name, source } of contractSources("devnet"))
    await chain.submit((await coordinator.deploy(name, source, contractClarityVersion)).bytes);
  const config = `${coordinator.address}.sbtc-config`;
  const most = 1_000_000n;
  const limits = {
    ...{ minAmount: 546n, maxMint: most, maxLock: most, windowMint: most, windowLock: most },
    ...{ supplyCap: most, window: 144, confirmations: 1, lifetime: 1 },
  };
  expect(await run(configCalls.setLimits(config, limits))).toBe("success");
  expect(await run(configCalls.enableAllowList(config, false))).toBe("success");
  const first = { ...context, epoch: 0n };
  const action = { tag: "setWallet", address: "bcrt1-x", key: group.key } as const;
  const wallet = setWalletCall(first, action, group.sign(actionDigest(first, action)), null);
  expect(await run(wallet)).toBe("success");
});
afterAll(() => chain.stop());

test("mint and reject move nothing, so they pass with no condition at all", async () => {
  const deposit = { txid: hashOf(1), vout: 1 };
  const mint = { tag: "mint", amount: 50_000n, recipient: alice.address, deposit, burnBlock } as const;
  expect(await run(mintCall(context, mint, sign(mint)))).toBe("success");
  expect(await run(mintCall(context, mint, sign(mint)))).toBe("(err u2030)");
  const other = { txid: hashOf(2), vout: 0 };
  const reject = { tag: "reject", reason: 1, deposit: other, burnBlock } as const;
  expect(await run(rejectCall(context, reject, sign(reject)))).toBe("success");
});

test("a lock takes from the holder, whoever sends it, and only as much as its condition says", async () => {
  const lock = signedLock(alice.key, { txid: hashOf(30), burnBlock });
  const call = lockCall(context, lock, sign(lock), alice.address);
  expect(await run({ ...call, postConditions: [] })).toBe("abort_by_post_condition");
  expect(await run(lockCall(context, lock, sign(lock), coordinator.address))).toBe("abort_by_post_condition");
  expect([balance(alice.address), balance(token)]).toEqual([50_000n, 0n]);
  expect(await run(call)).toBe("success");
  expect([balance(alice.address), balance(token)]).toEqual([30_000n, 20_000n]);
});

test("settling burns what the contract holds, exactly", async () => {
  const settle = { tag: "settle", txid: hashOf(30), payoutTxid: hashOf(40), burnBlock } as const;
  expect(await run(settleCall(context, settle, sign(settle), 19_999n))).toBe("abort_by_post_condition");
  expect(balance(token)).toBe(20_000n);
  expect(await run(settleCall(context, settle, sign(settle), 20_000n))).toBe("success");
  expect(balance(token)).toBe(0n);
});

test("a refund waits for the request to expire, then gives back exactly what was locked", async () => {
  const lock = signedLock(alice.key, { txid: hashOf(31), burnBlock, amount: 10_000n });
  expect(await run(lockCall(context, lock, sign(lock), alice.address))).toBe("success");
  const refund = { tag: "refund", txid: hashOf(31), cancelTxid: hashOf(41), burnBlock } as const;
  expect(await run(refundCall(context, refund, sign(refund), 10_000n))).toBe("(err u2037)");
  await chain.onBitcoinBlock(burn(2));
  await chain.onBitcoinBlock(burn(3));
  expect(await run(refundCall(context, refund, sign(refund), 9_999n))).toBe("abort_by_post_condition");
  expect(await run(refundCall(context, refund, sign(refund), 10_000n))).toBe("success");
  expect([balance(alice.address), balance(token)]).toEqual([30_000n, 0n]);
});
