import type { BitcoinNode, BlockRef } from "../../../sbtc/bitcoin/node.ts";
import type { ChainParameters } from "../../../sbtc/bitcoin/spv/parameters.ts";
import type { Txid } from "../../../sbtc/bytes.ts";
import type { Facts, PegTerms } from "../../../sbtc/peg/coordinator/facts.ts";
import type { FrostCoordinator, Round } from "../../../sbtc/peg/coordinator/rounds.ts";
import type { PegRecord, RecordId } from "../../../sbtc/peg/queue/record.ts";
import type { StacksNode } from "../../../sbtc/stacks/node.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Rng } from "../../ports/rng.ts";
import type { Store } from "../../ports/store.ts";
import type { JoiningSnapshot } from "./joiner.ts";
import type { StacksAccountPort } from "./stacks-account.ts";

/** Everything outside. */
export interface CoordinatorPorts {
  readonly bitcoin: BitcoinNode;
  readonly stacks: StacksNode;
  readonly store: Store;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly frost: FrostCoordinator;
  readonly account: StacksAccountPort;
}

/** What one coordinator is for. */
export interface CoordinatorOptions {
  readonly terms: PegTerms;
  readonly parameters: ChainParameters;
  /** The last block before the peg's first coin. */
  readonly start: BlockRef;
  /** Key of the fee wallet's P2WPKH address, 32 bytes. It stays in this process. */
  readonly feeKey: Uint8Array;
  /** Transactions that handed coins of an earlier wallet over to this group. */
  readonly handOffs?: () => ReadonlySet<Txid>;
}

/** What is going on, for screens. */
export interface CoordinatorSnapshot {
  readonly records: readonly PegRecord[];
  readonly rounds: readonly Round[];
  readonly paused: boolean;
  /** null before the first look. */
  readonly facts: Facts | null;
  /** Why the last look ended early; null where it did not. */
  readonly fault: string | null;
  /** True once it does nothing any more: told to, or because the disk failed. A new one has to be opened. */
  readonly stopped: boolean;
  /** Requests this program made a mistake about; all others go on. */
  readonly broken: readonly { readonly id: RecordId; readonly reason: string }[];
  /** Coins of the peg that become one, or did last; null where none did since this coordinator was opened. */
  readonly joining: JoiningSnapshot | null;
}
