import { taprootScript, type TaprootSpend, type Tweak } from "../../frost/index.ts";
import type { Brand } from "../bytes.ts";
import { refuse } from "../refusal.ts";
import { isXOnlyKey } from "../bitcoin/taproot.ts";

/**
 * The group's key as everyone outside sees it: x-only Q, 32 bytes. Q comes out of key generation already tweaked with the
 * empty root (DESIGN §7), so `5120‖Q` is an address by itself.
 */
export type GroupKey = Brand<Uint8Array, "GroupKey">;

/** @throws Refusal `publicKeyInvalid` unless `bytes` are the x coordinate of a point */
export function parseGroupKey(bytes: Uint8Array): GroupKey {
  return isXOnlyKey(bytes)
    ? (bytes as GroupKey)
    : refuse("publicKeyInvalid", "not the 32 bytes of an x-only public key");
}

/** Where the group's coins can lie. */
export type PegScriptUse = "peg" | "production";

/**
 * The one place that says which script the group's coins of each kind lie in and how they are signed; an address and a
 * signature that disagreed here would lock funds.
 *
 * | use | output script | the group signs |
 * |---|---|---|
 * | `peg` (D1, D2, hand-off, commit-reveal outputs) | `5120‖Q` | under Q itself |
 * | `production` (sweeps of production deposits) | `p2tr(Q)`, one more empty-root tweak | under Q tweaked once more |
 *
 * A tapscript leaf holds Q and is signed under Q itself: tweak `none` with the leaf hash in the digest.
 */
export function pegScript(
  key: GroupKey,
  use: PegScriptUse,
): { readonly script: Uint8Array; readonly tweak: Tweak } {
  return taprootScript({ keyKind: "output", xOnly: key }, spends[use]);
}

const spends: Readonly<Record<PegScriptUse, TaprootSpend>> = {
  peg: { kind: "outputKey" },
  production: { kind: "keyPath", merkleRoot: new Uint8Array() },
};
