import type { GroupId, PartyId, RoundId } from "../core/names.ts";
import type { StopReason } from "../core/reason.ts";
import { keysOf, type Roster } from "../core/roster.ts";
import { waitingFor } from "../keygen/asking.ts";
import { type Fingerprint, fingerprintOf } from "../keygen/fingerprint.ts";
import { type Heard, heardOf, type Inbox } from "../keygen/inbox.ts";
import { abort } from "../keygen/messages.ts";
import { highestAttempt } from "../keygen/life.ts";
import { dealtIn } from "../keygen/public-round.ts";
import { certifiedOf, type Conviction, type KeygenState, roundOf } from "../keygen/state.ts";
import { missingFrames } from "./gaps.ts";
import type { Party } from "./state.ts";

/** Steps of key generation as a board shows them, in order. */
export const keygenSteps = [
  "publicShares",
  "privateShares",
  "end",
  "certified",
  "life",
  "fingerprint",
] as const;
export type KeygenStep = (typeof keygenSteps)[number];

/** One seat at one step. Times are this party's clock (ms). */
export type Cell =
  | { readonly tag: "notYet" }
  /** Nothing came, and the round needs it now. */
  | { readonly tag: "waiting"; readonly since: number }
  /** It came, and is checked once everybody's is there. */
  | { readonly tag: "sent"; readonly at: number }
  | { readonly tag: "verified"; readonly at: number }
  /** It is wrong; `convictions` of the board say what can be shown. */
  | { readonly tag: "invalid"; readonly at: number };

export interface BoardRow {
  readonly identity: PartyId;
  readonly name: string;
  readonly weight: number;
  readonly isMe: boolean;
  readonly cells: Readonly<Record<KeygenStep, Cell>>;
  /** Null: never heard since this tab was opened. */
  readonly lastHeard: number | null;
  /** Frames missing between those that came; the relay or the network may be the cause. */
  readonly missingFrames: number;
  /** Why this member ended the round, where it said so. */
  readonly aborted: StopReason | null;
}

/** Key generation of one group as every page shows it. Pages decide nothing: what may be done is in `can`. */
export interface KeygenBoard {
  readonly groupId: GroupId;
  readonly roundId: RoundId | null;
  readonly phase: KeygenState["phase"]["tag"];
  /** When the phase began; null where it has none. */
  readonly since: number | null;
  readonly rows: readonly BoardRow[];
  /** "Waiting for Carol's private shares": what is missing and from whom. */
  readonly waitingFor: readonly { readonly step: KeygenStep; readonly from: readonly PartyId[] }[];
  readonly threshold: number;
  readonly keys: number;
  /** Why it ended without a usable key. */
  readonly reason: StopReason | null;
  readonly convictions: readonly Conviction[];
  /** From the moment all shares are shown to work. */
  readonly fingerprint: Fingerprint | null;
  /** 32-byte x-only group key; only once ready: no address is shown before. */
  readonly groupPublicKey: Uint8Array | null;
  /** Who reported a mismatch after the address was out. */
  readonly alarms: readonly PartyId[];
  /** When the first of them did, by this party's clock (ms). */
  readonly alarmedAt: number | null;
  readonly can: {
    readonly runDkg: boolean;
    readonly stop: boolean;
    readonly reportMismatch: boolean;
  };
}

const order: readonly KeygenState["phase"]["tag"][] = [
  "idle",
  "stopped",
  "collectingPublicShares",
  "collectingPrivateShares",
  "collectingEnds",
  "pending",
  "provingLife",
  "comparing",
  "confirming",
  "ready",
];

const isPast = (phase: KeygenState["phase"]["tag"], reached: KeygenState["phase"]["tag"]): boolean =>
  order.indexOf(phase) > order.indexOf(reached);

const stepOf = {
  DKG_PUBLIC_SHARES: "publicShares",
  DKG_PRIVATE_SHARES: "privateShares",
  DKG_END: "end",
  CERTIFIED: "certified",
  LIFE_NONCE: "life",
  LIFE_SHARE: "life",
  FINGERPRINT_VERDICT: "fingerprint",
} as const;

