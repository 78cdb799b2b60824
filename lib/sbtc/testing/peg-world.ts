import { schnorr } from "@noble/curves/secp256k1.js";
import { numberToBytesBE } from "@noble/curves/utils.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { Cl, ClarityType, privateKeyToAddress, type ClarityValue } from "@stacks/transactions";
import { sip010Trait } from "../../../devnet/stacks/sip-010-trait.ts";
import { Vm, type Execution, type VmEvent } from "../../../devnet/stacks/vm.ts";
import type { BurnBlock, ContractAction } from "../contract/actions.ts";
import {
  lockCall,
  mintCall,
  refundCall,
  rejectCall,
  settleCall,
  setWalletCall,
  type ContractCall,
} from "../contract/calls.ts";
import { contractClarityVersion, contractSources, tokenTrait } from "../contract/deployment.ts";
import { actionDigest, type ActionContext } from "../contract/digest.ts";

export const devnetChainId = 0x80000000;

/** What a test sees of a call: its value and events, or the number it was refused with. */
export type Answer =
  | { readonly ok: true; readonly value: ClarityValue; readonly events: readonly VmEvent[] }
  | { readonly ok: false; readonly code: number };

/** A Stacks account whose key follows from a small number. */
export function account(number: number): { key: Uint8Array; address: string } {
  const key = numberToBytesBE(BigInt(number), 32);
  return { key, address: privateKeyToAddress(`${bytesToHex(key)}01`, "testnet") };
}

