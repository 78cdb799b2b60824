import { bytesToHex } from "@noble/hashes/utils.js";
import { keygenBoard, keysOf, lobbyBoard } from "../../rounds/index.ts";
import { shortestPassphrase } from "../vault/kdf.ts";
import type { ChromeView, ConnectionView } from "../views/common.ts";
import type { InviteView, JoinView, StorageView, TrialTabView } from "../views/lobby.ts";
import type { SuccessorView } from "../views/rotation.ts";
import type { CoordinatorScreen, CoordinatorView, SignerScreen, SignerView } from "../views/screens.ts";
import type { RelayStatus } from "../relay/state.ts";
import { isOutdated } from "./backup.ts";
import { encodeLink } from "./link.ts";
import { nextGroupView } from "./next-view.ts";
import type { Plan } from "./secrets.ts";
import type { Seat } from "./seat.ts";
import { idleLockMs, type SeatSession } from "./session.ts";
import type { OpenSeat, Stage } from "./stage.ts";
import { mostSeats, trialSettings } from "./start.ts";
import { ceremonyView, compareView, proofView, stoppedView } from "./views/ceremony.ts";
import { groupView } from "./views/group.ts";
import { policyView } from "./views/policy.ts";
import { lobbyView, networkOf } from "./views/lobby.ts";

/** Everything a coordinator's or signer's page shows, from where its session stands. */
export function viewOf(session: SeatSession): SignerView | CoordinatorView {
  return { chrome: chromeOf(session), ...screenOf(session) };
}

/** Questions that wait for the person here: what the title and icon count. */
export function attentionOf({ stage }: SeatSession): number {
  if (stage.tag !== "open") return 0;
  const { seat, sending } = stage.open;
  return seat.decisions.filter(({ id }) => !sending.has(id)).length;
}

function chromeOf(session: SeatSession): ChromeView {
  const { stage, site, page } = session;
  const build = site.build === "" ? {} : { build: { hash: site.build } };
  if (stage.tag !== "open") return build;
  const { seat } = stage.open;
  const { plan, name } = seat.secrets;
  const roster = seat.group?.sealed.roster;
  return {
    ...build,
    group: { name: roster?.name ?? plan.group, network: networkOf(roster?.network ?? plan.network) },
    connection: connectionOf(seat.relay),
    ...alteredOf(seat, session.ports.clock.now()),
    who: { name: name === "" ? "Coordinator" : name, role: page },
  };
}

/** So long after the last changed message the screen still says so. */
const alteredForMs = 60_000;

const alteredOf = ({ altered }: Seat, now: number): Pick<ChromeView, "altered"> =>
  altered === null || now - altered.at > alteredForMs ? {} : { altered: altered.count };

function connectionOf(status: RelayStatus | null): ConnectionView {
  switch (status?.connection.tag) {
    case "online":
      return { state: "connected" };
    case undefined:
    case "idle":
    case "connecting":
      return { state: "connecting" };
    case "waiting":
    case "refused":
    case "superseded":
    case "stopped":
      return { state: "offline" };
  }
}

function screenOf(session: SeatSession): SignerScreen | CoordinatorScreen {
  const { stage } = session;
  switch (stage.tag) {
    case "starting":
      return { tag: "starting" };
    case "create":
      return { tag: "create", create: createOf(stage) };
    case "noLink":
      return { tag: "join", join: { stage: "no-link", free: [], ...withError(stage.error) } };
    case "join":
      return { tag: "join", join: joinOf(stage) };
    case "protect": {
      const { secrets } = stage.seat;
      const passkey = stage.passkeys ? "available" : "unavailable";
      const protect = {
        seatName: secrets.name === "" ? "Coordinator" : secrets.name,
        groupName: secrets.plan.group,
        minLength: shortestPassphrase,
        passkey,
        ...withWork(stage.work),
        ...withError(stage.error),
      } as const;
      return { tag: "protect", protect };
    }
    case "elsewhere": {
      const { label } = stage.profile;
      const elsewhere = {
        seatName: label.seatName,
        groupName: label.groupName,
        stage: stage.asking ? "asking" : "active-elsewhere",
        busyThere: false,
        ...withError(stage.error),
      } as const;
      return { tag: "elsewhere", elsewhere };
    }
    case "unlock": {
      const { label, vault } = stage.profile;
      const methods = vault.locks.flatMap(({ kind }) => (kind === "device" ? [] : [kind]));
      const unlock = {
        seatName: label.seatName === "" ? "Coordinator" : label.seatName,
        groupName: label.groupName,
        methods,
        ...(stage.idleMs === null ? {} : { idleLockedAfterMs: stage.idleMs }),
        ...withWork(stage.work),
        ...withError(stage.error),
      };
      return { tag: "unlock", unlock };
    }
    case "restore":
      return { tag: "restore", restore: stage.restore };
    case "failed":
      return { tag: "failed", failure: stage.error };
    case "open":
      return openScreen(session, stage.open);
  }
}

