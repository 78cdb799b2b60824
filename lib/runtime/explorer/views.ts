/** A value beside a label, drawn by what it is. */
export type ExplorerValue =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "amount"; readonly sats: bigint }
  | { readonly kind: "address"; readonly address: string }
  | { readonly kind: "hex"; readonly hex: string }
  /** A Bitcoin transaction, leading to its page. */
  | { readonly kind: "tx"; readonly txid: string };
export type ExplorerRow = readonly [label: string, value: ExplorerValue];

/** A place in the explorer, as the fragment of the page names it. */
export type ExplorerPlace =
  | { readonly at: "overview" }
  /** The ten blocks that end at a height. */
  | { readonly at: "blocks"; readonly from: number }
  | { readonly at: "block"; readonly id: string }
  | { readonly at: "tx"; readonly txid: string }
  | { readonly at: "call"; readonly txid: string };

/** A block in a list. */
export interface BlockSummary {
  readonly height: number;
  readonly hash: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly transactions: number;
  readonly bytes: number;
}

/** A Bitcoin transaction in a list. */
export interface TxSummary {
  readonly txid: string;
  /** What it is for the peg, e.g. "Peg-in"; "Payment" otherwise. */
  readonly title: string;
  /** Satoshi of all outputs. */
  readonly sats: bigint;
  readonly fee: bigint;
}

export type CallState = "success" | "failed" | "waiting" | "dropped";

/** A Stacks transaction in a list. */
export interface CallSummary {
  readonly txid: string;
  /** E.g. "sbtc.mint!", "Transfer", "Deploy sbtc". */
  readonly title: string;
  readonly sender: string;
  readonly state: CallState;
  /** Milliseconds since 1970; absent while it waits. */
  readonly at?: number;
}

/** How the local chain is doing; absent for chains that are not ours to command. */
export interface DevnetStatus {
  readonly blockSeconds: number;
  /** Milliseconds since 1970 when the next block comes; null where none comes by itself. */
  readonly nextBlockAt: number | null;
}

export interface OverviewView {
  readonly blocks: readonly BlockSummary[];
  readonly waiting: readonly TxSummary[];
  readonly waitingCount: number;
  /** Null where no Stacks source answers. */
  readonly calls: readonly CallSummary[] | null;
  readonly devnet?: DevnetStatus;
}

export interface BlocksView {
  readonly blocks: readonly BlockSummary[];
  readonly tip: number;
}

export interface BlockPageView extends BlockSummary {
  readonly previous: string | null;
  readonly merkleRoot: string;
  readonly confirmations: number;
  /** At most the first hundred. */
  readonly list: readonly TxSummary[];
}

/** An input or output of a transaction. */
export interface CoinView {
  readonly address: string | null;
  /** What stands there instead of an address, e.g. "Data", "New coins". */
  readonly label: string;
  readonly sats: bigint | null;
  /** Where the coins came from or went; absent for unspent outputs and new coins. */
  readonly tx?: string;
  readonly spent: boolean | null;
}

/** What a transaction says to the peg. */
export interface OperationView {
  readonly title: string;
  readonly rows: readonly ExplorerRow[];
  /** Why it is none although it claims to be one. */
  readonly refused?: string;
}

export interface TxPageView {
  readonly txid: string;
  readonly title: string;
  readonly confirmations: number;
  readonly block: { readonly height: number; readonly hash: string; readonly at: number } | null;
  readonly fee: bigint;
  readonly vsize: number;
  readonly inputs: readonly CoinView[];
  readonly outputs: readonly CoinView[];
  readonly operation?: OperationView;
}

export interface CallPageView extends CallSummary {
  readonly rows: readonly ExplorerRow[];
  readonly args: readonly { readonly name: string; readonly value: string }[];
  readonly events: readonly { readonly title: string; readonly text: string }[];
  /** Clarity's result, and what it means where the contract refused. */
  readonly result: string | null;
  readonly means?: string;
  readonly source?: string;
}

/** What the page shows. */
export type ExplorerView =
  | { readonly tag: "loading" }
  /** The site names no source that an explorer can read. */
  | { readonly tag: "absent"; readonly network: string }
  | { readonly tag: "missing"; readonly what: string }
  | { readonly tag: "failed"; readonly reason: string }
  | { readonly tag: "overview"; readonly overview: OverviewView }
  | { readonly tag: "blocks"; readonly blocks: BlocksView }
  | { readonly tag: "block"; readonly block: BlockPageView }
  | { readonly tag: "tx"; readonly tx: TxPageView }
  | { readonly tag: "call"; readonly call: CallPageView };

/** The page's view, and how fresh it is. */
export interface ExplorerPageView {
  readonly network: string | null;
  readonly content: ExplorerView;
  /** True where the last renewal failed and an older answer is shown. */
  readonly stale: boolean;
  readonly mining: boolean;
}
