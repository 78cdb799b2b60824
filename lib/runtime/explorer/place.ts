import type { ExplorerPlace } from "./views.ts";

/** Reads the parts after `#/`; anything unknown is the overview. */
export function placeOf([what, id = ""]: readonly string[]): ExplorerPlace {
  if (what === "blocks" && /^\d{1,9}$/.test(id)) return { at: "blocks", from: Number(id) };
  if (what === "block" && (/^[0-9a-f]{64}$/.test(id) || /^\d{1,9}$/.test(id))) return { at: "block", id };
  if (what === "tx" && /^[0-9a-f]{64}$/.test(id)) return { at: "tx", txid: id };
  if (what === "stacks" && /^[0-9a-f]{64}$/.test(id)) return { at: "call", txid: id };
  return { at: "overview" };
}

/** Fragments where what a visitor typed may be, likeliest first; empty where it is neither height nor hash. */
export function placesFor(typed: string): readonly string[] {
  const text = typed.trim().toLowerCase();
  if (/^\d{1,9}$/.test(text)) return [`block/${text}`];
  if (/^0x[0-9a-f]{64}$/.test(text)) return [`stacks/${text.slice(2)}`];
  if (!/^[0-9a-f]{64}$/.test(text)) return [];
  return [`tx/${text}`, `block/${text}`, `stacks/${text}`];
}