const withError = <E>(error: E | null) => (error === null ? {} : { error });
const withWork = (work: number | null) => (work === null ? {} : { work: { done: work } });

function createOf({ trial, busy, error }: Extract<Stage, { tag: "create" }>) {
  const networks = (["devnet", "regtest", "signet", "testnet", "mainnet"] as const).map((network) => ({
    network,
    // An alpha that nobody audited holds no real money.
    available: network !== "mainnet",
  }));
  return {
    networks,
    maxSeats: mostSeats,
    busy,
    trial,
    ...(trial ? { initial: trialSettings } : {}),
    ...withError(error),
  };
}

function joinOf({ link, busy, error }: Extract<Stage, { tag: "join" }>): JoinView {
  const { plan } = link;
  const seats = plan.seats.map((name, i) => ({ seat: i + 1, name, weight: 1 }));
  const settings = { name: plan.group, network: networkOf(plan.network), threshold: plan.threshold, seats };
  return {
    stage: busy ? "joining" : "choose",
    ...(plan.group === "" || seats.length === 0 ? {} : { settings }),
    free: seats.length === 0 ? [{ seat: 1, name: "" }] : seats.map(({ seat, name }) => ({ seat, name })),
    ...withError(error),
  };
}

/** Which screen an open seat is at follows from the protocol alone. */
function openScreen(session: SeatSession, open: OpenSeat): SignerScreen | CoordinatorScreen {
  const { seat } = open;
  const { group, party } = seat;
  const now = session.ports.clock.now();
  const role = session.page;
  const board = group === null ? null : keygenBoard(party, group.sealed.groupId);
  if (group === null || board === null || board.phase === "idle")
    return { tag: "lobby", lobby: lobbyOf(session, open, now) };
  switch (board.phase) {
    case "comparing":
    case "confirming": {
      const sending = seat.decisions.some(({ id }) => open.sending.has(id));
      const compare = compareView(seat, group, sending);
      if (compare !== null) return { tag: "compare", compare };
      break;
    }
    case "unusable": {
      const stopped = stoppedView(seat, group, session.site.build);
      if (stopped !== null) return { tag: "stopped", stopped };
      break;
    }
    case "ready":
      return { tag: "group", group: groupView(seat, group, groupExtras(session, open, now)) };
    case "collectingPublicShares":
    case "collectingPrivateShares":
    case "collectingEnds":
    case "pending":
    case "provingLife":
    case "stopped":
      break;
  }
  const ceremony = ceremonyView(seat, group, role, now);
  if (ceremony === null) return { tag: "starting" };
  const proof = proofView(seat, group);
  return { tag: "ceremony", board: ceremony, ...(proof === null ? {} : { proof }) };
}

export const storageOf = (session: SeatSession): StorageView => ({
  state: session.readiness.storageProtected ? "protected" : "may-be-cleared",
  canAsk: !session.readiness.storageProtected && !session.storageRefused,
  ...(session.freeBytes === null ? {} : { freeBytes: session.freeBytes }),
});

/** How many requests a seat restored from the last file would not know of. */
function withApprovals(open: OpenSeat): OpenSeat["backup"] {
  const { seat } = open;
  const backup = backupNow(open);
  const { savedAt } = backup;
  const signer = seat.pegSigner;
  if (savedAt === undefined || signer === null) return backup;
  return { ...backup, approvedSince: signer.approved.filter(({ at }) => at > savedAt).length };
}

