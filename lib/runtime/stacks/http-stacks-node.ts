import { deserializeTransaction, serializeCV, serializePayload } from "@stacks/transactions";
import { z } from "../chains/zod.ts";
import { quote } from "../../sbtc/bytes.ts";
import { refuse } from "../../sbtc/refusal.ts";
import { readRejection, type BroadcastOutcome } from "../../sbtc/stacks/broadcast.ts";
import { parseClarity } from "../../sbtc/stacks/clarity.ts";
import type {
  ContractEvent,
  DeployedSource,
  FeeChoice,
  StacksAccount,
  StacksInfo,
  StacksNode,
  TransactionState,
} from "../../sbtc/stacks/node.ts";
import type { Query } from "../../sbtc/stacks/query.ts";
import { parseContractId } from "../../sbtc/stacks/transaction.ts";
import {
  accountAnswer,
  eventsAnswer,
  feesAnswer,
  infoAnswer,
  noncesAnswer,
  readAnswer,
  readOnlyAnswer,
  sourceAnswer,
  transactionAnswer,
  transferFeeAnswer,
  txidAnswer,
} from "./answers.ts";
import { request, textOf, type HttpAnswer, type HttpEndpoint } from "../chains/http.ts";

/** Contract sources and pages of events stay far below; anything larger is not an answer to our questions. */
const largestAnswer = 4_000_000;

/**
 * A Stacks node or API over HTTP: stacks-core's `/v2`, and the API's `/extended/v1` for what a bare node cannot tell
 * (waiting transactions, what became of one, events).
 */
export class HttpStacksNode implements StacksNode {
  readonly name: string;
  readonly #source: HttpEndpoint;

  constructor(source: HttpEndpoint) {
    this.name = source.url;
    this.#source = source;
  }

  async info(): Promise<StacksInfo> {
    const answer = await this.#get("/v2/info", infoAnswer);
    return {
      chainId: answer.network_id,
      burnBlockHeight: answer.burn_block_height,
      stacksTipHeight: answer.stacks_tip_height,
      stacksTip: bare(answer.stacks_tip),
      serverVersion: answer.server_version,
      synced: answer.is_fully_synced ?? null,
    };
  }

  async account(principal: string): Promise<StacksAccount> {
    const answer = await this.#get(`/v2/accounts/${encodeURIComponent(principal)}?proof=0`, accountAnswer);
    return {
      balance: BigInt(answer.balance),
      locked: BigInt(answer.locked),
      unlockHeight: answer.unlock_height,
      nonce: BigInt(answer.nonce),
    };
  }

  /**
   * The API knows what waits; a bare node answers 404 and then its own count has to do. A nonce missing below what waits
   * comes first: a reorganisation can leave one, and everything after it would wait for ever.
   */
  async nextNonce(address: string): Promise<bigint> {
    const response = await this.#send(`/extended/v1/address/${encodeURIComponent(address)}/nonces`);
    if (response.status === 404) return (await this.account(address)).nonce;
    const nonces = this.#read(response, noncesAnswer);
    return BigInt(Math.min(nonces.possible_next_nonce, ...nonces.detected_missing_nonces));
  }

