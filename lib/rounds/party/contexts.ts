import type { GroupContext } from "../core/machine.ts";
import type { PartyId } from "../core/names.ts";
import { certificateCodec } from "../keygen/certificate.ts";
import type { KeygenContext } from "../keygen/context.ts";
import { heardOf, type Inbox } from "../keygen/inbox.ts";
import { type CertifiedKey, usableKey } from "../keygen/state.ts";
import type { LobbyContext } from "../lobby/context.ts";
import type { SigningContext } from "../signing/context.ts";
import { type GroupState, type Party, timesOf } from "./state.ts";

export const lobbyContext = ({ config, keys }: Party): LobbyContext => ({
  me: config.identity.id,
  identity: config.identity,
  lobbyId: keys.lobbyId,
  coordinator: config.invite.coordinator,
  times: timesOf(config).lobby,
});

function groupContext({ config }: Party, { sealed, keygen, keygenCoordinator }: GroupState): GroupContext {
  const state = keygen ?? keygenCoordinator;
  return {
    me: config.identity.id,
    groupId: sealed.groupId,
    epoch: config.epoch,
    roster: sealed.roster,
    alarm: state?.phase.tag === "ready" && state.phase.alarms.length > 0,
  };
}

export const keygenContext = (party: Party, group: GroupState): KeygenContext => ({
  ...groupContext(party, group),
  identity: party.config.identity,
  broadcastKey: group.sealed.broadcastKey,
  approvals: group.sealed.approvals,
  times: timesOf(party.config).keygen,
});

interface SigningExtras {
  readonly certificate: Uint8Array;
  readonly ends: ReadonlyMap<PartyId, Uint8Array>;
}
// A certified key does not change, and neither does what was signed for it: written out once per key.
const extras = new WeakMap<CertifiedKey, SigningExtras>();

function extrasOf(usable: CertifiedKey, inbox: Inbox | undefined): SigningExtras {
  let known = extras.get(usable);
  if (known === undefined) {
    const ends = new Map<PartyId, Uint8Array>();
    for (const [from, { frame }] of heardOf(inbox, "DKG_END")) ends.set(from, frame);
    known = { certificate: certificateCodec.encode(usable.certificate), ends };
    extras.set(usable, known);
  }
  return known;
}

/** Null until the key may be used: certified, alive and compared. */
export function signingContext(party: Party, group: GroupState): SigningContext | null {
  const state = group.keygen ?? group.keygenCoordinator;
  const usable = state === null ? null : usableKey(state);
  if (state === null || usable === null) return null;
  return {
    ...groupContext(party, group),
    key: usable.key,
    operations: party.config.operations,
    times: timesOf(party.config).signing,
    broadcastKey: group.sealed.broadcastKey,
    ...extrasOf(usable, state.inboxes.get(usable.roundId)),
  };
}
