import { hexToBytes } from "@noble/hashes/utils.js";
import {
  type Decision,
  type GroupId,
  type GroupState,
  keygenBoard,
  lobbyBoard,
  roundId,
  type RoundId,
} from "../../rounds/index.ts";
import { batchToSign } from "../../rounds/operation/batch.ts";
import { textToSign } from "../../rounds/operation/text.ts";
import { proposalsOf } from "../../sbtc/peg/operation/kinds.ts";
import { isVaultError } from "../vault/errors.ts";
import type { Intent } from "../views/intents.ts";
import { refusalReason } from "../views/refuse-reasons.ts";
import { backupOfProfile, isOutdated, makeBackup, readBackup } from "./backup.ts";
import { codeOfVault } from "./errors.ts";
import { confirmSuccessor, introduceSuccessor, reopenLobby, saveIntroduction } from "./rotation.ts";
import { actOnPolicy } from "./policy.ts";
import { mayClose, networkOf } from "./views/lobby.ts";
import { operationOf } from "./views/requests/requests.ts";
import type { SeatSession } from "./session.ts";
import type { OpenSeat } from "./stage.ts";
import { transcriptFile } from "./verify.ts";

/** Nonce pairs asked for ahead of any request, per key, by a coordinator's tab once the key is ready. */
const pairsAhead = 8;

const newRound = (session: SeatSession): RoundId => roundId(session.ports.rng.bytes(16));

/** Does what a person asked of an open seat. What no longer fits the seat's state is left undone by the machines themselves. */
export async function actOnSeat(session: SeatSession, open: OpenSeat, intent: Intent): Promise<void> {
  const { seat } = open;
  const groupId = seat.group?.sealed.groupId;
  switch (intent.do) {
    case "answer-settings":
      return answer(
        session,
        open,
        "approveRoster",
        intent.answer === "approve" ? null : "declined by a person",
      );
    case "answer-compare":
      return answer(
        session,
        open,
        "compareFingerprint",
        intent.answer === "matches" ? null : "does not match",
      );
    case "run-dkg": {
      const made = seat.making ?? seat.group;
      if (made === null) return;
      session.update({ starting: true });
      const command = { tag: "runDkg" } as const;
      return seat.command({ tag: "coordinateKeygen", groupId: made.sealed.groupId, command });
    }
    case "reopen-lobby":
      return reopenLobby(open, intent);
    case "introduce-successor":
      return introduceSuccessor(session, open, intent.file);
    case "confirm-successor":
      return confirmSuccessor(session, open, intent.key, intent.code);
    case "ask-again":
      return seat.command({ tag: "lobby", command: { tag: "withdraw" } });
    case "remove-member":
      return removeMember(open, intent.name);
    case "close-lobby":
      // The last approval may have come while the question was on screen: a sealed group is not closed under its members.
      return mayClose(seat.party) ? seat.command({ tag: "lobby", command: { tag: "close" } }) : undefined;
    case "cancel-round":
      await cancelRound(open);
      return;
    case "raise-alarm":
      if (groupId !== undefined) await reportMismatch(open, groupId);
      return;
    case "propose-text":
      if (groupId !== undefined) await propose(session, open, groupId, intent.messages, intent.minutes);
      return;
    case "approve":
      return decide(session, open, intent.digest, null);
    case "refuse":
      return decide(session, open, intent.digest, refusalReason(intent.reason, intent.note));
    case "cancel-request":
      await cancelRequest(open, intent.request);
      return;
    case "coordinate-request":
      await coordinate(session, open, intent.request);
      return;
    case "save-backup":
      return saveBackup(session, open, intent.passphrase);
    case "test-backup":
      return testBackup(session, open, intent.file, intent.passphrase);
    case "try-policy":
    case "set-policy":
      return actOnPolicy(session, open, intent);
    case "peg":
      if (intent.command.do === "peg-introduction") return saveIntroduction(session, open);
      // Not waited for: other things can be done in this tab while chains and signers answer.
      seat.peg?.command(intent.command);
      return;
    case "export-transcript": {
      const file = transcriptFile(seat);
      if (file !== null) session.ports.post({ tag: "download", ...file });
      return;
    }
    default:
      // Meant for another stage: a click that came too late.
      return;
  }
}

