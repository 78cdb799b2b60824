import { Cl, ClarityType, type ClarityValue } from "@stacks/transactions";
import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import { blockBytes } from "../../../../../../devnet/bitcoin/block.ts";
import type { Chain } from "../../../../../../devnet/bitcoin/chain.ts";
import { coinsOf } from "../../../../../../devnet/bitcoin/utxo.ts";
import { parseHex, sameBytes, toHex } from "../../../../../sbtc/bytes.ts";
import type { BitcoinNode, Utxo } from "../../../../../sbtc/bitcoin/node.ts";
import { refuse } from "../../../../../sbtc/refusal.ts";
import type { StacksNode, TransactionState } from "../../../../../sbtc/stacks/node.ts";
import type { ModelChain } from "./model-chain.ts";

/** The BitcoinNode port straight over a devnet chain: no socket, no text. */
export function directBitcoin(chain: Chain, rate: () => bigint): BitcoinNode {
  const blockAt = (height: number) => chain.blockAt(height) ?? refuse("nodeNotFound", `no block ${height}`);
  const found = async <T>(work: () => T): Promise<T> => {
    await Promise.resolve();
    return work();
  };
  return {
    operator: "simulation",
    tip: () => found(() => ({ height: chain.tip.height, hash: chain.tip.hash })),
    blockHash: (height) => found(() => blockAt(height).hash),
    headers: (from, count) =>
      found(() => {
        const last = Math.min(chain.tip.height, from + count - 1);
        if (last < from) refuse("nodeNotFound", `no block ${from}`);
        return concatBytes(...Array.from({ length: last - from + 1 }, (_, i) => blockAt(from + i).header));
      }),
    block: (hash) =>
      found(() => {
        const block = chain.block(hash) ?? refuse("nodeNotFound", `no block ${hash}`);
        return blockBytes(block);
      }),
    transaction: (txid) =>
      found(() => {
        const confirmed = chain.history.transaction(txid);
        if (confirmed !== undefined) {
          const { height, hash } = confirmed.block;
          return { raw: confirmed.tx.raw, block: { height, hash } };
        }
        const waiting = chain.mempool.get(txid) ?? refuse("nodeNotFound", `no transaction ${txid}`);
        return { raw: waiting.tx.raw, block: null };
      }),
    merkleProof: () => Promise.reject(new Error("the coordinator reads whole blocks")),
    outspend: () => Promise.reject(new Error("the coordinator follows spends itself")),
    utxos: (script) => found(() => utxos(chain, script)),
    feeRates: () => found(() => ({ fast: rate(), normal: rate(), slow: rate() })),
    broadcast: (raw) =>
      found(() => {
        const result = chain.submit(raw);
        if ("txid" in result) return result.txid;
        if (result.code.startsWith("txn-already")) return refuse("nodeRejected", result.detail);
        return refuse("nodeRejected", `${result.code}: ${result.detail}`);
      }).catch((error: unknown) => {
        const again = knownId(chain, raw);
        if (again !== null) return again;
        throw error;
      }),
  };
}

function knownId(chain: Chain, raw: Uint8Array) {
  for (const { tx } of chain.mempool.entries()) if (sameBytes(tx.raw, raw)) return tx.txid;
  for (let height = chain.tip.height; height > chain.tip.height - 40; height--)
    for (const tx of chain.blockAt(height)?.txs ?? []) if (sameBytes(tx.raw, raw)) return tx.txid;
  return null;
}

function utxos(chain: Chain, script: Uint8Array): Utxo[] {
  const isMine = (coin: { script: Uint8Array }) => sameBytes(coin.script, script);
  const confirmed = [...chain.coins.values()].filter(isMine);
  const waiting = [...chain.mempool.entries()].flatMap(({ tx }) => coinsOf(tx, 0, false).filter(isMine));
  const all = [...confirmed, ...waiting.map((coin) => ({ ...coin, height: null }))];
  return all
    .filter((coin) => chain.mempool.spenderOf(coin) === undefined)
    .map(({ txid, vout, amount, height }) => ({ txid, vout, amount, script, height }));
}

