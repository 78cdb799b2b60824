import { bytesToHex } from "@noble/hashes/utils.js";
import { fingerprintOf, type GroupState, keysOf, type Roster, usableKey } from "../../../rounds/index.ts";
import type { Review } from "../../peg/signer/signer.ts";
import type { Role } from "../../views/common.ts";
import type { ErrorView } from "../../views/errors.ts";
import type { GroupView, OverviewView } from "../../views/group.ts";
import type { SeatView, StorageView } from "../../views/lobby.ts";
import type { PegCoordinatorView } from "../../views/peg-coordinator.ts";
import type { PegPolicyView } from "../../views/peg-policy.ts";
import type { BackupView } from "../../views/storage.ts";
import { groupAddress } from "../address.ts";
import { transcriptName } from "../verify.ts";
import { ceremonyView, onlineQuorum } from "./ceremony.ts";
import { keyTimes } from "./key-times.ts";
import { isOnline, shortIdentity } from "./lobby.ts";
import { namesOf, peopleOf } from "./people.ts";
import type { ReadableSeat } from "./readable-seat.ts";
import { canPropose, type RequestExtras, composeView, inboxView, requestViews } from "./requests/requests.ts";
import { statusView } from "./status.ts";

/** What the group's screen shows beside the group itself. */
export interface GroupExtras {
  readonly role: Role;
  readonly now: number;
  /** Software of this tab, as its readiness says it. */
  readonly build: string;
  readonly backup: BackupView;
  readonly storage: StorageView;
  /** Digests and question ids whose answer is on its way. */
  readonly sending: ReadonlySet<string>;
  /** What this seat's own look at a request of the peg came to. */
  readonly review?: (digest: string) => Review | null;
  /** True where this seat's policy answered a request. */
  readonly automatic?: (digest: string) => boolean;
  readonly policy?: PegPolicyView | null;
  readonly notifications: GroupView["notifications"];
  readonly lockAfterMs: number | null;
  readonly error: ErrorView | null;
  /** A proposal is being sent. */
  readonly proposing?: boolean;
  readonly composeError?: ErrorView | null;
  /** The group that is made while this one goes on. */
  readonly next?: GroupView["next"] | null;
  readonly successor?: RequestExtras["successor"];
  /** The peg this tab coordinates. */
  readonly peg?: PegCoordinatorView | null;
}

/**
 * Everything a member's tab shows once the group's key is ready.
 * @throws Error for a group whose key is not: there is no address to show before
 */
export function groupView(seat: ReadableSeat, group: GroupState, extras: GroupExtras): GroupView {
  const { role, now, backup, notifications, lockAfterMs, error } = extras;
  const requests = requestViews(seat, group, {
    records: seat.history.requests,
    now,
    sending: extras.sending,
    ...(extras.review === undefined ? {} : { review: extras.review }),
    ...(extras.successor === undefined ? {} : { successor: extras.successor }),
    ...(extras.automatic === undefined ? {} : { automatic: extras.automatic }),
  });
  const board = ceremonyView(seat, group, role, now);
  const { roster, groupId } = group.sealed;
  return {
    overview: overview(seat, group, extras),
    seats: seatViews(seat, roster, extras),
    inbox: inboxView(requests, canPropose(seat, group)),
    requests,
    compose: composeView(seat, group, {
      now,
      busy: extras.proposing === true,
      error: extras.composeError ?? null,
    }),
    status: statusView(seat, group, requests, now),
    backup,
    ...(board === null ? {} : { board }),
    ...(lockAfterMs === null ? {} : { lockAfterMs }),
    notifications,
    oldKeys: oldKeys(seat, group),
    transcript: { fileName: transcriptName(roster.name, groupId) },
    ...(error === null ? {} : { error }),
    ...(extras.next == null ? {} : { next: extras.next }),
    ...(extras.peg == null ? {} : { peg: extras.peg }),
    ...(extras.policy == null ? {} : { policy: extras.policy }),
  };
}

