import type { Kind } from "../../core/kind.ts";
import type { Message } from "../../core/machine.ts";
import type { PartyId } from "../../core/names.ts";
import type { Roster } from "../../core/roster.ts";
import type { Insider } from "../insider.ts";
import { groupOf } from "../port.ts";
import type { Prng } from "../prng.ts";
import type { Run } from "../run.ts";

/** What a script works with: its seat's own key, everything that passes, and a relay that may help. */
export interface Tools {
  readonly run: Run;
  readonly seat: number;
  readonly me: PartyId;
  /** Reads all rooms, writes as corrupted seats alone. */
  readonly insider: Insider;
  readonly prng: Prng;
  /** Sends bytes as this seat's tab would: through the relay. */
  send(frame: Uint8Array | null): void;
  /** Puts a frame before one party alone, where the relay lies; otherwise sends it. */
  show(to: PartyId, frame: Uint8Array | null): void;
  /** Says something in the room of `like`. */
  say(like: Message, kind: Kind, payload: Uint8Array, to?: PartyId): void;
}

/** What one corrupted seat does. Its tab runs the real party; the script bends what leaves it. */
export interface Script {
  readonly name: string;
  /** Frames sent in the place of one: none to keep silent; null to leave it to other scripts. */
  outgoing?(tools: Tools, message: Message): readonly Uint8Array[] | null;
  /** Sees every frame that leaves any tab. */
  observe?(tools: Tools, message: Message): void;
}

/** The sealed roster of the group a message is about, where this seat's tab has it. */
export const rosterOf = (tools: Tools, message: Message): Roster | undefined =>
  groupOf(tools.run.world.processes[tools.seat]?.party ?? null, message.groupId)?.sealed.roster;

/** A copy with some bytes changed. */
export function spoiled(bytes: Uint8Array, prng: Prng): Uint8Array {
  const copy = bytes.slice();
  if (copy.length === 0) return Uint8Array.of(1);
  const at = prng.below(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << prng.below(8));
  return copy;
}
