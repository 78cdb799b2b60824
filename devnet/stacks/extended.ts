import { bytesToHex } from "@noble/hashes/utils.js";
import { contractAbi } from "./abi.ts";
import type { StacksChain } from "./chain.ts";
import { give, usualGift } from "./faucet.ts";
import {
  json,
  pageNumber,
  readJson,
  router,
  type Handler,
  type HttpAnswer,
  type HttpRequest,
} from "./http.ts";
import type { MinedTransaction } from "./ledger.ts";
import { isPrincipal } from "./principal.ts";
import { Rejected, type VerifiedTransaction } from "./transaction.ts";
import { droppedView, eventView, minedView, pendingView } from "./views.ts";

const usualPage = 20;
const longestPage = 50;

/** The paths of the Stacks API that wallets and this product ask: what became of transactions, who has what. */
export function extendedApi(chain: StacksChain): Handler {
  const mined = (entry: MinedTransaction) => minedView(entry, abiOf(chain, entry.transaction));
  const pending = (transaction: VerifiedTransaction) => pendingView(transaction, abiOf(chain, transaction));
  const about = (address: string) =>
    chain.ledger.mined.filter((entry) => involved(entry, address)).toReversed();
  return router({
    "GET /extended": () => json(status(chain)),
    "GET /extended/v1/status": () => json(status(chain)),
    "GET /extended/v1/tx": (_, request) => page(chain.ledger.mined.toReversed(), request, mined),
    "GET /extended/v1/tx/mempool": (_, request) => page(chain.mempool.list(), request, pending),
    "GET /extended/v1/tx/:txid": ([txid = ""]) => {
      const id = bare(txid);
      const entry = chain.ledger.get(id);
      if (entry !== undefined) return json(mined(entry));
      const waiting = chain.mempool.get(id);
      if (waiting !== undefined) return json(pending(waiting));
      const why = chain.droppedBecause(id);
      return why === undefined ? unknownTransaction(txid) : json(droppedView(id, why));
    },
    "GET /extended/v1/tx/:txid/raw": ([txid = ""]) => {
      const found = chain.ledger.get(bare(txid))?.transaction ?? chain.mempool.get(bare(txid));
      return found === undefined
        ? unknownTransaction(txid)
        : json({ raw_tx: `0x${bytesToHex(found.bytes)}` });
    },
    "GET /extended/v1/contract/:id/events": ([id = ""], request) =>
      page(logsOf(chain, id), request, ({ event, index, txid }) => eventView(event, index, txid)),
    "GET /extended/v1/address/:address/nonces": ([address = ""]) => json(nonces(chain, address)),
    "GET /extended/v1/address/:address/balances": ([address = ""]) => json(balances(chain, address)),
    "GET /extended/v1/address/:address/stx": ([address = ""]) => json(stx(chain, address)),
    "GET /extended/v1/address/:address/transactions": ([address = ""], request) =>
      page(about(address), request, mined),
    "GET /extended/v1/address/:address/mempool": ([address = ""], request) =>
      page(chain.mempool.of(address), request, pending),
    "POST /extended/v1/faucets/stx": (_, request) => faucet(chain, request),
  });
}

function status(chain: StacksChain): object {
  const { tip } = chain.ledger;
  return {
    server_version: "hoarfrost devnet",
    status: "ready",
    chain_tip: {
      block_height: tip.height,
      block_hash: `0x${tip.hash}`,
      burn_block_height: Math.max(0, chain.burnHeight),
    },
  };
}

function page<T>(all: readonly T[], { query }: HttpRequest, view: (item: T) => object): HttpAnswer {
  const limit = pageNumber(query, "limit", usualPage, longestPage);
  const offset = pageNumber(query, "offset", 0, Number.MAX_SAFE_INTEGER);
  return json({ limit, offset, total: all.length, results: all.slice(offset, offset + limit).map(view) });
}

/** What a contract printed, newest first. */
function logsOf(chain: StacksChain, contract: string) {
  return chain.ledger.mined.toReversed().flatMap(({ events, transaction: { txid } }) =>
    events
      .map((event, index) => ({ event, index, txid }))
      .filter(({ event }) => event.tag === "print" && event.contract === contract)
      .toReversed(),
  );
}

function nonces(chain: StacksChain, address: string): object {
  const next = chain.ledger.nonce(address);
  const waiting = chain.mempool.of(address).map(({ nonce }) => nonce);
  let possible = next;
  while (waiting.includes(possible)) possible += 1n;
  const last = waiting.reduce<bigint | null>(
    (most, nonce) => (most === null || nonce > most ? nonce : most),
    null,
  );
  const missing: number[] = [];
  for (let nonce = possible; last !== null && nonce < last; nonce += 1n)
    if (!waiting.includes(nonce)) missing.push(Number(nonce));
  return {
    last_executed_tx_nonce: next === 0n ? null : Number(next - 1n),
    last_mempool_tx_nonce: last === null ? null : Number(last),
    possible_next_nonce: Number(possible),
    detected_missing_nonces: missing,
    detected_mempool_nonces: waiting.map(Number),
  };
}

function stx(chain: StacksChain, address: string): object {
  return { balance: chain.vm.stxBalance(address).toString(), locked: "0", lock_height: 0 };
}

function balances(chain: StacksChain, address: string): object {
  const tokens = new Map<string, { received: bigint; sent: bigint }>();
  for (const { events } of chain.ledger.mined)
    for (const event of events) {
      if (event.tag !== "ft" || (event.sender !== address && event.recipient !== address)) continue;
      const held = tokens.get(event.asset) ?? { received: 0n, sent: 0n };
      if (event.recipient === address) held.received += event.amount;
      if (event.sender === address) held.sent += event.amount;
      tokens.set(event.asset, held);
    }
  return {
    stx: stx(chain, address),
    fungible_tokens: Object.fromEntries(
      [...tokens].map(([asset, { received, sent }]) => [
        asset,
        {
          balance: (received - sent).toString(),
          total_sent: sent.toString(),
          total_received: received.toString(),
        },
      ]),
    ),
    non_fungible_tokens: {},
  };
}

function involved({ transaction: { sender, payload }, events }: MinedTransaction, address: string): boolean {
  if (sender === address) return true;
  if (payload.tag === "transfer" && payload.recipient === address) return true;
  return events.some((event) => "move" in event && (event.sender === address || event.recipient === address));
}

async function faucet(chain: StacksChain, { query, body }: HttpRequest): Promise<HttpAnswer> {
  const sent = readJson(body);
  const inBody = typeof sent === "object" && sent !== null && "address" in sent ? sent.address : undefined;
  const address = new URLSearchParams(query).get("address") ?? inBody;
  if (
    typeof address !== "string" ||
    !/^S[TN]/.test(address) ||
    address.includes(".") ||
    !isPrincipal(address)
  )
    return json({ success: false, error: "address must be a Stacks test address" }, 400);
  try {
    return json({ success: true, txId: `0x${await give(chain, address, usualGift)}` });
  } catch (error) {
    if (error instanceof Rejected) return json({ success: false, error: error.reason }, 400);
    throw error;
  }
}

function abiOf(chain: StacksChain, { payload }: VerifiedTransaction) {
  return payload.tag === "call" ? contractAbi(chain.vm, payload.contract) : null;
}

function unknownTransaction(txid: string): HttpAnswer {
  return json({ error: `could not find transaction by ID ${txid.slice(0, 70)}` }, 404);
}

function bare(txid: string): string {
  return txid.replace(/^0x/, "").toLowerCase();
}
