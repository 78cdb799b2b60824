import { Cl, PostConditionMode, serializeCV, type ClarityAbi, type ClarityValue } from "@stacks/transactions";
import type { MinedTransaction } from "./ledger.ts";
import type { VerifiedTransaction } from "./transaction.ts";
import type { VmEvent } from "./vm.ts";

// Transactions and events as the Stacks API shows them; only what exists on a chain without miners is filled in.

const modes: ReadonlyMap<PostConditionMode, string> = new Map([
  [PostConditionMode.Allow, "allow"],
  [PostConditionMode.Deny, "deny"],
  [PostConditionMode.Originator, "originator"],
]);

export function value(clarity: ClarityValue): { hex: string; repr: string } {
  return { hex: `0x${serializeCV(clarity)}`, repr: Cl.stringify(clarity) };
}

/** A mined transaction, with its events. */
export function minedView(entry: MinedTransaction, abi: ClarityAbi | null): object {
  const { transaction, status, result, events, why, block, burn } = entry;
  return {
    ...common(transaction, abi),
    tx_status: status,
    tx_result: value(result),
    is_unanchored: false,
    microblock_canonical: true,
    canonical: true,
    tx_index: 0,
    block_hash: `0x${block.hash}`,
    block_height: block.height,
    block_time: block.time,
    block_time_iso: iso(block.time),
    burn_block_height: burn.height,
    burn_block_time: burn.time,
    burn_block_time_iso: iso(burn.time),
    event_count: events.length,
    events: events.map((event, index) => eventView(event, index, transaction.txid)),
    ...(why === "" ? {} : { vm_error: why }),
  };
}

/** A transaction that waits. */
export function pendingView(transaction: VerifiedTransaction, abi: ClarityAbi | null): object {
  return { ...common(transaction, abi), tx_status: "pending" };
}

/** A transaction that left the mempool without being mined. */
export function droppedView(txid: string, why: string): object {
  return { tx_id: `0x${txid}`, tx_status: why };
}

export function eventView(event: VmEvent, index: number, txid: string): object {
  const base = { event_index: index, tx_id: `0x${txid}` };
  switch (event.tag) {
    case "print":
      return {
        ...base,
        event_type: "smart_contract_log",
        contract_log: { contract_id: event.contract, topic: "print", value: value(event.value) },
      };
    case "ft":
      return {
        ...base,
        event_type: "fungible_token_asset",
        asset: { ...movement(event), asset_id: event.asset, amount: event.amount.toString() },
      };
    case "stx":
      return {
        ...base,
        event_type: "stx_asset",
        asset: { ...movement(event), amount: event.amount.toString() },
      };
    case "nft":
      return {
        ...base,
        event_type: "non_fungible_token_asset",
        asset: { ...movement(event), asset_id: event.asset, value: value(event.id) },
      };
    case "other":
      return { ...base, event_type: event.name };
  }
}

function movement(event: Extract<VmEvent, { move: string }>): object {
  return {
    asset_event_type: event.move,
    sender: event.sender ?? "",
    recipient: event.recipient ?? "",
  };
}

function common(transaction: VerifiedTransaction, abi: ClarityAbi | null): object {
  const { txid, nonce, fee, sender, postConditionMode } = transaction;
  return {
    tx_id: `0x${txid}`,
    nonce: Number(nonce),
    fee_rate: fee.toString(),
    sender_address: sender,
    sponsored: false,
    post_condition_mode: modes.get(postConditionMode),
    post_conditions: [],
    anchor_mode: "any",
    ...payloadView(transaction, abi),
  };
}

function payloadView({ payload }: VerifiedTransaction, abi: ClarityAbi | null): object {
  switch (payload.tag) {
    case "transfer": {
      const { recipient, amount, memo } = payload;
      const token_transfer = { recipient_address: recipient, amount: amount.toString(), memo };
      return { tx_type: "token_transfer", token_transfer };
    }
    case "call": {
      const known = abi?.functions.find(({ name }) => name === payload.functionName);
      const function_args = payload.args.map((arg, at) => ({
        ...value(arg),
        name: known?.args[at]?.name ?? "",
      }));
      const { contract, functionName } = payload;
      return {
        tx_type: "contract_call",
        contract_call: { contract_id: contract, function_name: functionName, function_args },
      };
    }
    case "deploy": {
      const { contract, source, clarityVersion } = payload;
      return {
        tx_type: "smart_contract",
        smart_contract: {
          clarity_version: clarityVersion,
          contract_id: contract,
          source_code: source,
        },
      };
    }
  }
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