  async estimateFee(transaction: Uint8Array): Promise<FeeChoice> {
    const payload = serializePayload(deserializeTransaction(transaction).payload);
    const response = await this.#post("/v2/fees/transaction", {
      transaction_payload: payload,
      estimated_len: transaction.length,
    });
    if (response.status === 400 && textOf(response).includes("NoEstimateAvailable"))
      return this.#feeByLength(transaction.length);
    const { estimations } = this.#read(response, feesAnswer);
    const [low = 0n, middle = 0n, high = 0n] = estimations.map(({ fee }) => BigInt(Math.ceil(fee)));
    return { low, middle, high, source: "estimate" };
  }

  async #feeByLength(length: number): Promise<FeeChoice> {
    const perByte = await this.#get("/v2/fees/transfer", transferFeeAnswer);
    const fee = BigInt(Math.max(1, Math.ceil(perByte * length)));
    return { low: fee, middle: fee, high: fee, source: "length" };
  }

  async broadcast(transaction: Uint8Array): Promise<BroadcastOutcome> {
    const response = await this.#send("/v2/transactions", {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: Uint8Array.from(transaction),
    });
    if (response.status === 400)
      return { tag: "rejected", rejection: readRejection(readAnswer(z.unknown(), textOf(response))) };
    const txid = bare(this.#read(response, txidAnswer));
    const ours = deserializeTransaction(transaction).txid();
    if (txid !== ours) refuse("nodeAnswerFalse", `${this.name} answered txid ${txid} for ${ours}`);
    return { tag: "accepted", txid };
  }

  async read<T>(query: Query<T>): Promise<T> {
    const { address, name } = parseContractId(query.contract);
    const path = `/v2/contracts/call-read/${address}/${name}/${encodeURIComponent(query.functionName)}`;
    const response = await this.#post(path, {
      sender: address,
      arguments: query.args.map((value) => `0x${serializeCV(value)}`),
    });
    const answer = this.#read(response, readOnlyAnswer);
    if (!answer.okay) refuse("nodeRejected", `${query.functionName}: ${quote(answer.cause)}`);
    return query.read(parseClarity(answer.result));
  }

  async contractSource(contract: string): Promise<DeployedSource | null> {
    const { address, name } = parseContractId(contract);
    const response = await this.#send(`/v2/contracts/source/${address}/${name}?proof=0`);
    if (response.status === 404) return null;
    const answer = this.#read(response, sourceAnswer);
    return { source: answer.source, publishHeight: answer.publish_height };
  }

  async transaction(txid: string): Promise<TransactionState> {
    const response = await this.#send(`/extended/v1/tx/0x${bare(txid)}`);
    if (response.status === 404) return { tag: "unknown" };
    const answer = this.#read(response, transactionAnswer);
    const tag = minedStates.get(answer.tx_status);
    if (tag === undefined)
      return answer.tx_status === "pending"
        ? { tag: "pending" }
        : { tag: "dropped", reason: answer.tx_status };
    const { block_height: blockHeight, burn_block_height: burnBlockHeight, tx_result: result } = answer;
    if (blockHeight === undefined || burnBlockHeight === undefined || result === undefined)
      return refuse("nodeAnswerMalformed", `${this.name} says mined, and neither where nor with what result`);
    const canonical = answer.canonical ?? true;
    return { tag, blockHeight, burnBlockHeight, canonical, result: parseClarity(result.hex) };
  }

  async events(
    contract: string,
    page: { readonly limit: number; readonly offset: number },
  ): Promise<ContractEvent[]> {
    const { address, name } = parseContractId(contract);
    const path = `/extended/v1/contract/${address}.${name}/events?limit=${page.limit}&offset=${page.offset}`;
    const { results } = await this.#get(path, eventsAnswer);
    return results.flatMap(({ tx_id, event_index, contract_log: log }) =>
      log?.contract_id === contract && log.topic === "print"
        ? [{ txid: bare(tx_id), index: event_index, contract, value: parseClarity(log.value.hex) }]
        : [],
    );
  }

  #send(path: string, init: RequestInit = {}): Promise<HttpAnswer> {
    return request(this.#source, path, init, largestAnswer);
  }

  #post(path: string, json: unknown): Promise<HttpAnswer> {
    const headers = { "content-type": "application/json" };
    return this.#send(path, { method: "POST", headers, body: JSON.stringify(json) });
  }

  async #get<T>(path: string, shape: z.ZodType<T>): Promise<T> {
    return this.#read(await this.#send(path), shape);
  }

  #read<T>(answer: HttpAnswer, shape: z.ZodType<T>): T {
    const { status } = answer;
    const body = textOf(answer);
    if (status === 200) return readAnswer(shape, body);
    const words = `${this.name} answered ${status}: ${quote(body)}`;
    if (status === 404) return refuse("nodeNotFound", words);
    if (status === 401 || status === 403) return refuse("nodeUnauthorized", words);
    return refuse("nodeRejected", words);
  }
}

const minedStates = new Map([
  ["success", "success"],
  ["abort_by_response", "abortedByResponse"],
  ["abort_by_post_condition", "abortedByPostCondition"],
] as const) as ReadonlyMap<string, "success" | "abortedByResponse" | "abortedByPostCondition">;

/** Transaction ids and hashes with or without 0x in front. */
function bare(hex: string): string {
  return hex.startsWith("0x") ? hex.slice(2) : hex;
}