/** Keys before the one in use of which this seat has a share. */
function oldKeys(seat: ReadableSeat, group: GroupState): NonNullable<GroupView["oldKeys"]> {
  return [...seat.party.groups.values()].flatMap((other) => {
    const key = other === group || other.keygen === null ? null : usableKey(other.keygen);
    if (key === null || other.keygen?.phase.tag !== "ready") return [];
    const { roster } = other.sealed;
    const { hex, words } = fingerprintOf(roster, key.certificate);
    return [{ name: roster.name, code: { hex: hex.replace(" ", ""), words } }];
  });
}

function overview(seat: ReadableSeat, group: GroupState, extras: GroupExtras): OverviewView {
  const { roster } = group.sealed;
  const state = group.keygen ?? group.keygenCoordinator;
  const key = state === null ? null : usableKey(state);
  if (key === null) throw new Error("the key of this group is not ready");
  const { publicKeyPackage } = key.key;
  const fingerprint = fingerprintOf(roster, key.certificate);
  const times = keyTimes(seat.party, group);
  const alarm = alarmOf(seat, group);
  return {
    role: extras.role,
    name: roster.name,
    network: roster.network,
    threshold: roster.threshold,
    total: keysOf(roster),
    address: groupAddress(publicKeyPackage, roster.network),
    publicKey: bytesToHex(publicKeyPackage.xOnly),
    code: { hex: fingerprint.hex.replace(" ", ""), words: fingerprint.words },
    ...(times.readyAt === null ? {} : { comparedAt: times.readyAt }),
    ...(times.aliveAt === null ? {} : { proofOfLifeAt: times.aliveAt }),
    online: onlineQuorum(seat, roster, extras.now),
    storage: extras.storage,
    backup: extras.backup.state,
    ...(alarm === null ? {} : { alarm }),
  };
}

/** Who reported another code. When it came is known to the tab that was open then. */
function alarmOf(seat: ReadableSeat, group: GroupState): NonNullable<OverviewView["alarm"]> | null {
  const phase = (group.keygen ?? group.keygenCoordinator)?.phase;
  if (phase?.tag !== "ready" || phase.alarms.length === 0) return null;
  const { roster, groupId } = group.sealed;
  const heard = seat.notices.find(({ notice }) => notice.tag === "alarm" && notice.groupId === groupId);
  return { people: namesOf(roster, phase.alarms), at: heard?.at ?? phase.since };
}

function seatViews(seat: ReadableSeat, roster: Roster, extras: GroupExtras): SeatView[] {
  const me = seat.party.config.identity.id;
  return peopleOf(roster, me).map(({ id, ...person }, index): SeatView => {
    const lastHeard = seat.party.lastHeard.get(id);
    const readiness = id === me ? null : (seat.party.readiness.get(id) ?? null);
    return {
      ...person,
      weight: roster.seats[index]?.weight ?? 1,
      presence: isOnline(seat, id, extras.now) ? "online" : "away",
      ...(lastHeard === undefined ? {} : { presenceAt: lastHeard }),
      settings: "approved",
      identity: shortIdentity(id),
      ...ownOrHeard(id === me, readiness, extras),
      awaited: false,
    };
  });
}

type Told = Pick<SeatView, "version" | "versionMatches" | "storage" | "backup">;

function ownOrHeard(
  mine: boolean,
  readiness: { software: string; storageProtected: boolean; backupVerified: boolean } | null,
  { build, storage, backup }: GroupExtras,
): Told {
  if (mine) return { version: build, versionMatches: true, storage: storage.state, backup: backup.state };
  if (readiness === null) return { versionMatches: true, storage: "unknown", backup: "none" };
  return {
    version: readiness.software,
    versionMatches: readiness.software === build,
    storage: readiness.storageProtected ? "protected" : "may-be-cleared",
    backup: readiness.backupVerified ? "tested" : "none",
  };
}
