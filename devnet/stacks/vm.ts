import type { SDK, TransactionRes } from "@stacks/clarinet-sdk-wasm";
import { Cl, ClarityType, serializeCVBytes, type ClarityValue } from "@stacks/transactions";
import { z } from "zod";
import { isPrincipal } from "./principal.ts";

/** What one execution did: committed with a result, refused by the code with an error value, or broken off. */
export type Execution =
  | { readonly tag: "ok"; readonly result: ClarityValue; readonly events: readonly VmEvent[] }
  | { readonly tag: "err"; readonly result: ClarityValue }
  | { readonly tag: "aborted"; readonly reason: string };

/** An event of a committed execution. Amounts in the asset's base units; principals as text. */
export type VmEvent =
  | { readonly tag: "print"; readonly contract: string; readonly value: ClarityValue }
  | {
      readonly tag: "ft";
      readonly move: "mint" | "transfer" | "burn";
      readonly asset: string;
      readonly amount: bigint;
      readonly sender: string | null;
      readonly recipient: string | null;
    }
  | {
      readonly tag: "stx";
      readonly move: "mint" | "transfer" | "burn";
      readonly amount: bigint;
      readonly sender: string | null;
      readonly recipient: string | null;
    }
  | {
      readonly tag: "nft";
      readonly move: "mint" | "transfer" | "burn";
      readonly asset: string;
      readonly id: ClarityValue;
      readonly sender: string | null;
      readonly recipient: string | null;
    }
  | { readonly tag: "other"; readonly name: string };

/** The sentence shown where the simulator is not installed. */
export const simulatorMissing =
  "The devnet needs the development dependencies: run `npm install` without --omit=dev, or choose another network.";

type Simulator = typeof import("@stacks/clarinet-sdk-wasm");

/** Where the simulator stands when it starts: the newest epoch whose rules the contracts were tested under. */
const epoch = "3.4";

/**
 * One Clarity virtual machine with its state in memory (the Clarinet simulator). It knows contracts and balances, but
 * no signatures, nonces, fees or post-conditions. Every execution commits at once; there is no way back but a new one.
 *
 * It stands on the simulator's WebAssembly package itself: the JavaScript wrapper around it cannot give a machine's
 * memory back.
 */
export class Vm {
  readonly #simulator: Simulator;
  readonly #sdk: SDK;

  private constructor(simulator: Simulator, sdk: SDK) {
    this.#simulator = simulator;
    this.#sdk = sdk;
  }

  /** @throws Error with {@link simulatorMissing} where the development dependencies are absent */
  static async start(): Promise<Vm> {
    const simulator = await import("@stacks/clarinet-sdk-wasm").catch((cause: unknown) => {
      throw new Error(simulatorMissing, { cause });
    });
    const noFiles = () => Promise.reject(new Error("the devnet's simulator reads no files"));
    const sdk = new simulator.SDK(noFiles, new simulator.SDKOptions(false, false));
    await sdk.initEmptySession({ enabled: false, api_url: "", initial_height: 1 });
    sdk.setEpoch(epoch);
    return new Vm(simulator, sdk);
  }

  /** Gives the memory back, some 50 MB; the machine is not used again. */
  stop(): void {
    try {
      this.#sdk.free();
    } catch {
      // a machine that panicked cannot be freed either; its memory is lost
    }
  }

  /** Gives STX (in micro-STX) out of nothing. */
  mintStx(recipient: string, amount: bigint): void {
    this.#sdk.mintSTX(recipient, amount);
  }

  transferStx(amount: bigint, sender: string, recipient: string): Execution {
    const { TransferSTXArgs } = this.#simulator;
    return attempt(() => this.#sdk.transferSTX(new TransferSTXArgs(amount, recipient, sender)));
  }

  /** Deploys under `address.name`. A name that is taken is an abort, as on the real chain. */
  deploy(address: string, name: string, source: string, clarityVersion: number): Execution {
    // the simulator breaks for good when a name is deployed twice
    if (this.source(`${address}.${name}`) !== undefined)
      return { tag: "aborted", reason: `${address}.${name} exists already` };
    const { ContractOptions, DeployContractArgs } = this.#simulator;
    return attempt(() =>
      this.#sdk.deployContract(
        new DeployContractArgs(name, source, new ContractOptions(clarityVersion), address),
      ),
    );
  }

