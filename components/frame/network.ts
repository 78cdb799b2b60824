import type { Network } from "../../lib/runtime/views/index.ts";

export const networkName: Readonly<Record<Network, string>> = {
  devnet: "Devnet",
  regtest: "Regtest",
  signet: "Signet",
  testnet: "Testnet",
  mainnet: "Mainnet",
};

export const networkNote: Readonly<Record<Network, string>> = {
  devnet: "Private test chain on this server. Free coins.",
  regtest: "A test chain you run yourself.",
  signet: "Public test coins, no value.",
  testnet: "Public test coins, no value.",
  mainnet: "Real bitcoin.",
};
