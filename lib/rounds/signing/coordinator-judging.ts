import type { Hash, PartyId } from "../core/names.ts";
import { evidenceCodec } from "../blame/evidence.ts";
import { verifyBlame } from "../blame/verify.ts";
import { blame } from "../keygen/messages.ts";
import { keysOfSeat } from "./context.ts";
import {
  coordinatorSlot,
  type CoordinatorRun,
  liveRequest,
  memory,
  setCoordinatorMemory,
} from "./coordinator-sessions.ts";
import type { LiveRequest, Member, Session } from "./coordinator-state.ts";
import { encodeShareEvidence, isRightResponse } from "./evidence.ts";
import { signed } from "./messages.ts";
import { aggregateAll, openSessions } from "./scheme.ts";

/**
 * Aggregates once all shares of a session are in. Only where that fails are single shares verified, and all culprits
 * named: one check of the signature costs less than one of each share.
 */
export function judge(run: CoordinatorRun, digest: Hash, number: number): void {
  const live = liveRequest(run, digest);
  const session = live?.sessions.get(number);
  if (live === null || session === undefined || !isComplete(session)) return;
  const entries = session.members.flatMap((member) => {
    const answer = session.answers.get(member.seat);
    /* v8 ignore next -- the session is complete */
    return answer?.tag === "shares" ? answer.entries : [];
  });
  const signatures = aggregateAll(
    /* v8 ignore next -- of pairs that are points, made here */ openSessions(
      run.context.key.publicKeyPackage,
      session,
    ) ?? [],
    entries,
  );
  if (signatures !== null && signatures.length > 0) finish(run, digest, live, signatures);
  else for (const member of session.members) convictIfWrong(run, digest, live, session, member.seat);
}

const isComplete = (session: Session): boolean =>
  session.members.every((member) => session.answers.get(member.seat)?.tag === "shares");

/**
 * Verifies the shares that unfinished sessions have so far. It comes before every further session: a seat is idle
 * again only once its share is known to be right, or one liar could spoil two sessions and the bound be too low.
 */
export function judgeUnfinished(run: CoordinatorRun, digest: Hash): void {
  const live = liveRequest(run, digest);
  /* v8 ignore next -- called for a live request */
  if (live === null) return;
  for (const session of live.sessions.values()) {
    if (isComplete(session)) continue;
    for (const { seat } of session.members) {
      const name = `${digest}/${session.session}/${seat}`;
      const { verified } = memory(run);
      if (session.answers.get(seat)?.tag !== "shares" || verified.has(name)) continue;
      setCoordinatorMemory(run, { verified: new Set(verified).add(name) });
      convictIfWrong(run, digest, live, session, seat);
    }
  }
}

function finish(
  run: CoordinatorRun,
  digest: Hash,
  live: LiveRequest,
  signatures: readonly Uint8Array[],
): void {
  run.record({ tag: "coordinator/signed", digest, signatures });
  run.forget(coordinatorSlot(digest, ""));
  const payload = signed.encode({ digest, signatures });
  run.say("SIGNED", live.request.roundId, payload, coordinatorSlot(digest, "signed"));
}

/** Excludes a seat whose shares are wrong, and shows everybody why. */
function convictIfWrong(
  run: CoordinatorRun,
  digest: Hash,
  live: LiveRequest,
  session: Session,
  seat: PartyId,
): void {
  const { context } = run;
  const answer = session.answers.get(seat);
  const member = session.members.find((item) => item.seat === seat);
  /* v8 ignore next -- called for members whose shares came */
  if (answer?.tag !== "shares" || member === undefined) return;
  if (liveRequest(run, digest)?.standings.get(seat)?.tag === "excluded") return;
  const key = context.key.publicKeyPackage;
  /* v8 ignore next -- of pairs that are points, made here */
  const sessions = openSessions(key, session) ?? [];
  if (isRightResponse(sessions, keysOfSeat(context, seat), answer.entries)) return;
  const evidence = shareEvidence(run, session, member, answer.frame);
  run.record({ tag: "coordinator/excluded", digest, seat, evidence });
  if (evidence.length === 0) return;
  const { roundId } = live.request;
  run.out.push({ tag: "notify", notice: { tag: "blamed", culprit: seat, roundId, evidence } });
  run.say("BLAME", roundId, blame.encode({ evidence }), `blame/${digest}/${seat}`);
}

/** Evidence that convicts everywhere; empty where what is known does not suffice: then nobody is accused. */
function shareEvidence(
  run: CoordinatorRun,
  session: Session,
  member: Member,
  response: Uint8Array,
): Uint8Array {
  const { roster, broadcastKey, ends, key } = run.context;
  try {
    const { sources } = member;
    const evidence = evidenceCodec.encode({
      roster,
      accused: member.seat,
      tag: "signing",
      body: {
        broadcastKey,
        end: ends.get(member.seat) ?? new Uint8Array(),
        groupPublicKey: key.publicKeyPackage.verifyingKey.toCompressed(),
        bytes: encodeShareEvidence({ signingPackage: session, sources, response }),
      },
    });
    return verifyBlame(evidence) === null ? new Uint8Array() : evidence;
  } catch (error) {
    /* v8 ignore next -- nothing else is thrown */
    if (error instanceof RangeError) return new Uint8Array();
    throw error;
  }
}
