import type { Network, PegLink, Sentence, SentencePart } from "../../views/index.ts";

/** A sentence from plain texts and parts. */
export const say = (...parts: readonly (string | SentencePart)[]): Sentence =>
  parts.map((part) => (typeof part === "string" ? { kind: "text", text: part } : part));

export const amountOf = (sats: bigint, unit: "BTC" | "sBTC" | "sats"): SentencePart => ({
  kind: "amount",
  sats,
  unit,
});
export const addressPart = (address: string): SentencePart => ({ kind: "address", address });
export const hexPart = (hex: string): SentencePart => ({ kind: "hex", hex });

const bitcoinExplorers: Partial<Record<Network, string>> = {
  devnet: "/explorer#/tx/",
  signet: "https://mempool.space/signet/tx/",
  testnet: "https://mempool.space/testnet4/tx/",
  mainnet: "https://mempool.space/tx/",
};

/** Where a Bitcoin transaction can be looked at; nothing on chains that nobody shows. */
export function bitcoinLinks(site: Network, txid: string, label = "Transaction"): readonly PegLink[] {
  const base = bitcoinExplorers[site];
  return base === undefined ? [] : [{ label, href: `${base}${txid}` }];
}

/** Where a Stacks transaction can be looked at. */
export function stacksLinks(site: Network, txid: string, label = "On Stacks"): readonly PegLink[] {
  if (site === "devnet") return [{ label, href: `/explorer#/stacks/${txid}` }];
  if (site === "regtest") return [];
  const chain = site === "mainnet" ? "mainnet" : "testnet";
  return [{ label, href: `https://explorer.hiro.so/txid/0x${txid}?chain=${chain}` }];
}
