import type { Machine, MachineEvent, Outcome, Rng } from "../core/machine.ts";
import { answer, beImpatient } from "./asking.ts";
import { answerFingerprint, askFingerprint, fingerprintQuestion, reportMismatch } from "./concluding.ts";
import { weighVerdicts } from "./concluding.ts";
import type { KeygenContext } from "./context.ts";
import { Draft } from "./draft.ts";
import type { KeygenFact } from "./facts.ts";
import { proveLife } from "./life.ts";
import { hearAbort, hearBlame, keep } from "./listening.ts";
import { replayBase, replaySignerPhase } from "./replay.ts";
import { begin, dealPrivately, hearCertificate, lock, settle } from "./signer-steps.ts";
import { mayStop, type SignerState } from "./state.ts";
import { stop } from "./stopping.ts";

/** What a person at a signer's tab may do beside answering questions. */
export type SignerKeygenCommand =
  /** Stops the running key generation; refused once this seat has locked. */
  | { readonly tag: "stopKeygen" }
  /** The fingerprint does not match after all, though the address is out. */
  | { readonly tag: "reportMismatch" };

const replay = (state: SignerState, fact: KeygenFact): SignerState => {
  const phase = replaySignerPhase(state.phase, fact);
  return { ...replayBase(state, fact), phase };
};

/** Goes as far as everything heard allows: order of arrival makes no difference. */
function advance(draft: Draft<SignerState>): void {
  const steps = [begin, dealPrivately, lock, settle, proveLife, weighVerdicts];
  while (steps.some((one) => one(draft))) {
    if (draft.state.phase.tag === "comparing") askFingerprint(draft);
  }
}

function hear(
  draft: Draft<SignerState>,
  event: MachineEvent<SignerKeygenCommand> & { tag: "message" },
): void {
  const { message } = event;
  switch (message.kind) {
    case "DKG_QUERY":
      answer(draft, message);
      return;
    case "CERTIFICATE":
      hearCertificate(draft, message);
      return;
    case "ABORT":
      if (keep(draft, message)) hearAbort(draft, message);
      return;
    case "BLAME":
      hearBlame(draft, message);
      return;
    case "DKG_PRIVATE_SHARES":
      if (message.to === draft.context.me && message.from !== draft.context.me) keep(draft, message);
      return;
    default:
      keep(draft, message);
  }
}

function step(
  context: KeygenContext,
  state: SignerState,
  event: MachineEvent<SignerKeygenCommand>,
  rng: Rng,
): Outcome<SignerState, KeygenFact> {
  const draft = new Draft<SignerState>(context, state, event.now, rng, { replay });
  // The first event after a start: what was asked before the stop is asked again.
  if (state.patience.progressAt === null) askFingerprint(draft);
  switch (event.tag) {
    case "message":
      hear(draft, event);
      break;
    case "command":
      if (event.command.tag === "stopKeygen") {
        if (mayStop(draft.state.phase)) stop(draft, "stopped-here");
        else draft.ignore("not-now");
      } else if (!reportMismatch(draft)) draft.ignore("not-now");
      break;
    case "decided": {
      const { phase } = draft.state;
      const asked =
        phase.tag === "comparing" && fingerprintQuestion(context.groupId, phase.certified.roundId);
      if (asked === event.id) answerFingerprint(draft, event.verdict.tag === "yes");
      break;
    }
    case "tick":
      break;
  }
  advance(draft);
  beImpatient(draft);
  return { state: draft.state, facts: draft.facts, out: draft.out };
}

/** Key generation as a seat takes part in it (DESIGN §5, key generation 1 to 5). */
export const keygenSigner: Machine<KeygenContext, SignerState, SignerKeygenCommand, KeygenFact> = {
  step,
  replay: (_context, state, fact) => replay(state, fact),
};