/** The StacksNode port over the model. */
export function directStacks(chain: ModelChain): StacksNode {
  return {
    name: "simulation",
    info: () =>
      Promise.resolve({
        chainId: chain.model.context.chainId,
        burnBlockHeight: chain.model.tip,
        stacksTipHeight: chain.height,
        stacksTip: chain.tip,
        serverVersion: "simulation",
        synced: true,
      }),
    account: () => Promise.reject(new Error("not asked")),
    nextNonce: () => Promise.resolve(chain.nextNonce()),
    estimateFee: () => Promise.resolve({ low: 1n, middle: 2n, high: 3n, source: "estimate" as const }),
    broadcast: (bytes) => Promise.resolve(chain.submit(toHex(bytes))),
    read: (query) => Promise.resolve(query.read(answer(chain, query.functionName, query.args))),
    contractSource: () => Promise.resolve(null),
    transaction: (txid) => Promise.resolve(stateOf(chain, txid)),
    events: () => Promise.resolve([]),
  };
}

function stateOf(chain: ModelChain, txid: string): TransactionState {
  const ran = chain.ran(txid);
  if (ran === undefined) return chain.isWaiting(txid) ? { tag: "pending" } : { tag: "unknown" };
  const place = { blockHeight: chain.height, burnBlockHeight: ran.burnHeight, canonical: true };
  return ran.code === null
    ? { tag: "success", ...place, result: Cl.ok(Cl.bool(true)) }
    : { tag: "abortedByResponse", ...place, result: Cl.error(Cl.uint(ran.code)) };
}

const hex = (value: ClarityValue | undefined): string =>
  value?.type === ClarityType.Buffer ? value.value : refuse("nodeAnswerMalformed", "not a buffer");
const text = (value: ClarityValue | undefined): string =>
  value?.type === ClarityType.PrincipalStandard || value?.type === ClarityType.PrincipalContract
    ? value.value
    : "";

function answer({ model }: ModelChain, name: string, args: readonly ClarityValue[]): ClarityValue {
  switch (name) {
    case "get-total-supply":
      return Cl.ok(Cl.uint(model.supply));
    case "get-balance":
      return Cl.ok(Cl.uint(model.balance(text(args[0]))));
    case "get-wallet":
      return Cl.tuple({
        epoch: Cl.uint(model.context.epoch),
        wallet: Cl.some(Cl.tuple({ key: Cl.buffer(model.key), address: Cl.stringAscii("bcrt1") })),
      });
    case "get-limits": {
      const { limits } = model;
      return Cl.tuple({
        "min-amount": Cl.uint(limits.minAmount),
        "max-mint": Cl.uint(limits.maxMint),
        "max-lock": Cl.uint(limits.maxLock),
        window: Cl.uint(limits.window),
        "window-mint": Cl.uint(limits.windowMint),
        "window-lock": Cl.uint(limits.windowLock),
        "supply-cap": Cl.uint(limits.supplyCap),
        confirmations: Cl.uint(limits.confirmations),
        lifetime: Cl.uint(limits.lifetime),
      });
    }
    case "get-trading-halted":
      return Cl.bool(model.halted);
    case "get-window-use":
      return Cl.tuple({ minted: Cl.uint(0), locked: Cl.uint(0) });
    case "is-recipient-allowed":
    case "is-script-allowed":
      return Cl.bool(true);
    case "get-deposit": {
      const vout = args[1]?.type === ClarityType.UInt ? String(args[1].value) : "";
      const found = model.deposits.get(`${hex(args[0])}:${vout}`);
      if (found === undefined) return Cl.none();
      return Cl.some(
        Cl.tuple({
          state: Cl.stringAscii(found.state),
          amount: Cl.uint(found.amount),
          recipient: found.recipient === null ? Cl.none() : Cl.some(Cl.principal(found.recipient)),
          "burn-height": Cl.uint(found.burnHeight),
        }),
      );
    }
    case "get-withdrawal": {
      const found = model.withdrawals.get(hex(args[0]));
      if (found === undefined) return Cl.none();
      return Cl.some(
        Cl.tuple({
          state: Cl.stringAscii(found.state),
          owner: Cl.principal(found.owner),
          amount: Cl.uint(found.amount),
          script: Cl.buffer(found.script),
          message: Cl.buffer(found.message),
          "burn-height": Cl.uint(found.burnHeight),
          expires: Cl.uint(found.expires),
          "final-txid": Cl.buffer(found.finalTxid === null ? new Uint8Array() : parseHex(found.finalTxid)),
        }),
      );
    }
    case "get-message-use": {
      const use = model.messages.get(`${text(args[0])}/${hex(args[1])}`);
      return use === undefined ? Cl.none() : Cl.some(Cl.buffer(hexToBytes(use)));
    }
    default:
      return refuse("nodeMethodMissing", name);
  }
}