/** Answers the one open question of a kind. */
async function answer(
  session: SeatSession,
  open: OpenSeat,
  tag: Decision["tag"],
  no: string | null,
): Promise<void> {
  const question = open.seat.decisions.find((decision) => decision.tag === tag);
  if (question === undefined) return;
  session.update({ sending: new Set([...open.sending, question.id]) });
  await open.seat.decide(question.id, no === null ? { tag: "yes" } : { tag: "no", reason: no });
}

/** Answers the question about one operation, named by its digest. */
async function decide(
  session: SeatSession,
  open: OpenSeat,
  digest: string,
  no: string | null,
): Promise<void> {
  const question = open.seat.decisions
    .filter((one) => one.tag === "approveOperation")
    .find((one) => one.digest === digest);
  if (question === undefined) return;
  session.update({ sending: new Set([...open.sending, digest]) });
  if (no !== null) await open.seat.decide(question.id, { tag: "no", reason: no });
  else if (proposalsOf(question.request.operation) === null) {
    // The share of a group that has handed over is kept for its coins alone.
    const hasLeft = await open.seat.hasHandedOver(question.request.groupId);
    await open.seat.decide(question.id, hasLeft ? { tag: "no", reason: "handed-over" } : { tag: "yes" });
  }
  // What moves the peg is judged once more at this very moment, and is not approved where a check refuses.
  else if (!(await open.seat.desk.approve(question)))
    session.update({ sending: new Set([...open.sending].filter((id) => id !== digest)) });
}

/** What everybody was asked to approve had this person in it: it is taken back first. */
async function removeMember({ seat }: OpenSeat, name: string): Promise<void> {
  const member = seat.party.lobby?.seats.find((one) => one.name === name);
  if (member === undefined) return;
  await seat.command({ tag: "lobby", command: { tag: "withdraw" } });
  await seat.command({ tag: "lobby", command: { tag: "remove", identity: member.identity } });
}

async function cancelRound({ seat }: OpenSeat): Promise<void> {
  const group = seat.making ?? seat.group;
  if (group === null) return;
  const { groupId } = group.sealed;
  if (group.keygenCoordinator !== null) {
    await seat.command({ tag: "coordinateKeygen", groupId, command: { tag: "stopKeygen" } });
  }
  if (group.keygen !== null) await seat.command({ tag: "keygen", groupId, command: { tag: "stopKeygen" } });
}

async function reportMismatch({ seat }: OpenSeat, groupId: GroupId): Promise<void> {
  const command = { tag: "reportMismatch" } as const;
  if (seat.group?.keygen != null) await seat.command({ tag: "keygen", groupId, command });
  else await seat.command({ tag: "coordinateKeygen", groupId, command });
}

/** Asks the group to sign texts. Whoever asks has read what it wrote: its own seat needs no second click. */
async function propose(
  session: SeatSession,
  open: OpenSeat,
  groupId: GroupId,
  messages: readonly string[],
  minutes: number,
): Promise<void> {
  const texts = messages.map((message) => message.trim()).filter((message) => message !== "");
  if (texts.length === 0) return;
  const round = newRound(session);
  const operation = texts.length === 1 ? textToSign(texts[0] ?? "") : batchToSign(texts.map(textToSign));
  const expiry = session.ports.clock.now() + minutes * 60_000;
  await open.seat.command({
    tag: "coordinateSigning",
    groupId,
    command: { tag: "sign", roundId: round, operation, expiry },
  });
  const own = open.seat.decisions.find(
    (decision) => decision.tag === "approveOperation" && decision.request.roundId === round,
  );
  if (own !== undefined) await open.seat.decide(own.id, { tag: "yes" });
}

