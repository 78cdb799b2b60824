import { bech32m } from "@scure/base";
import { taprootScript, type TaprootKey } from "../../frost/index.ts";
import type { Network } from "../views/common.ts";

const prefixes: Readonly<Record<Network, string>> = {
  devnet: "bcrt",
  regtest: "bcrt",
  signet: "tb",
  testnet: "tb",
  mainnet: "bc",
};

/** The group's address: `5120‖Q`, taproot, with Q as the output key itself (BIP-341, BIP-350). */
export function groupAddress(key: TaprootKey, network: Network): string {
  const { script } = taprootScript(key, { kind: "outputKey" });
  return bech32m.encode(prefixes[network], [1, ...bech32m.toWords(script.subarray(2))]);
}
