import { z } from "../chains/zod.ts";
import { contractErrors } from "../../sbtc/contract/errors.ts";
import type { JsonSource } from "./source.ts";
import type { CallPageView, CallState, CallSummary, ExplorerRow } from "./views.ts";

const text = z.string().max(200_000);
const clarity = z.object({ repr: text });
const event = z.object({
  event_type: text,
  contract_log: z.object({ contract_id: text, value: clarity }).optional(),
  asset: z
    .object({
      asset_event_type: text.optional(),
      asset_id: text.optional(),
      sender: text.optional(),
      recipient: text.optional(),
      amount: text.optional(),
      value: clarity.optional(),
    })
    .optional(),
});
const transaction = z.object({
  tx_id: text,
  tx_status: text,
  tx_type: text.optional(),
  sender_address: text.optional(),
  fee_rate: text.optional(),
  nonce: z.number().optional(),
  block_height: z.number().optional(),
  block_time: z.number().optional(),
  burn_block_time: z.number().optional(),
  burn_block_height: z.number().optional(),
  tx_result: clarity.optional(),
  vm_error: text.nullish(),
  events: z.array(event).optional(),
  token_transfer: z.object({ recipient_address: text, amount: text }).optional(),
  contract_call: z
    .object({
      contract_id: text,
      function_name: text,
      function_args: z.array(z.object({ name: text.optional(), repr: text })).optional(),
    })
    .optional(),
  smart_contract: z.object({ contract_id: text, source_code: text }).optional(),
});
type Transaction = z.infer<typeof transaction>;
const page = z.object({ results: z.array(transaction) });

const shown = 15;

/** A Stacks chain behind the API's paths, as pages about it. */
export class StacksPages {
  readonly #source: JsonSource;

  constructor(source: JsonSource) {
    this.#source = source;
  }

  /** The newest transactions, those that wait first. */
  async newest(): Promise<readonly CallSummary[]> {
    const [waiting, mined] = await Promise.all([
      this.#source.get("/extended/v1/tx/mempool?limit=5", page),
      this.#source.get(`/extended/v1/tx?limit=${shown}`, page),
    ]);
    return [...waiting.results, ...mined.results].slice(0, shown).map(summaryOf);
  }

  async call(txid: string): Promise<CallPageView> {
    const found = await this.#source.get(`/extended/v1/tx/0x${txid}`, transaction);
    const means = meaningOf(found);
    return {
      ...summaryOf(found),
      rows: rowsOf(found),
      args: (found.contract_call?.function_args ?? []).map(({ name = "", repr }) => ({ name, value: repr })),
      events: (found.events ?? []).map(eventOf),
      result: found.tx_result?.repr ?? null,
      ...(means === null ? {} : { means }),
      ...(found.smart_contract === undefined ? {} : { source: found.smart_contract.source_code }),
    };
  }
}

const states: Readonly<Record<string, CallState>> = {
  success: "success",
  pending: "waiting",
  abort_by_response: "failed",
  abort_by_post_condition: "failed",
};

function summaryOf(found: Transaction): CallSummary {
  const at = found.block_time ?? found.burn_block_time;
  return {
    txid: found.tx_id.replace(/^0x/, ""),
    title: titleOf(found),
    sender: found.sender_address ?? "",
    state: states[found.tx_status] ?? "dropped",
    ...(at === undefined ? {} : { at: at * 1000 }),
  };
}

const nameOf = (contract: string): string => contract.split(".")[1] ?? contract;

function titleOf({ contract_call: call, smart_contract: contract, tx_type: type }: Transaction): string {
  if (call !== undefined) return `${nameOf(call.contract_id)}.${call.function_name}`;
  if (contract !== undefined) return `Deploy ${nameOf(contract.contract_id)}`;
  return type === "token_transfer" ? "Transfer of STX" : (type ?? "Transaction").replaceAll("_", " ");
}

/** Micro-STX as STX, with as many decimals as it takes. */
export function stx(micro: string): string {
  if (!/^\d{1,30}$/.test(micro)) return micro;
  const padded = micro.padStart(7, "0");
  const decimals = padded.slice(-6).replace(/0+$/, "");
  return `${padded.slice(0, -6)}${decimals === "" ? "" : `.${decimals}`} STX`;
}

function rowsOf(found: Transaction): readonly ExplorerRow[] {
  const { contract_call: call, smart_contract: contract, token_transfer: transfer } = found;
  const words = (value: string) => ({ kind: "text", text: value }) as const;
  const code = (value: string) => ({ kind: "code", text: value }) as const;
  return [
    ...(call === undefined
      ? []
      : ([
          ["Contract", code(call.contract_id)],
          ["Function", code(call.function_name)],
        ] as const)),
    ...(contract === undefined ? [] : ([["Contract", code(contract.contract_id)]] as const)),
    ...(transfer === undefined
      ? []
      : ([
          ["Amount", words(stx(transfer.amount))],
          ["Recipient", code(transfer.recipient_address)],
        ] as const)),
    ...(found.sender_address === undefined ? [] : ([["Sender", code(found.sender_address)]] as const)),
    ...(found.fee_rate === undefined ? [] : ([["Fee", words(stx(found.fee_rate))]] as const)),
    ...(found.nonce === undefined ? [] : ([["Nonce", words(String(found.nonce))]] as const)),
    ...(found.burn_block_height === undefined
      ? []
      : ([["Bitcoin block", words(String(found.burn_block_height))]] as const)),
  ];
}

function meaningOf({ tx_status: status, tx_result: result, vm_error: error }: Transaction): string | null {
  if (status === "abort_by_post_condition")
    return error ?? "It would have moved more or less than its sender allowed, so nothing moved.";
  const number = /^\(err u(\d+)\)$/.exec(result?.repr ?? "")?.[1];
  const known = number === undefined ? undefined : contractErrors.get(Number(number));
  return known?.means ?? error ?? null;
}

function eventOf({ event_type: type, contract_log: log, asset }: z.infer<typeof event>) {
  if (log !== undefined) return { title: `${nameOf(log.contract_id)} printed`, text: log.value.repr };
  if (asset === undefined) return { title: type.replaceAll("_", " "), text: "" };
  const what = asset.asset_id === undefined ? "STX" : (asset.asset_id.split("::")[1] ?? asset.asset_id);
  const isStx = type === "stx_asset";
  const how = asset.amount === undefined ? (asset.value?.repr ?? "") : asset.amount;
  const parties = [
    asset.sender === undefined || asset.sender === "" ? "" : `from ${asset.sender}`,
    asset.recipient === undefined || asset.recipient === "" ? "" : `to ${asset.recipient}`,
  ].filter((words) => words !== "");
  return {
    title: `${what} ${asset.asset_event_type ?? "moved"}`,
    text: [isStx ? stx(how) : how, ...parties].join(" "),
  };
}