async function cancelRequest({ seat }: OpenSeat, request: string): Promise<void> {
  const known = [...seat.party.groups].flatMap(([groupId, { signing }]) =>
    [...(signing?.requests ?? [])].map(([digest, entry]) => ({ groupId, digest, entry })),
  );
  for (const { groupId, digest, entry } of known) {
    if (entry.request.roundId !== request && digest !== request) continue;
    await seat.command({
      tag: "coordinateSigning",
      groupId,
      command: { tag: "cancel", digest, reason: "cancelled by the person who asked" },
    });
  }
}

/** Asks again, from this tab, for what another member asked: its tab is gone, and any seat may coordinate. */
async function coordinate(session: SeatSession, open: OpenSeat, request: string): Promise<void> {
  const found = [...open.seat.party.groups].flatMap(([groupId, group]) => {
    const known = operationOf(group, request);
    return known === null ? [] : [{ groupId, ...known }];
  });
  const [known] = found;
  if (known === undefined) return;
  const { groupId, operation, expiry } = known;
  const round = newRound(session);
  await open.seat.command({
    tag: "coordinateSigning",
    groupId,
    command: { tag: "sign", roundId: round, operation, expiry },
  });
}

async function saveBackup(session: SeatSession, open: OpenSeat, passphrase: string): Promise<void> {
  const { rng, clock, post } = session.ports;
  const idle = backupOfProfile(open.profile);
  const sealing = (done: number): void =>
    session.update({ backup: { ...idle, stage: "sealing", work: { done } } });
  sealing(0);
  const now = clock.now();
  const made = await makeBackup(open.seat, passphrase, rng, now, sealing);
  if (made === null) {
    session.update({ backup: idle });
    return;
  }
  if (isVaultError(made)) {
    session.update({ backup: { ...idle, error: { code: codeOfVault(made.code), people: [] } } });
    return;
  }
  post({ tag: "download", name: made.fileName, type: "application/json", text: made.text });
  await session.updateProfile((profile) => ({
    ...profile,
    backup: { savedAt: now, fileName: made.fileName },
  }));
  session.readiness = { ...session.readiness, backupVerified: false };
  session.update({
    backup: backupOfProfile({ ...open.profile, backup: { savedAt: now, fileName: made.fileName } }),
  });
}

/** A backup counts once it was opened again, on this device or another, and held this very key. */
async function testBackup(
  session: SeatSession,
  open: OpenSeat,
  file: File,
  passphrase: string,
): Promise<void> {
  const { rng, clock } = session.ports;
  const idle = backupOfProfile(open.profile);
  const opening = (done: number): void =>
    session.update({ backup: { ...idle, stage: "opening", work: { done } } });
  opening(0);
  const restored = await readBackup(await file.text(), passphrase, rng, opening);
  if (isVaultError(restored)) {
    session.update({
      backup: { ...idle, error: { code: codeOfVault(restored.code, "backup"), people: [] } },
    });
    return;
  }
  const board =
    open.seat.group === null ? null : keygenBoard(open.seat.party, open.seat.group.sealed.groupId);
  const key = board?.groupPublicKey ?? null;
  const mine = [...open.seat.secrets.identity].every((byte, i) => byte === restored.secrets.identity[i]);
  const same = key !== null && hexToBytes(restored.groupKey).every((byte, i) => byte === key[i]);
  if (!mine || !same) {
    session.update({ backup: { ...idle, error: { code: "backup-other-group", people: [] } } });
    return;
  }
  const savedAt = open.profile.backup?.savedAt ?? Date.parse(restored.made);
  const backup = { savedAt, fileName: file.name, testedAt: clock.now() };
  await session.updateProfile((profile) => ({ ...profile, backup }));
  session.readiness = { ...session.readiness, backupVerified: true };
  session.update({ backup: backupOfProfile({ ...open.profile, backup }) });
}

