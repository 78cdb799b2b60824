import type { ClarityEvent, ParsedTransactionResult, Simnet } from "@stacks/clarinet-sdk";
import { Cl, ClarityType, type ClarityValue } from "@stacks/transactions";

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

/** Where the simulator stands when it starts: the newest epoch whose rules the contracts were tested under. */
const epoch = "3.2";

/**
 * One Clarity virtual machine with its state in memory (the Clarinet simulator). It knows contracts and balances, but
 * no signatures, nonces, fees or post-conditions. Every execution commits at once; there is no way back but a new one.
 */
export class Vm {
  readonly #simnet: Simnet;

  private constructor(simnet: Simnet) {
    this.#simnet = simnet;
  }

  /** @throws Error with {@link simulatorMissing} where the development dependencies are absent */
  static async start(): Promise<Vm> {
    const sdk = await import("@stacks/clarinet-sdk").catch(() => {
      throw new Error(simulatorMissing);
    });
    const simnet = await sdk.getSDK({ trackCosts: false, trackCoverage: false });
    await simnet.initEmptySession({ enabled: false, api_url: "", initial_height: 1 });
    simnet.setEpoch(epoch);
    return new Vm(simnet);
  }

  /** Gives STX (in micro-STX) out of nothing. */
  mintStx(recipient: string, amount: bigint): void {
    this.#simnet.mintSTX(recipient, amount);
  }

  transferStx(amount: bigint, sender: string, recipient: string): Execution {
    return attempt(() => this.#simnet.transferSTX(amount, recipient, sender));
  }

  /** Deploys under `address.name`. A name that is taken is an abort, as on the real chain. */
  deploy(address: string, name: string, source: string, clarityVersion: number): Execution {
    // the simulator breaks for good when a name is deployed twice
    if (this.source(`${address}.${name}`) !== undefined)
      return { tag: "aborted", reason: `${address}.${name} exists already` };
    return attempt(() => this.#simnet.deployContract(name, source, versionOption(clarityVersion), address));
  }

  call(contract: string, functionName: string, args: readonly ClarityValue[], sender: string): Execution {
    return attempt(() => this.#simnet.callPublicFn(contract, functionName, args.map(toSimulator), sender));
  }

  callReadOnly(
    contract: string,
    functionName: string,
    args: readonly ClarityValue[],
    sender: string,
  ): Execution {
    return attempt(() => this.#simnet.callReadOnlyFn(contract, functionName, args.map(toSimulator), sender));
  }

  source(contract: string): string | undefined {
    return this.#simnet.getContractSource(contract);
  }

  /** The contract's interface as nodes publish it (functions, variables, maps, tokens). */
  interfaceOf(contract: string): unknown {
    return this.#simnet.getContractsInterfaces().get(contract);
  }

  dataVar(contract: string, name: string): ClarityValue {
    return fromSimulator(this.#simnet.getDataVar(contract, name));
  }

  mapEntry(contract: string, map: string, key: ClarityValue): ClarityValue {
    return fromSimulator(this.#simnet.getMapEntry(contract, map, toSimulator(key)));
  }

  /** Micro-STX of an account. */
  stxBalance(address: string): bigint {
    return this.#simnet.getAssetsMap().get("STX")?.get(address) ?? 0n;
  }

  /** Goes on to the next burn block, so that the simulator's own burn heights advance too. */
  nextBurnBlock(): void {
    this.#simnet.mineEmptyBurnBlock();
  }

  get blockHeight(): number {
    return this.#simnet.stacksBlockHeight;
  }
}

// The simulator brings its own copy of the values' types; the values are the same plain objects in both.
type SimulatorValue = Parameters<Simnet["getMapEntry"]>[2];
type VersionOption = NonNullable<Parameters<Simnet["deployContract"]>[2]>;

function toSimulator(value: ClarityValue): SimulatorValue {
  const plain: unknown = value;
  return plain as SimulatorValue;
}

function fromSimulator(plain: unknown): ClarityValue {
  return plain as ClarityValue;
}

function versionOption(clarityVersion: number): VersionOption {
  const plain: unknown = { clarityVersion };
  return plain as VersionOption;
}

function attempt(run: () => ParsedTransactionResult): Execution {
  let outcome: ParsedTransactionResult;
  try {
    outcome = run();
  } catch (thrown) {
    // the simulator throws plain strings for aborts; anything else is its own failure
    if (typeof thrown === "string") return { tag: "aborted", reason: thrown };
    throw thrown;
  }
  const result = fromSimulator(outcome.result);
  if (result.type === ClarityType.ResponseErr) return { tag: "err", result };
  return { tag: "ok", result, events: outcome.events.map(readEvent) };
}

function readEvent({ event, data }: ClarityEvent): VmEvent {
  const text = (key: string): string | null => {
    const value: unknown = data[key];
    return typeof value === "string" ? value : null;
  };
  const hex = () => Cl.deserialize(text("raw_value") ?? "");
  const parties = { sender: text("sender"), recipient: text("recipient") };
  const move = /^(?:ft|nft|stx)_(mint|transfer|burn)_event$/.exec(event)?.[1] as
    "mint" | "transfer" | "burn" | undefined;
  if (event === "print_event")
    return { tag: "print", contract: text("contract_identifier") ?? "", value: hex() };
  if (move === undefined) return { tag: "other", name: event };
  const asset = text("asset_identifier") ?? "";
  if (event.startsWith("nft")) return { tag: "nft", move, asset, id: hex(), ...parties };
  const amount = BigInt(text("amount") ?? "0");
  return event.startsWith("ft")
    ? { tag: "ft", move, asset, amount, ...parties }
    : { tag: "stx", move, amount, ...parties };
}