  call(contract: string, functionName: string, args: readonly ClarityValue[], sender: string): Execution {
    return attempt(() => this.#sdk.callPublicFn(this.#callArgs(contract, functionName, args, sender)));
  }

  callReadOnly(
    contract: string,
    functionName: string,
    args: readonly ClarityValue[],
    sender: string,
  ): Execution {
    return attempt(() => this.#sdk.callReadOnlyFn(this.#callArgs(contract, functionName, args, sender)));
  }

  source(contract: string): string | undefined {
    if (!isPrincipal(contract)) return undefined;
    return this.#sdk.getContractSource(contract);
  }

  /** The contract's interface as nodes publish it (functions, variables, maps, tokens). */
  interfaceOf(contract: string): unknown {
    return this.#sdk.getContractsInterfaces().get(contract);
  }

  dataVar(contract: string, name: string): ClarityValue {
    return Cl.deserialize(this.#sdk.getDataVar(contract, name));
  }

  mapEntry(contract: string, map: string, key: ClarityValue): ClarityValue {
    return Cl.deserialize(this.#sdk.getMapEntry(contract, map, serializeCVBytes(key)));
  }

  /** Micro-STX of an account. */
  stxBalance(address: string): bigint {
    return this.#sdk.getAssetsMap().get("STX")?.get(address) ?? 0n;
  }

  /** Goes on to the burn block of this height, where it is still ahead: `burn-block-height` says so in contracts. */
  advanceBurnTo(height: number): void {
    const ahead = height - this.#sdk.burnBlockHeight;
    if (ahead > 0) this.#sdk.mineEmptyBurnBlocks(ahead);
  }

  /** One block in which nothing happened. */
  skipBlock(): void {
    this.#sdk.mineEmptyStacksBlock();
  }

  get blockHeight(): number {
    return this.#sdk.stacksBlockHeight;
  }

  #callArgs(contract: string, functionName: string, args: readonly ClarityValue[], sender: string) {
    const { CallFnArgs } = this.#simulator;
    return new CallFnArgs(contract, functionName, args.map(serializeCVBytes), sender);
  }
}

function attempt(run: () => TransactionRes): Execution {
  let outcome: TransactionRes;
  try {
    outcome = run();
  } catch (thrown) {
    // the simulator throws plain strings for aborts; anything else is its own failure
    if (typeof thrown === "string") return { tag: "aborted", reason: thrown };
    throw thrown;
  }
  const result = Cl.deserialize(outcome.result);
  if (result.type === ClarityType.ResponseErr) return { tag: "err", result };
  const events = z.array(z.string()).parse(JSON.parse(outcome.events));
  return { tag: "ok", result, events: events.map((event) => readEvent(eventShape.parse(JSON.parse(event)))) };
}

const eventShape = z.object({
  event: z.string(),
  data: z.object({
    contract_identifier: z.string().optional(),
    asset_identifier: z.string().optional(),
    raw_value: z.string().optional(),
    amount: z.string().optional(),
    sender: z.string().optional(),
    recipient: z.string().optional(),
  }),
});

const moves = {
  ft_mint_event: ["ft", "mint"],
  ft_transfer_event: ["ft", "transfer"],
  ft_burn_event: ["ft", "burn"],
  stx_mint_event: ["stx", "mint"],
  stx_transfer_event: ["stx", "transfer"],
  stx_burn_event: ["stx", "burn"],
  nft_mint_event: ["nft", "mint"],
  nft_transfer_event: ["nft", "transfer"],
  nft_burn_event: ["nft", "burn"],
} as const;

function readEvent({ event, data }: z.infer<typeof eventShape>): VmEvent {
  const { contract_identifier: contract = "", asset_identifier: asset = "", raw_value: raw = "" } = data;
  if (event === "print_event") return { tag: "print", contract, value: Cl.deserialize(raw) };
  if (!isMove(event)) return { tag: "other", name: event };
  const [tag, move] = moves[event];
  const parties = { sender: data.sender ?? null, recipient: data.recipient ?? null };
  const amount = BigInt(data.amount ?? "0");
  switch (tag) {
    case "stx":
      return { tag, move, amount, ...parties };
    case "ft":
      return { tag, move, asset, amount, ...parties };
    case "nft":
      return { tag, move, asset, id: Cl.deserialize(raw), ...parties };
  }
}

function isMove(event: string): event is keyof typeof moves {
  return Object.hasOwn(moves, event);
}
