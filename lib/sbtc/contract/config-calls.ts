import { Cl, type ClarityValue } from "@stacks/transactions";
import type { ContractCall } from "./calls.ts";
import type { CoordinatorData, Limits, RegisteredSigner } from "./queries.ts";

/** Longest list the allow-list functions take at once. */
export const longestAllowList = 50;

const call = (contract: string, functionName: string, ...functionArgs: ClarityValue[]): ContractCall => ({
  contract,
  functionName,
  functionArgs,
  postConditions: [],
});

const coordinatorFields = ({ address, key }: CoordinatorData) => ({
  addr: Cl.principal(address),
  key: Cl.buffer(key),
});

/** Calls to the configuration contract (`address.sbtc-config`) by its owner. They move no asset. */
export const configCalls = {
  /** Offers the contract to another account, which must accept. */
  offerOwnership: (contract: string, to: string): ContractCall =>
    call(contract, "set-contract-owner", Cl.principal(to)),
  /** Sent by the account it was offered to. */
  acceptOwnership: (contract: string): ContractCall => call(contract, "accept-contract-owner"),
  setCoordinator: (contract: string, data: CoordinatorData): ContractCall =>
    call(contract, "set-coordinator-data", Cl.tuple(coordinatorFields(data))),
  /** Sent by owner or coordinator. */
  setHalted: (contract: string, halted: boolean): ContractCall =>
    call(contract, "set-trading-halted", Cl.bool(halted)),
  setLimits: (contract: string, limits: Limits): ContractCall =>
    call(
      contract,
      "set-limits",
      Cl.tuple({
        "min-amount": Cl.uint(limits.minAmount),
        "max-mint": Cl.uint(limits.maxMint),
        "max-lock": Cl.uint(limits.maxLock),
        window: Cl.uint(limits.window),
        "window-mint": Cl.uint(limits.windowMint),
        "window-lock": Cl.uint(limits.windowLock),
        "supply-cap": Cl.uint(limits.supplyCap),
        confirmations: Cl.uint(limits.confirmations),
        lifetime: Cl.uint(limits.lifetime),
      }),
    ),
  enableAllowList: (contract: string, enabled: boolean): ContractCall =>
    call(contract, "set-allow-list-enabled", Cl.bool(enabled)),
  /** At most {@link longestAllowList} entries. */
  allowRecipients: (
    contract: string,
    entries: readonly { readonly who: string; readonly allowed: boolean }[],
  ): ContractCall =>
    call(
      contract,
      "set-recipients-allowed",
      Cl.list(
        entries.map(({ who, allowed }) => Cl.tuple({ who: Cl.principal(who), allowed: Cl.bool(allowed) })),
      ),
    ),
  /** At most {@link longestAllowList} entries; a script is the recipient's scriptPubKey. */
  allowScripts: (
    contract: string,
    entries: readonly { readonly script: Uint8Array; readonly allowed: boolean }[],
  ): ContractCall =>
    call(
      contract,
      "set-scripts-allowed",
      Cl.list(
        entries.map(({ script, allowed }) =>
          Cl.tuple({ script: Cl.buffer(script), allowed: Cl.bool(allowed) }),
        ),
      ),
    ),
  /** Writes seat `id` again, or adds it where it is the next. */
  setSigner: (contract: string, id: number, { weight, ...data }: RegisteredSigner): ContractCall =>
    call(
      contract,
      "set-signer-data",
      Cl.uint(id),
      Cl.tuple({ ...coordinatorFields(data), weight: Cl.uint(weight) }),
    ),
  /** Only the last seat can go. */
  deleteSigner: (contract: string, id: number): ContractCall =>
    call(contract, "delete-signer-data", Cl.uint(id)),
};

/** Seats of a group and its threshold, counted in keys. */
export interface Registry {
  readonly signers: readonly RegisteredSigner[];
  readonly threshold: number;
}

/**
 * The calls, in order, that bring the registry from what it holds to `next`. The contract keeps its numbers consistent
 * after every single call, so growing and shrinking go in different orders.
 * @param present seats filled now; keys and parties as the contract counts them
 */
export function registryCalls(
  contract: string,
  present: { readonly signerCount: number; readonly keys: number; readonly parties: number },
  { signers, threshold }: Registry,
): readonly ContractCall[] {
  const keys = signers.reduce((sum, { weight }) => sum + weight, 0);
  const { signerCount, parties } = present;
  const set = (name: string, count: number) => call(contract, name, Cl.uint(count));
  const emptied = Array.from({ length: signerCount }, (_, at) =>
    configCalls.deleteSigner(contract, signerCount - 1 - at),
  );
  const most = { keys: Math.max(keys, present.keys), parties: Math.max(signers.length, parties) };
  return [
    // all seats leave first: a seat written again in place could pass the number of keys half-way
    ...emptied,
    set("set-num-keys", most.keys),
    set("set-num-parties", most.parties),
    set("set-threshold", threshold),
    set("set-num-parties", signers.length),
    set("set-num-keys", keys),
    ...signers.map((signer, id) => configCalls.setSigner(contract, id, signer)),
  ];
}
