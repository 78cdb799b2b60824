import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { tapLeafHash } from "@scure/btc-signer/payment.js";
import * as P from "micro-packed";
import { bounded, codec, fixed, listOf, text, wordOf, type Codec } from "../../rounds/core/codec.ts";
import type { Tweak } from "../../frost/index.ts";
import { parseTxid, type Outpoint, type Txid } from "../bytes.ts";
import { maxSatoshi } from "../amount.ts";
import type { ContractAction } from "../contract/actions.ts";
import type { SpendableLeaf } from "../bitcoin/taproot.ts";
import type { InputSigner } from "../transactions/plan.ts";
import type { ActionProposal, Purpose, Spend, TransactionProposal } from "./proposal.ts";

/** Inputs of one proposed transaction at most. */
export const maxProposedInputs = 64;
/** Bytes of one raw transaction inside a proposal at most. */
const maxRawBytes = 24_000;
/** Bytes of one encoded proposal: it must fit an operation of lib/rounds. */
const maxProposalBytes = 32_768;

const u64 = P.U64BE;
const amount = P.validate(u64, (value) => {
  if (value > maxSatoshi) throw new RangeError("more than 21 million bitcoin");
  return value;
});
/** 32 bytes, in the order ids are written. */
const hash64 = P.apply(fixed(32), { encode: bytesToHex, decode: hexToBytes });
const txid = P.apply(fixed(32), {
  encode: (bytes): Txid => parseTxid(bytesToHex(bytes)),
  decode: (id: Txid) => hexToBytes(id),
});
const outpoint: P.CoderType<Outpoint> = P.struct({ txid, vout: P.U32BE });
const burnBlock = P.struct({ height: P.U32BE, hash: hash64 });
const principal = text(200);
const script = bounded(10_000);

const actions = P.mappedTag(P.U8, {
  mint: [
    0,
    P.struct({
      tag: P.constant("mint" as const),
      amount,
      recipient: principal,
      deposit: P.struct({ txid: hash64, vout: P.U32BE }),
      burnBlock,
    }),
  ],
  reject: [
    1,
    P.struct({
      tag: P.constant("reject" as const),
      reason: P.U32BE,
      deposit: P.struct({ txid: hash64, vout: P.U32BE }),
      burnBlock,
    }),
  ],
  lock: [
    2,
    P.struct({
      tag: P.constant("lock" as const),
      amount,
      script: bounded(34),
      address: text(90),
      dialect: wordOf(["D1", "D2"] as const),
      ownerSignature: fixed(65),
      txid: hash64,
      burnBlock,
    }),
  ],
  settle: [3, P.struct({ tag: P.constant("settle" as const), txid: hash64, payoutTxid: hash64, burnBlock })],
  refund: [4, P.struct({ tag: P.constant("refund" as const), txid: hash64, cancelTxid: hash64, burnBlock })],
  setWallet: [5, P.struct({ tag: P.constant("setWallet" as const), address: text(72), key: fixed(32) })],
});

const action: P.CoderType<ContractAction> = P.apply(actions, {
  encode: ({ data }): ContractAction => data,
  decode: (value) => {
    switch (value.tag) {
      case "mint":
        return { TAG: value.tag, data: value };
      case "reject":
        return { TAG: value.tag, data: value };
      case "lock":
        return { TAG: value.tag, data: value };
      case "settle":
        return { TAG: value.tag, data: value };
      case "refund":
        return { TAG: value.tag, data: value };
      case "setWallet":
        return { TAG: value.tag, data: value };
    }
  },
});

/** The body of operation `sbtc/action/1`. */
export const actionProposals: Codec<ActionProposal> = codec(
  maxProposalBytes,
  P.struct({ tag: P.constant("action" as const), action, contract: principal, chainId: P.U32BE, epoch: u64 }),
);

