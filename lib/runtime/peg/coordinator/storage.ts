import { put, remove, type Store, type Write } from "../../ports/store.ts";
import { PegChain } from "../../../sbtc/peg/coordinator/peg-chain.ts";
import {
  storedCall,
  storedChain,
  storedHeld,
  storedJoining,
  storedRecord,
} from "../../../sbtc/peg/queue/codec.ts";
import type { HeldPoint } from "../../../sbtc/peg/coordinator/held-history.ts";
import type { Joining } from "../../../sbtc/peg/coordinator/joining.ts";
import type { PegRecord, RecordId } from "../../../sbtc/peg/queue/record.ts";
import type { SentCall } from "../../../sbtc/peg/fee-wallet/fee-wallet.ts";

/** What a coordinator has on disk, under one prefix per contract. */
export interface StoredCoordinator {
  readonly records: ReadonlyMap<RecordId, PegRecord>;
  readonly calls: readonly SentCall[];
  readonly chain: PegChain | null;
  readonly held: readonly HeldPoint[];
  /** The joining of coins that is under way, or came last. */
  readonly joining: Joining | null;
}

const prefix = (contract: string): string => `peg/${contract}/`;

export const recordWrite = (contract: string, record: PegRecord): Write =>
  put(`${prefix(contract)}record/${record.id}`, storedRecord.encode(record));
export const callWrite = (contract: string, call: SentCall): Write =>
  put(`${prefix(contract)}call/${call.key}`, storedCall.encode(call));
export const chainWrite = (contract: string, chain: PegChain): Write =>
  put(`${prefix(contract)}chain`, storedChain.encode(chain.snapshot()));
export const heldWrite = (contract: string, held: readonly HeldPoint[]): Write =>
  put(`${prefix(contract)}held`, storedHeld.encode(held));
export const joiningWrite = (contract: string, joining: Joining | null): Write => {
  const key = `${prefix(contract)}joining`;
  return joining === null ? remove(key) : put(key, storedJoining.encode(joining));
};

/** @throws StoredValueError where something on disk cannot be read */
export async function loadCoordinator(store: Store, contract: string): Promise<StoredCoordinator> {
  const under = prefix(contract);
  const records = (await store.list(`${under}record/`)).map(({ value }) => storedRecord.decode(value));
  const calls = (await store.list(`${under}call/`)).map(({ value }) => storedCall.decode(value));
  const chain = await store.get(`${under}chain`);
  const held = await store.get(`${under}held`);
  const joining = await store.get(`${under}joining`);
  return {
    records: new Map(records.map((record) => [record.id, record])),
    calls,
    chain: chain === null ? null : PegChain.restore(storedChain.decode(chain)),
    held: held === null ? [] : storedHeld.decode(held),
    joining: joining === null ? null : storedJoining.decode(joining),
  };
}
