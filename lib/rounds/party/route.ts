import { isLobbyKind, isRoomSealed } from "../core/kind.ts";
import type { Message } from "../core/machine.ts";
import { ALL } from "../core/names.ts";
import type { IgnoreReason } from "../core/reason.ts";
import { isMember } from "../core/roster.ts";
import {
  hasValidSignature,
  openBroadcast,
  openDirect,
  readFrame,
  type SignedFrame,
} from "../envelope/frames.ts";
import type { Party } from "./state.ts";
import type { Room } from "./work.ts";

export const lobbyRoom = ({ keys }: Party): Room => ({ id: keys.lobbyId, key: keys.lobbyKey });

/** Whose words a message is, and in which room: nothing is looked at further that is not for this party. */
export function admit(
  party: Party,
  bytes: Uint8Array,
): Message | { readonly ignored: IgnoreReason; readonly by?: SignedFrame } {
  const signed = readFrame(bytes);
  if (typeof signed === "string") return { ignored: signed };
  const refuse = (ignored: IgnoreReason) => ({ ignored, by: signed });
  const me = party.config.identity.id;
  const group = party.groups.get(signed.groupId);
  const inLobby = signed.groupId === party.keys.lobbyId;
  if (group === undefined && !inLobby) return refuse("wrong-group");
  if (inLobby && !isLobbyKind(signed.kind)) return refuse("unknown-kind");
  if (group !== undefined && signed.kind.startsWith("LOBBY_")) return refuse("unknown-kind");
  if (signed.to !== ALL && signed.to !== me) return refuse("not-for-me");
  if (group !== undefined && !isMember(group.sealed.roster, signed.from)) return refuse("not-a-member");
  // What this process said, it heard when it said it.
  if (signed.from === me && signed.epoch === party.config.epoch) return refuse("duplicate");
  if (!hasValidSignature(signed)) return refuse("bad-signature");
  const key = group === undefined ? party.keys.lobbyKey : group.sealed.broadcastKey;
  const message =
    signed.to === ALL || isRoomSealed(signed.kind)
      ? openBroadcast(signed, key)
      : openDirect(signed, party.config.identity);
  return typeof message === "string" ? refuse(message) : message;
}
