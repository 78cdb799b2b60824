import { hexToBytes } from "@noble/hashes/utils.js";
import * as P from "micro-packed";
import { fixed } from "./codec.ts";
import { groupId, hashOf, msgId, partyId, roundId } from "./names.ts";

const named = <T extends string>(length: number, parse: (bytes: Uint8Array) => T) =>
  P.apply<Uint8Array, T>(fixed(length), { encode: parse, decode: hexToBytes });

/** Names as frames carry them: their bytes. */
export const partyCoder = named(32, partyId);
export const groupCoder = named(32, groupId);
export const roundCoder = named(16, roundId);
export const msgCoder = named(16, msgId);
export const hashCoder = named(32, hashOf);
