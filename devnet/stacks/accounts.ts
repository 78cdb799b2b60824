import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { accountAddress } from "../../lib/sbtc/stacks/transaction.ts";

// Public keys to play money: they follow from these words, so that every devnet has the same accounts.

/** Holds the devnet's STX and gives some to whoever asks. */
export const faucetKey = sha256(utf8ToBytes("hoarfrost devnet faucet"));
export const faucetAddress = accountAddress(faucetKey, "testnet");

/** Where fees go. */
export const minerAddress = accountAddress(sha256(utf8ToBytes("hoarfrost devnet miner")), "testnet");
