import { hexToBytes } from "@noble/hashes/utils.js";
import { Cl, serializeCV, type ClarityValue } from "@stacks/transactions";
import { z } from "zod";
import { contractAbi } from "./abi.ts";
import { minimumFee } from "./admission.ts";
import type { StacksChain } from "./chain.ts";
import { json, readJson, router, text, type Handler, type HttpAnswer } from "./http.ts";
import { isPrincipal } from "./principal.ts";
import { devnetChainId, Rejected } from "./transaction.ts";

/** Stands where a node would name its own version. */
const serverVersion = "hoarfrost devnet";
/** Bitcoin regtest's network magic, as nodes report it. */
const regtestMagic = 0xdab5bffa;

/** The paths of a Stacks node (spec/sbtc.md §2.2). */
export function nodeRpc(chain: StacksChain): Handler {
  return router({
    "GET /v2/info": () => json(info(chain)),
    "GET /v2/accounts/:principal": ([principal = ""]) => account(chain, principal),
    "GET /v2/fees/transfer": () => json(1),
    "POST /v2/fees/transaction": (_, { body }) => fees(readJson(body)),
    "POST /v2/transactions": (_, { body }) => submit(chain, body),
    "POST /v2/contracts/call-read/:address/:name/:fn": ([address, name, fn = ""], { body }) =>
      callRead(chain, `${address}.${name}`, fn, readJson(body)),
    "GET /v2/contracts/source/:address/:name": ([address, name]) => source(chain, `${address}.${name}`),
    "GET /v2/contracts/interface/:address/:name": ([address, name]) => {
      const abi = contractAbi(chain.vm, `${address}.${name}`);
      return abi === null ? text("No contract interface data found", 404) : json(abi);
    },
    "GET /v2/data_var/:address/:name/:variable": ([address, name, variable = ""]) =>
      lookUp(chain, `${address}.${name}`, () => chain.vm.dataVar(`${address}.${name}`, variable)),
    "POST /v2/map_entry/:address/:name/:map": ([address, name, map = ""], { body }) => {
      const key = clarity(readJson(body));
      if (key === null) return text("the body must be a Clarity value in hex, as a JSON string", 400);
      return lookUp(chain, `${address}.${name}`, () => chain.vm.mapEntry(`${address}.${name}`, map, key));
    },
  });
}

function info(chain: StacksChain): object {
  const { tip } = chain.ledger;
  return {
    peer_version: 0,
    burn_block_height: Math.max(0, chain.burnHeight),
    stable_burn_block_height: Math.max(0, chain.burnHeight),
    server_version: serverVersion,
    network_id: devnetChainId,
    parent_network_id: regtestMagic,
    stacks_tip_height: tip.height,
    stacks_tip: tip.hash,
    stacks_tip_consensus_hash: tip.hash.slice(0, 40),
    is_fully_synced: true,
  };
}

function account(chain: StacksChain, principal: string): HttpAnswer {
  if (!isPrincipal(principal)) return text("Invalid principal", 400);
  const balance = chain.vm.stxBalance(principal);
  return json({
    balance: `0x${balance.toString(16).padStart(32, "0")}`,
    locked: `0x${"0".repeat(32)}`,
    unlock_height: 0,
    nonce: Number(chain.ledger.nonce(principal)),
    balance_proof: "",
    nonce_proof: "",
  });
}

const feeBody = z.object({
  transaction_payload: z.string().regex(/^(?:0x)?(?:[0-9a-f]{2})+$/),
  estimated_len: z.int().nonnegative().nullish(),
});

/** A bare transaction around a payload: version, chain, one signature, modes and an empty list of conditions. */
const lengthAround = 1 + 4 + 105 + 1 + 1 + 4;

function fees(body: unknown): HttpAnswer {
  const parsed = feeBody.safeParse(body);
  if (!parsed.success) return text("Bad request: a fee is estimated for a transaction_payload in hex", 400);
  const { transaction_payload: payload, estimated_len: given } = parsed.data;
  const length = Math.max(given ?? 0, payload.replace(/^0x/, "").length / 2 + lengthAround);
  const least = Number(minimumFee(length));
  const cost = { read_count: 0, read_length: 0, runtime: 0, write_count: 0, write_length: 0 };
  return json({
    estimated_cost: cost,
    estimated_cost_scalar: length,
    cost_scalar_change_by_byte: 1,
    estimations: [1, 2, 5].map((fee_rate) => ({ fee_rate, fee: least * fee_rate })),
  });
}

const jsonTransaction = z.object({ tx: z.string().regex(/^(?:0x)?(?:[0-9a-f]{2})+$/i) });

/** Raw bytes, or `{ tx: hex }` as libraries send it; which one is told by the first byte. */
async function submit(chain: StacksChain, body: Uint8Array): Promise<HttpAnswer> {
  const wrapped = body[0] === 0x7b ? jsonTransaction.safeParse(readJson(body)) : null;
  if (wrapped?.success === false) return text("the body must be a transaction, or { tx } with its hex", 400);
  const bytes = wrapped === null ? body : hexToBytes(wrapped.data.tx.replace(/^0x/, "").toLowerCase());
  try {
    return json(await chain.submit(bytes));
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    const { reason, data } = error;
    return json(
      { error: "transaction rejected", reason, ...(data === null ? {} : { reason_data: data }) },
      400,
    );
  }
}

const readBody = z.object({ sender: z.string().refine(isPrincipal), arguments: z.array(z.string()) });

function callRead(chain: StacksChain, contract: string, fn: string, body: unknown): HttpAnswer {
  const parsed = readBody.safeParse(body);
  const args = parsed.success ? parsed.data.arguments.map(clarity) : [null];
  if (!parsed.success || args.includes(null)) return text("expected sender, and arguments in hex", 400);
  const known = contractAbi(chain.vm, contract)?.functions.find(({ name }) => name === fn);
  if (known === undefined)
    return json({ okay: false, cause: `Unchecked(NoSuchContract or function: ${fn})` });
  if (known.access !== "read_only") return json({ okay: false, cause: "NotReadOnly" });
  const execution = chain.vm.callReadOnly(contract, fn, args as ClarityValue[], parsed.data.sender);
  return execution.tag === "aborted"
    ? json({ okay: false, cause: execution.reason })
    : json({ okay: true, result: `0x${serializeCV(execution.result)}` });
}

function source(chain: StacksChain, contract: string): HttpAnswer {
  const known = chain.vm.source(contract);
  if (known === undefined) return text("No contract source data found", 404);
  const deployed = chain.ledger.mined.find(
    ({ transaction: { payload }, status }) =>
      payload.tag === "deploy" && payload.contract === contract && status === "success",
  );
  return json({ source: known, publish_height: deployed?.block.height ?? 0, proof: "" });
}

function lookUp(chain: StacksChain, contract: string, read: () => ClarityValue): HttpAnswer {
  if (chain.vm.source(contract) === undefined) return text("Data not found", 404);
  try {
    return json({ data: `0x${serializeCV(read())}`, proof: "" });
  } catch {
    // the simulator's way of saying that the contract has no such name
    return text("Data not found", 404);
  }
}

function clarity(hex: unknown): ClarityValue | null {
  try {
    return typeof hex === "string" ? Cl.deserialize(hex) : null;
  } catch {
    return null;
  }
}