const locksAfter = ({ profile }: OpenSeat): number | null =>
  profile.vault.locks.some(({ kind }) => kind !== "device") ? idleLockMs : null;

const groupExtras = (session: SeatSession, open: OpenSeat, now: number) => ({
  role: session.page,
  now,
  build: session.readiness.software,
  backup: withApprovals(open),
  storage: storageOf(session),
  sending: open.sending,
  review: (digest: string) => open.seat.desk.review(digest),
  notifications: session.notifications,
  lockAfterMs: locksAfter(open),
  error: open.error,
  peg: open.seat.peg?.view() ?? null,
  next: nextGroupView(session, open, now),
  successor: (key: Uint8Array) => successorView(open, key),
  automatic: (digest: string) => open.seat.pegSigner?.isAutomatic(digest) ?? false,
  policy: policyView({
    seat: open.seat,
    signer: open.seat.pegSigner,
    draft: open.policy,
    locksAfterMs: locksAfter(open),
  }),
});

export function lobbyOf(session: SeatSession, open: OpenSeat, now: number) {
  const { seat, starting } = open;
  const coordinates = session.page === "coordinator";
  const view = lobbyView(seat, {
    role: session.page,
    now,
    build: session.readiness.software,
    storage: storageOf(session),
    invite: coordinates ? inviteOf(seat) : null,
    trial: coordinates && seat.secrets.trial ? trialTabs(seat) : null,
    starting,
  });
  const { refused } = lobbyBoard(seat.party);
  // Whoever closed a lobby knows it: the screen says so without calling it an error.
  const isOwn = coordinates && refused === "lobby-closed";
  return refused === null || isOwn ? view : { ...view, error: { code: refused, people: [] } };
}

/** A backup from before the key in use holds nothing of it. */
function backupNow({ seat, backup }: OpenSeat): OpenSeat["backup"] {
  if (seat.group === null || !isOutdated(backup, seat, seat.group)) return backup;
  const { stage, holds, work, error } = backup;
  return {
    state: "none",
    stage,
    holds,
    ...(work === undefined ? {} : { work }),
    ...(error === undefined ? {} : { error }),
  };
}

function inviteOf(seat: Seat): InviteView {
  const { invite } = seat.secrets;
  const plan = planOf(seat);
  return { url: `${invite.relay}/signer#${encodeLink({ invite, plan, trialSeat: null })}`, used: false };
}

/** What the link says of the group: as it was planned, or as the next one is. */
function planOf({ party, secrets }: Seat): Plan {
  const { plan } = secrets;
  const { lobby } = party;
  if (party.groups.size === 0 || lobby?.settings == null) return plan;
  const free = Math.max(0, lobby.settings.seats - lobby.seats.length);
  const seats = [
    ...lobby.seats.map(({ name }) => name),
    ...Array.from({ length: free }, (_, i) => newSeat(i, free)),
  ];
  return { ...plan, threshold: lobby.settings.threshold, seats };
}
const newSeat = (i: number, of: number): string => (of === 1 ? "New member" : `New member ${i + 1}`);

/** What this tab knows of the group that a request would hand the peg to. */
function successorView({ seat, error }: OpenSeat, key: Uint8Array): SuccessorView {
  const known = seat.successors.introduced(seat.party, key);
  const facts = seat.successors.facts(seat.party, key);
  const isAbout = error?.code === "successor-code" || error?.code === "successor-record";
  return {
    key: bytesToHex(key),
    ...(known === null
      ? {}
      : {
          known: {
            name: known.roster.name,
            people: known.roster.seats.map(({ name }) => name),
            threshold: known.roster.threshold,
            total: keysOf(known.roster),
          },
        }),
    member: facts?.tookPart ?? false,
    confirmed: facts?.confirmed ?? false,
    ...(isAbout ? { error } : {}),
  };
}

/** The other tabs of a trial: this one has the first seat. */
function trialTabs(seat: Seat): Omit<TrialTabView, "state">[] {
  const { invite, plan, name } = seat.secrets;
  return plan.seats.flatMap((other, i) =>
    other === name
      ? []
      : [{ seat: i + 1, name: other, href: `/signer#${encodeLink({ invite, plan, trialSeat: other })}` }],
  );
}