/** The board of a group, or null where this party knows no such group. */
export function keygenBoard(party: Party, groupId: GroupId): KeygenBoard | null {
  const group = party.groups.get(groupId);
  const state = group?.keygen ?? group?.keygenCoordinator;
  if (group === undefined || state == null) return null;
  const { roster } = group.sealed;
  const { phase, inboxes, convictions } = state;
  const roundId = roundOf(phase);
  const inbox = roundId === null ? undefined : inboxes.get(roundId);
  const me = party.config.identity.id;
  const certified = certifiedOf(state);
  const comparable = phase.tag === "comparing" || phase.tag === "confirming" || phase.tag === "ready";
  const coordinator = group.keygenCoordinator?.phase.tag;
  return {
    groupId,
    roundId,
    phase: phase.tag,
    since: phase.tag === "idle" ? null : phase.since,
    rows: roster.seats.map(({ identity, name, weight }) => ({
      identity,
      name,
      weight,
      isMe: identity === me,
      cells: cellsOf(roster, state, inbox, identity, me),
      lastHeard: party.lastHeard.get(identity) ?? null,
      missingFrames: missingFrames(party.gaps, identity),
      aborted: abortReason(inbox, identity),
    })),
    waitingFor: waitingFor(phase, roster, inbox, me)
      .filter(({ from }) => from.length > 0)
      .map(({ kind, from }) => ({ step: stepOf[kind], from })),
    threshold: roster.threshold,
    keys: keysOf(roster),
    reason: phase.tag === "stopped" || phase.tag === "unusable" ? phase.reason : null,
    convictions,
    fingerprint: comparable && certified !== null ? fingerprintOf(roster, certified.certificate) : null,
    groupPublicKey: phase.tag === "ready" ? phase.certified.key.publicKeyPackage.xOnly : null,
    alarms: phase.tag === "ready" ? phase.alarms : [],
    alarmedAt: phase.tag === "ready" ? phase.alarmedAt : null,
    can: {
      runDkg: coordinator === "idle" || coordinator === "stopped",
      stop:
        phase.tag === "collectingPublicShares" ||
        phase.tag === "collectingPrivateShares" ||
        phase.tag === "collectingEnds" ||
        coordinator === "collectingEnds",
      reportMismatch: phase.tag === "ready",
    },
  };
}

function abortReason(inbox: Inbox | undefined, identity: PartyId): StopReason | null {
  const heard = heardOf(inbox, "ABORT").get(identity);
  const decoded = heard === undefined ? null : abort.decode(heard.payload);
  return decoded?.ok ? decoded.value.reason : null;
}

function cellsOf(
  roster: Roster,
  { phase, convictions }: KeygenState,
  inbox: Inbox | undefined,
  seat: PartyId,
  me: PartyId,
): Readonly<Record<KeygenStep, Cell>> {
  const since = phase.tag === "idle" ? 0 : phase.since;
  const convicted = convictions.some((one) => one.culprit === seat);
  const past = (reached: KeygenState["phase"]["tag"]): boolean => isPast(phase.tag, reached);
  const cell = (heard: Heard | undefined, wanted: boolean, verified: boolean, invalid = false): Cell => {
    if (heard === undefined) return wanted ? { tag: "waiting", since } : { tag: "notYet" };
    if (invalid) return { tag: "invalid", at: heard.at };
    return verified ? { tag: "verified", at: heard.at } : { tag: "sent", at: heard.at };
  };
  const dealt = heardOf(inbox, "DKG_PUBLIC_SHARES").get(seat);
  const end = heardOf(inbox, "DKG_END").get(seat);
  // A seat that ended had everybody's shares; our own went nowhere.
  const shares = seat === me ? (past("collectingPublicShares") ? dealt : undefined) : undefined;
  const privately = heardOf(inbox, "DKG_PRIVATE_SHARES").get(seat) ?? shares ?? end;
  const attempt =
    phase.tag === "provingLife"
      ? Math.max(phase.attempt, highestAttempt(inbox), 1)
      : lastAttempt(inbox, seat);
  const wrong = convicted && (phase.tag === "stopped" || phase.tag === "unusable");
  return {
    publicShares: cell(
      dealt,
      phase.tag === "collectingPublicShares",
      past("collectingPublicShares"),
      dealt !== undefined && dealtIn(roster, dealt) === null,
    ),
    privateShares: cell(
      privately,
      phase.tag === "collectingPrivateShares",
      past("collectingPrivateShares"),
      wrong && !past("pending"),
    ),
    end: cell(
      end,
      phase.tag === "pending" || phase.tag === "collectingEnds",
      past("pending"),
      convicted && !past("pending"),
    ),
    certified: cell(heardOf(inbox, "CERTIFIED").get(seat), phase.tag === "provingLife", past("provingLife")),
    life: cell(
      heardOf(inbox, "LIFE_SHARE", attempt).get(seat),
      phase.tag === "provingLife",
      past("provingLife"),
      wrong && phase.tag === "unusable",
    ),
    fingerprint: cell(
      heardOf(inbox, "FINGERPRINT_VERDICT", "no").get(seat) ??
        heardOf(inbox, "FINGERPRINT_VERDICT", "yes").get(seat),
      phase.tag === "comparing" || phase.tag === "confirming",
      true,
      heardOf(inbox, "FINGERPRINT_VERDICT", "no").has(seat),
    ),
  };
}

function lastAttempt(inbox: Inbox | undefined, seat: PartyId): number {
  let last = 1;
  for (const [shelf, bySender] of inbox ?? []) {
    if (shelf.startsWith("LIFE_SHARE/") && bySender.has(seat)) last = Math.max(last, Number(shelf.slice(11)));
  }
  return last;
}