/** Whoever signs as the group. */
export interface Group {
  /** 32 bytes, x-only. */
  readonly key: Uint8Array;
  /** BIP-340, 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
}

/** A group as a single key: the contract cannot tell it from a threshold of many. */
export class SoloGroup implements Group {
  readonly #secret: Uint8Array;
  readonly key: Uint8Array;
  constructor(number: number) {
    this.#secret = numberToBytesBE(BigInt(number), 32);
    this.key = schnorr.getPublicKey(this.#secret);
  }
  sign(message: Uint8Array): Uint8Array {
    return schnorr.sign(message, this.#secret, new Uint8Array(32));
  }
}

/** Distinct 64-digit hashes for tests. */
export function hashOf(number: number): string {
  return bytesToHex(numberToBytesBE(BigInt(number), 32));
}

export async function startVm(): Promise<Vm> {
  const vm = await Vm.start();
  const [address, name] = tokenTrait("devnet").split(".");
  expectOk(vm.deploy(address!, name!, sip010Trait, contractClarityVersion));
  return vm;
}

let deployments = 0;

/** The contracts, deployed under an address of their own so that tests share one machine and no state. */
export class PegWorld {
  readonly vm: Vm;
  readonly owner: string;
  readonly token: string;
  readonly config: string;
  readonly burnView: string;
  readonly group = new SoloGroup(7);
  epoch = 0n;

  /** Deploys, and by default sets wallet, limits and Bitcoin blocks so that pegging works. */
  constructor(vm: Vm, options: { ready: boolean } = { ready: true }) {
    this.vm = vm;
    deployments += 1;
    this.owner = account(1_000_000 + deployments).address;
    this.token = `${this.owner}.sbtc`;
    this.config = `${this.owner}.sbtc-config`;
    this.burnView = `${this.owner}.burn-view`;
    for (const { name, source } of contractSources("devnet"))
      expectOk(vm.deploy(this.owner, name, source, contractClarityVersion));
    if (options.ready) this.#makeReady();
  }

  #makeReady(): void {
    this.mineTo(110);
    this.configure("set-allow-list-enabled", Cl.bool(false));
    this.setLimits({});
    this.setWallet(this.group, null);
  }

  setLimits(changes: Partial<typeof roomyLimits>): Answer {
    const limits = Object.entries({ ...roomyLimits, ...changes });
    return this.configure(
      "set-limits",
      Cl.tuple(Object.fromEntries(limits.map(([k, v]) => [k, Cl.uint(v)]))),
    );
  }

  get context(): ActionContext {
    return { chainId: devnetChainId, contract: this.token, epoch: this.epoch };
  }

  /** The block the simulated Bitcoin has at a height: its hash follows from the height. */
  block(height = 100): BurnBlock {
    return { height, hash: hashOf(0xb10c0000 + height) };
  }

  /** Bitcoin's tip is now `height`; blocks 100 to `height` are known. */
  mineTo(height: number): void {
    for (let at = Math.min(100, height); at <= height; at += 1) this.record(this.block(at));
  }

  record(block: BurnBlock): Answer {
    return this.call(this.burnView, "record", [Cl.uint(block.height), Cl.buffer(hexToBytes(block.hash))]);
  }

  configure(functionName: string, ...args: ClarityValue[]): Answer {
    return this.call(this.config, functionName, args);
  }

  call(contract: string, functionName: string, args: readonly ClarityValue[], sender = this.owner): Answer {
    return answer(this.vm.call(contract, functionName, args, sender));
  }

  read(functionName: string, ...args: ClarityValue[]): ClarityValue {
    return this.readFrom(this.token, functionName, ...args);
  }

  readFrom(contract: string, functionName: string, ...args: ClarityValue[]): ClarityValue {
    return expectOk(this.vm.callReadOnly(contract, functionName, args, this.owner));
  }

  submit(call: ContractCall, sender = account(99).address): Answer {
    return this.call(call.contract, call.functionName, call.functionArgs, sender);
  }

  /** Signs the action as the group in the present epoch and submits it as a stranger would. */
  perform(
    action: Exclude<ContractAction, { tag: "setWallet" }>,
    by: { group?: Group; context?: ActionContext; sender?: string } = {},
  ): Answer {
    const context = by.context ?? this.context;
    const group = by.group ?? this.group;
    const signed = { key: group.key, signature: group.sign(actionDigest(context, action)) };
    return this.submit(buildCall({ ...context, contract: this.token }, action, signed), by.sender);
  }

  /** Submits `action` with a good signature over another action, and the hints the contract's own digest would want. */
  performSignedAs(signed: ContractAction, action: Exclude<ContractAction, { tag: "setWallet" }>): Answer {
    const signature = this.group.sign(actionDigest(this.context, signed));
    return this.submit(buildCall(this.context, action, { key: this.group.key, signature }));
  }

  setWallet(next: Group, old: Group | null, by: { sender?: string; address?: string } = {}): Answer {
    const action = { tag: "setWallet", address: by.address ?? "bcrt1-test", key: next.key } as const;
    const message = actionDigest(this.context, action);
    const call = setWalletCall(
      this.context,
      action,
      next.sign(message),
      old === null ? null : { key: old.key, signature: old.sign(message) },
    );
    const result = this.submit(call, by.sender ?? this.owner);
    if (result.ok) this.epoch += 1n;
    return result;
  }

  balance(who: string): bigint {
    const result = this.read("get-balance", Cl.principal(who));
    if (result.type !== ClarityType.ResponseOk || result.value.type !== ClarityType.UInt)
      throw new Error("get-balance answered no number");
    return BigInt(result.value.value);
  }
}

/** The call for an action; owners and amounts only matter to post-conditions, which the machine does not know. */
function buildCall(
  context: ActionContext,
  action: Exclude<ContractAction, { tag: "setWallet" }>,
  signed: { key: Uint8Array; signature: Uint8Array },
): ContractCall {
  switch (action.tag) {
    case "mint":
      return mintCall(context, action, signed);
    case "reject":
      return rejectCall(context, action, signed);
    case "lock":
      return lockCall(context, action, signed, account(1).address);
    case "settle":
      return settleCall(context, action, signed, 1n);
    case "refund":
      return refundCall(context, action, signed, 1n);
  }
}

export const roomyLimits = {
  "min-amount": 546n,
  "max-mint": 1_000_000n,
  "max-lock": 1_000_000n,
  window: 144n,
  "window-mint": 5_000_000n,
  "window-lock": 5_000_000n,
  "supply-cap": 100_000_000n,
  confirmations: 3n,
  lifetime: 20n,
};

function answer(execution: Execution): Answer {
  switch (execution.tag) {
    case "ok":
      return { ok: true, value: execution.result, events: execution.events };
    case "err":
      if (
        execution.result.type === ClarityType.ResponseErr &&
        execution.result.value.type === ClarityType.UInt
      )
        return { ok: false, code: Number(execution.result.value.value) };
      throw new Error("the contract refused without a number");
    case "aborted":
      throw new Error(execution.reason);
  }
}

export function expectOk(execution: Execution): ClarityValue {
  if (execution.tag === "ok") return execution.result;
  throw new Error(execution.tag === "aborted" ? execution.reason : Cl.prettyPrint(execution.result));
}