/** What a tab does by itself after each change. Each step looks at the state first, so doing it again does nothing. */
export async function followUp(session: SeatSession, open: OpenSeat): Promise<void> {
  const { seat } = open;
  const { secrets, party } = seat;
  await openLobby(open);
  await takeSeat(open, session);
  const board = lobbyBoard(party);
  if (board.phase === "open" && board.proposalFault === null) {
    await seat.command({ tag: "lobby", command: { tag: "propose" } });
  }
  // A trial's people are made up: nobody is there to read the settings.
  if (secrets.trial) await answer(session, open, "approveRoster", null);
  const { group } = seat;
  if (group === null) return;
  if (session.readiness.backupVerified && isOutdated(open.backup, seat, group))
    session.readiness = { ...session.readiness, backupVerified: false };
  const made = seat.making ?? group;
  if (open.starting && (made.keygenCoordinator?.phase.tag ?? "idle") !== "idle")
    session.update({ starting: false });
  await watchComparison(session, open, seat.making ?? group);
  await prepareNonces(session, open, group);
  await keepLabel(session, open, group);
}

/** The coordinator's lobby opens with the plan that was made for it. */
async function openLobby({ seat }: OpenSeat): Promise<void> {
  const { party, secrets } = seat;
  if (party.lobby?.phase.tag !== "idle") return;
  const { plan } = secrets;
  const settings = {
    name: plan.group,
    network: networkOf(plan.network),
    threshold: plan.threshold,
    seats: plan.seats.length,
  };
  await seat.command({ tag: "lobby", command: { tag: "open", settings, expected: [] } });
}

/** Whoever has a name here asks for a seat, once. */
async function takeSeat({ seat }: OpenSeat, session: SeatSession): Promise<void> {
  const { party, secrets } = seat;
  if (secrets.name === "" || party.member.phase.tag !== "idle" || party.groups.size > 0) return;
  const { readiness } = session;
  await seat.command({ tag: "member", command: { tag: "join", name: secrets.name, readiness } });
}

/** A coordinator without a seat has nothing to compare: it goes along once every seat has signed that the codes match. */
async function watchComparison(session: SeatSession, open: OpenSeat, group: GroupState): Promise<void> {
  if (group.keygen !== null) return;
  const board = keygenBoard(open.seat.party, group.sealed.groupId);
  if (board?.phase !== "comparing" || board.rows.some((row) => row.cells.fingerprint.tag !== "verified"))
    return;
  await answer(session, open, "compareFingerprint", null);
}

/** So that a request needs one round trip: the coordinator's tab holds nonces of everybody from the start. */
async function prepareNonces(session: SeatSession, { seat }: OpenSeat, group: GroupState): Promise<void> {
  const ready = group.keygenCoordinator?.phase.tag === "ready";
  if (!ready || session.prepared === group.sealed.groupId) return;
  session.prepared = group.sealed.groupId;
  const command = { tag: "prepare", roundId: newRound(session), pairs: pairsAhead } as const;
  await seat.command({ tag: "coordinateSigning", groupId: group.sealed.groupId, command });
}

/** What the home page says of this seat while it is locked. */
async function keepLabel(session: SeatSession, open: OpenSeat, group: GroupState): Promise<void> {
  const { roster } = group.sealed;
  const phase = (group.keygen ?? group.keygenCoordinator)?.phase.tag;
  const state =
    phase === "ready"
      ? "ready"
      : phase === "unusable"
        ? "stopped"
        : phase === undefined || phase === "idle"
          ? "lobby"
          : "making-key";
  const total = roster.seats.reduce((sum, { weight }) => sum + weight, 0);
  const label = {
    ...open.profile.label,
    groupName: roster.name,
    threshold: roster.threshold,
    total,
    state,
  } as const;
  const stored = open.profile.label;
  const same = (Object.keys(label) as (keyof typeof label)[]).every(
    (field) => label[field] === stored[field],
  );
  if (!same) await session.updateProfile((profile) => ({ ...profile, label }));
}
