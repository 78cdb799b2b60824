import { type Kind, kinds } from "../../core/kind.ts";
import type { Message } from "../../core/machine.ts";
import type { GroupId, PartyId, RoundId } from "../../core/names.ts";
import { openBroadcast, openDirect, readFrame, sealFrame } from "../../envelope/frames.ts";
import { type Hub, type Tab, testRng, type Wire } from "./hub.ts";

const keyOf = (tab: Tab, room: GroupId): Uint8Array =>
  tab.party.groups.get(room)?.sealed.broadcastKey ?? tab.party.keys.lobbyKey;

/** Opens what a tab itself sent. */
export function openOwn(tab: Tab, frame: Uint8Array): Message {
  const signed = readFrame(frame);
  if (typeof signed === "string") throw new Error(signed);
  const direct = openDirect(signed, tab.identity);
  const message = typeof direct === "string" ? openBroadcast(signed, keyOf(tab, signed.groupId)) : direct;
  if (typeof message === "string") throw new Error(message);
  return message;
}

let forged = 0;

/** The same message with other contents, sealed and signed by its sender: what a malicious member can do. */
export function resign(tab: Tab, frame: Uint8Array, change: (payload: Uint8Array) => Uint8Array): Uint8Array {
  const message = openOwn(tab, frame);
  const letter = { ...message, payload: change(message.payload) };
  const made = sealFrame(tab.identity, keyOf(tab, message.groupId), letter, testRng(`forged ${forged++}`));
  if (made === null) throw new Error("not sealed");
  return made;
}

/** A message that the machines of this tab would never say. */
export function forge(
  tab: Tab,
  groupId: GroupId,
  message: {
    readonly kind: Kind;
    readonly roundId: RoundId;
    readonly to: PartyId;
    readonly payload: Uint8Array;
  },
): Uint8Array {
  const rng = testRng(`made up ${forged++}`);
  const { epoch } = tab.party.config;
  const msgId = Buffer.from(rng(16)).toString("hex") as Message["msgId"];
  const letter = { ...message, groupId, epoch, counter: 1_000n + BigInt(forged), msgId };
  const made = sealFrame(tab.identity, keyOf(tab, groupId), letter, rng);
  if (made === null) throw new Error("not sealed");
  return made;
}

export const isKind = (wire: Wire, kind: Kind): boolean => wire.frame[1] === kinds[kind];

/** From now on, messages of this kind from this tab carry other contents; what they say may depend on who reads. */
export function corrupt(
  hub: Hub,
  tab: Tab,
  kind: Kind,
  change: (payload: Uint8Array, reader: Tab) => Uint8Array,
): void {
  const before = hub.network;
  hub.network = (wire, reader) => {
    if (wire.from !== tab.identity.id || !isKind(wire, kind)) return before(wire, reader);
    return [resign(tab, wire.frame, (payload) => change(payload, reader))];
  };
}
