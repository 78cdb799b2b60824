import { parseBlockHash, type BlockHash } from "../../bytes.ts";
import type { BitcoinNetworkName } from "../../network.ts";

/** A block that every honest chain of a network contains. */
export interface Pin {
  readonly height: number;
  readonly hash: BlockHash;
}

/** The block a header chain starts behind. */
export interface ChainStart extends Pin {
  /** Bits of the next block; without them the next block may state its own, and only a later pin makes them trusted. */
  readonly nextBits?: number;
  readonly time?: number;
}

/** The difficulty rules of one network and the blocks pinned in this release. */
export interface ChainParameters {
  readonly name: BitcoinNetworkName;
  readonly powLimit: bigint;
  /** `every2016`: mainnet and signet. `testnet3`, `testnet4`: also a block of minimum difficulty after 20 minutes. */
  readonly retarget: "every2016" | "testnet3" | "testnet4" | "none";
  readonly start: ChainStart;
  /** Blocks after the start that the chain must pass; nothing is trusted before the last of them is reached. */
  readonly pins: readonly Pin[];
  /**
   * Whether a header's work says that miners paid for it. On signet blocks are signed, which headers do not show; on
   * regtest anyone makes them. There one dishonest source can fake a confirmed transaction.
   */
  readonly workIsReal: boolean;
}

const limit = (bits: number): bigint => (1n << BigInt(bits)) - 1n;
const mainnetLimit = 0xffffn << 208n;

/** Blocks in one difficulty period. */
export const retargetInterval = 2016;

/**
 * Heights here end a difficulty period, so that the next header opens one. Block hashes: the checkpoints that the Electrum
 * wallet ships (MIT), taken 2026-11; `nextBits` of mainnet is the target of the period they list after the pinned block.
 */
export const chainParameters: Readonly<Record<BitcoinNetworkName, ChainParameters>> = {
  mainnet: {
    name: "mainnet",
    powLimit: mainnetLimit,
    retarget: "every2016",
    start: {
      height: 931_391,
      hash: parseBlockHash("00000000000000000001d39c254559a52d78a36cb5373269db166857d9aa490e"),
      nextBits: 0x1701_ebf2,
    },
    pins: [
      {
        height: 933_407,
        hash: parseBlockHash("0000000000000000000159186ff01cb830839027afce1c072816ad1caf6735c2"),
      },
    ],
    workIsReal: true,
  },
  testnet3: {
    name: "testnet3",
    powLimit: mainnetLimit,
    retarget: "testnet3",
    start: {
      height: 4_828_319,
      hash: parseBlockHash("0000000000004a6b77b80f36d0b4c843642c472b14060c659db079488394a548"),
    },
    pins: [
      {
        height: 4_830_335,
        hash: parseBlockHash("00000000000026c176ab34dee51c7d6bcd101ace82b9d3a27cae9158fe4615e7"),
      },
    ],
    workIsReal: true,
  },
  testnet4: {
    name: "testnet4",
    powLimit: mainnetLimit,
    retarget: "testnet4",
    start: {
      height: 114_911,
      hash: parseBlockHash("000000006b606bff2dfa618d2975fdfc2bea491f558ebe16be2ca7a0aa1c0181"),
    },
    pins: [
      {
        height: 116_927,
        hash: parseBlockHash("0000000005dfc1e853b8d644598b77bdd97ef7578f9ccbb840aa3860fda9ddac"),
      },
    ],
    workIsReal: true,
  },
  signet: {
    name: "signet",
    powLimit: 0x0377aen << 216n,
    retarget: "every2016",
    start: {
      height: 249_983,
      hash: parseBlockHash("0000000842d0fa799de1397043352af7fe7da168314c9a0a173fa13304d396a8"),
    },
    pins: [
      {
        height: 251_999,
        hash: parseBlockHash("0000000b66f892759e13adc4249d1200a4c9bba92d56830816d5804cd2254d29"),
      },
    ],
    workIsReal: false,
  },
  regtest: {
    name: "regtest",
    powLimit: limit(255),
    retarget: "none",
    start: {
      height: 0,
      hash: parseBlockHash("0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"),
      nextBits: 0x207f_ffff,
      time: 1_296_688_602,
    },
    pins: [],
    workIsReal: false,
  },
};
