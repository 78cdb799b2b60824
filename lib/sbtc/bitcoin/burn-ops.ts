import { toHex } from "../bytes.ts";
import type { BitcoinNetwork } from "../network.ts";
import { formatPrincipal } from "../ops/principal.ts";
import type { ChainOp } from "../ops/operation.ts";
import { addressOf } from "./script.ts";
import type { BlockOp } from "./block-ops.ts";

/** The kinds `/v2/burn_ops/{height}/{op}` knew. */
export type BurnOpKind = "peg_in" | "peg_out_request" | "peg_out_fulfill";

/** Fields all three kinds share. Hashes are written as people write them. */
interface BurnOpPlace {
  readonly txid: string;
  readonly vtxindex: number;
  readonly block_height: number;
  readonly burn_header_hash: string;
}

/** One peg-in in the shape the removed endpoint had (spec §2.1). */
export interface BurnPegIn extends BurnOpPlace {
  readonly amount: number;
  readonly recipient: string;
  readonly peg_wallet_address: string;
  readonly memo: string;
}

/** One peg-out request; `signature` is v ‖ r ‖ s in hex. */
export interface BurnPegOutRequest extends BurnOpPlace {
  readonly amount: number;
  readonly recipient: string;
  readonly peg_wallet_address: string;
  readonly signature: string;
  readonly fulfillment_fee: number;
  readonly memo: string;
}

/** One fulfilment. */
export interface BurnPegOutFulfill extends BurnOpPlace {
  readonly chain_tip: string;
  readonly amount: number;
  readonly recipient: string;
  readonly request_ref: string;
  readonly memo: string;
}

/** The answer: one key, named after the kind, holding the list. */
export type BurnOps =
  | { readonly peg_in: readonly BurnPegIn[] }
  | { readonly peg_out_request: readonly BurnPegOutRequest[] }
  | { readonly peg_out_fulfill: readonly BurnPegOutFulfill[] };

/** The removed endpoint's answer for one block. Revealed operations count like direct ones. */
export function burnOpsOf(ops: readonly BlockOp[], kind: BurnOpKind, network: BitcoinNetwork): BurnOps {
  const rows = ops.map((found) => ({ place: placeOf(found), op: unwrap(found.op) }));
  // Scripts here were read from outputs that have an address; the empty text is for keys that are on no curve.
  const address = (script: Uint8Array): string => addressOf(script, network) ?? "";
  switch (kind) {
    case "peg_in":
      return {
        peg_in: rows.flatMap(({ place, op }) =>
          op.kind !== "pegIn"
            ? []
            : [
                {
                  ...place,
                  amount: Number(op.amount),
                  recipient: formatPrincipal(op.recipient),
                  peg_wallet_address: address(op.pegScript),
                  memo: toHex(op.memo),
                },
              ],
        ),
      };
    case "peg_out_request":
      return {
        peg_out_request: rows.flatMap(({ place, op }) =>
          op.kind !== "pegOutRequest"
            ? []
            : [
                {
                  ...place,
                  amount: Number(op.amount),
                  recipient: address(op.recipientScript),
                  peg_wallet_address: address(op.pegScript),
                  signature: toHex(op.signature),
                  fulfillment_fee: Number(op.fulfilmentFee),
                  memo: toHex(op.memo),
                },
              ],
        ),
      };
    case "peg_out_fulfill":
      return {
        peg_out_fulfill: rows.flatMap(({ place, op }) =>
          op.kind !== "fulfilment"
            ? []
            : [
                {
                  ...place,
                  chain_tip: op.chainTip,
                  amount: Number(op.amount),
                  recipient: address(op.recipientScript),
                  request_ref: op.request.txid,
                  memo: toHex(op.memo),
                },
              ],
        ),
      };
  }
}

const placeOf = ({ tx, index, block }: BlockOp): BurnOpPlace => ({
  txid: tx.txid,
  vtxindex: index,
  block_height: block.height,
  burn_header_hash: block.hash,
});

const unwrap = (op: ChainOp): Exclude<ChainOp, { kind: "reveal" }> => (op.kind === "reveal" ? op.op : op);
