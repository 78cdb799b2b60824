import type { Hash, PartyId } from "../core/names.ts";
import type { KeyMaterial } from "../../frost/index.ts";

/** What the checks need to know of a key generation. */
export interface KeygenView {
  readonly phase: string;
  /** The key this seat locked or holds certified. */
  readonly keyHash: Hash | null;
  readonly certified: boolean;
  readonly key: KeyMaterial | null;
  readonly stopReason: string | null;
  readonly convicted: readonly { readonly culprit: PartyId; readonly evidence: Uint8Array }[];
}
