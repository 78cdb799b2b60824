import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { Limits } from "../../../../../sbtc/contract/queries.ts";
import { networks } from "../../../../../sbtc/network.ts";
import type { PegTerms } from "../../../../../sbtc/peg/coordinator/facts.ts";
import { soloGroup } from "../../../../../sbtc/testing/wallets.ts";
import { feeScript } from "../../bitcoin-fees.ts";

// What is the same in every run.

export const group = soloGroup(0x21);
export const feeKey = sha256(utf8ToBytes("simulated fees"));
export const feeWalletScript = feeScript(feeKey);
/** Confirmations everything needs in a simulation. */
export const depth = 3;
export const limits: Limits = {
  ...{ minAmount: 1_000n, maxMint: 3_000_000n, maxLock: 3_000_000n, supplyCap: 1_000_000_000n },
  ...{
    window: 144,
    windowMint: 1_000_000_000n,
    windowLock: 1_000_000_000n,
    confirmations: depth,
    lifetime: 10,
  },
};
export const terms: PegTerms = {
  network: networks.regtest,
  dialect: "D2",
  key: group.key,
  pegScript: group.script,
  earlier: [],
  contract: "ST000000000000000000002AMW42H.sbtc",
  chainId: 0x80000000,
  bumpAfter: 2,
  cancelGrace: 3,
  returnToSender: true,
};
