/** The Bitcoin chains this product speaks to. The local devnet is `regtest`. */
export type BitcoinNetworkName = "mainnet" | "testnet3" | "testnet4" | "signet" | "regtest";

/** Everything that differs from one network to another in the bytes of an operation. */
export interface BitcoinNetwork {
  readonly name: BitcoinNetworkName;
  /** First two bytes of every data output (spec §1.1): "X2", "T2" or "id". */
  readonly magic: Uint8Array;
  /** Address parameters in the shape `@scure/btc-signer` takes. */
  readonly address: {
    readonly bech32: string;
    readonly pubKeyHash: number;
    readonly scriptHash: number;
    readonly wif: number;
  };
  /** c32 versions of Stacks principals that live beside this chain. */
  readonly stacks: { readonly singleSig: number; readonly multiSig: number };
}

const mainnetStacks = { singleSig: 22, multiSig: 20 };
const testnetStacks = { singleSig: 26, multiSig: 21 };
const testAddress = { bech32: "tb", pubKeyHash: 0x6f, scriptHash: 0xc4, wif: 0xef };
const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** The networks as the source documents set them. {@link withMagic} changes the two magic bytes. */
export const networks: Readonly<Record<BitcoinNetworkName, BitcoinNetwork>> = {
  mainnet: {
    name: "mainnet",
    magic: ascii("X2"),
    address: { bech32: "bc", pubKeyHash: 0x00, scriptHash: 0x05, wif: 0x80 },
    stacks: mainnetStacks,
  },
  testnet3: { name: "testnet3", magic: ascii("T2"), address: testAddress, stacks: testnetStacks },
  testnet4: { name: "testnet4", magic: ascii("T2"), address: testAddress, stacks: testnetStacks },
  signet: { name: "signet", magic: ascii("id"), address: testAddress, stacks: testnetStacks },
  regtest: {
    name: "regtest",
    magic: ascii("id"),
    address: { ...testAddress, bech32: "bcrt" },
    stacks: testnetStacks,
  },
};

/** The same network with other magic bytes: other alpha software wrote "T2" on regtest too (spec §1.1). */
export function withMagic(network: BitcoinNetwork, magic: string): BitcoinNetwork {
  const bytes = ascii(magic);
  if (bytes.length !== 2 || bytes.some((byte) => byte > 0x7f))
    throw new RangeError(`magic is two ASCII characters: ${magic}`);
  return { ...network, magic: bytes };
}