const outpoints = listOf(maxProposedInputs, outpoint);
const purposes = P.mappedTag(P.U8, {
  sweep: [0, P.struct({ tag: P.constant("sweep" as const), deposits: outpoints })],
  fulfilment: [1, P.struct({ tag: P.constant("fulfilment" as const), request: txid })],
  cancel: [2, P.struct({ tag: P.constant("cancel" as const), request: txid })],
  pegInReturn: [
    3,
    P.struct({
      tag: P.constant("pegInReturn" as const),
      deposit: outpoint,
      returnScript: script,
      proof: nullable(bounded(2_000)),
    }),
  ],
  consolidation: [4, P.struct({ tag: P.constant("consolidation" as const) })],
  handOff: [5, P.struct({ tag: P.constant("handOff" as const), cycle: u64, nextKey: fixed(32) })],
  reveal: [6, P.struct({ tag: P.constant("reveal" as const), commit: outpoint })],
});

const purpose: P.CoderType<Purpose> = P.apply(purposes, {
  encode: ({ data }): Purpose => (data.tag === "pegInReturn" ? { ...data, proof: data.proof ?? null } : data),
  decode: (value) => {
    switch (value.tag) {
      case "sweep":
        return { TAG: value.tag, data: value };
      case "fulfilment":
        return { TAG: value.tag, data: value };
      case "cancel":
        return { TAG: value.tag, data: value };
      case "pegInReturn":
        return { TAG: value.tag, data: value };
      case "consolidation":
        return { TAG: value.tag, data: value };
      case "handOff":
        return { TAG: value.tag, data: value };
      case "reveal":
        return { TAG: value.tag, data: value };
    }
  },
});

/** A value or null, after one byte that says which. */
function nullable<T>(inner: P.CoderType<T>): P.CoderType<T | null> {
  return P.apply(P.array(P.U8, inner), {
    encode: (items): T | null => {
      if (items.length > 1) throw new RangeError("more than one value");
      return items[0] ?? null;
    },
    decode: (value) => (value === null ? [] : [value]),
  });
}

// The leaf's hash follows from the leaf, so it does not travel: nobody can send one that is not the leaf's.
const leaf: P.CoderType<SpendableLeaf> = P.apply(
  P.struct({ script: bounded(3_000), controlBlock: bounded(33 + 32 * 128) }),
  {
    encode: (wire): SpendableLeaf => ({
      ...wire,
      leafHash: tapLeafHash(wire.script, (wire.controlBlock[0] ?? 0) & 0xfe),
    }),
    decode: ({ script: leafScript, controlBlock }) => ({ script: leafScript, controlBlock }),
  },
);

const signers = P.mappedTag(P.U8, {
  none: [0, P.struct({})],
  emptyRoot: [1, P.struct({})],
  root: [2, P.struct({ root: fixed(32) })],
  leaf: [3, P.struct({ leaf })],
  wallet: [4, P.struct({})],
});

const signer: P.CoderType<InputSigner> = P.apply(signers, {
  encode: (wire): InputSigner => {
    const group = (tweak: Tweak): InputSigner => ({ tag: "group", tweak });
    switch (wire.TAG) {
      case "none":
        return group({ kind: "none" });
      case "emptyRoot":
        return group({ kind: "merkleRoot", root: new Uint8Array() });
      case "root":
        return group({ kind: "merkleRoot", root: wire.data.root });
      case "leaf":
        return { tag: "leaf", leaf: wire.data.leaf };
      case "wallet":
        return { tag: "wallet" };
    }
  },
  decode: (value) => {
    if (value.tag === "wallet") return { TAG: "wallet" as const, data: {} };
    if (value.tag === "leaf") return { TAG: "leaf" as const, data: { leaf: value.leaf } };
    const { tweak } = value;
    if (tweak.kind === "none") return { TAG: "none" as const, data: {} };
    return tweak.root.length === 0
      ? { TAG: "emptyRoot" as const, data: {} }
      : { TAG: "root" as const, data: { root: tweak.root } };
  },
});

const spend: P.CoderType<Spend> = P.apply(
  P.struct({ amount, script, signer, parent: nullable(bounded(maxRawBytes)) }),
  {
    encode: ({ parent, ...rest }): Spend => (parent instanceof Uint8Array ? { ...rest, parent } : rest),
    decode: (value) => ({ ...value, parent: value.parent ?? null }),
  },
);

/** The body of operation `sbtc/transaction/1`. */
export const transactionProposals: Codec<TransactionProposal> = codec(
  maxProposalBytes,
  P.struct({
    tag: P.constant("transaction" as const),
    purpose,
    unsigned: bounded(maxRawBytes),
    spends: listOf(maxProposedInputs, spend),
  }),
);
