import { decodeJournal, encodeJournal } from "../core/journal.ts";
import type {
  Effect,
  Fact,
  MachineEvent,
  Message,
  Out,
  Outcome,
  PartyEvent,
  Rng,
  SecretRecord,
} from "../core/machine.ts";
import { ALL, type Epoch, msgId, type PartyId } from "../core/names.ts";
import { isMember } from "../core/roster.ts";
import { isRoomSealed } from "../core/kind.ts";
import type { IgnoreReason } from "../core/reason.ts";
import type { Identity } from "../envelope/identity.ts";
import {
  hasValidSignature,
  openBroadcast,
  openDirect,
  readFrame,
  sealFrame,
  type SignedFrame,
} from "../envelope/frames.ts";
import type { SigningContext } from "../signing/context.ts";
import { signingCoordinatorMachine } from "../signing/coordinator.ts";
import { type CoordinatorFact, initialCoordinator } from "../signing/coordinator-state.ts";
import { signerMachine } from "../signing/signer.ts";
import { initialSigner, type SignerFact } from "../signing/signer-state.ts";
import type { PartyView, RunningParty, SimulatedCommand } from "./port.ts";

type Said = { readonly to: PartyId; readonly frame: Uint8Array };

/** A party of a dealt group: both signing machines behind real frames, an outbox and a journal. */
export class SigningParty implements RunningParty {
  readonly #identity: Identity;
  readonly #context: SigningContext;
  readonly #rng: Rng;
  #signer = initialSigner;
  #coordinator = initialCoordinator;
  readonly #outbox = new Map<string, Said>();
  #counter = 0n;
  #superseded = false;

  constructor(
    identity: Identity,
    context: Omit<SigningContext, "epoch">,
    rng: Rng,
    records: readonly SecretRecord[],
    epoch: Epoch,
  ) {
    this.#identity = identity;
    this.#context = { ...context, epoch };
    this.#rng = rng;
    for (const record of records) this.#replay(decodeJournal(record) as unknown as RecordFields);
  }

  view(): PartyView {
    return { signer: this.#signer, coordinator: this.#coordinator, keygen: null };
  }

  #replay(record: RecordFields): void {
    for (const fact of record.facts) {
      if (fact.tag.startsWith("signer/")) {
        this.#signer = signerMachine.replay(this.#context, this.#signer, fact as SignerFact);
      } else {
        const coordinatorFact = fact as CoordinatorFact;
        this.#coordinator = signingCoordinatorMachine.replay(
          this.#context,
          this.#coordinator,
          coordinatorFact,
        );
      }
    }
    for (const prefix of record.forgotten) this.#forget(prefix);
    for (const { slot, to, frame } of record.kept) this.#outbox.set(slot, { to, frame });
  }

  #forget(prefix: string): void {
    for (const slot of [...this.#outbox.keys()]) if (slot.startsWith(prefix)) this.#outbox.delete(slot);
  }

  step(event: PartyEvent<SimulatedCommand>): readonly Effect[] {
    if (this.#superseded) return [];
    const made = new Made();
    switch (event.tag) {
      case "frame":
        this.#onFrame(made, event.frame, event.now);
        break;
      case "tick":
      case "decided":
        this.#both(made, event);
        break;
      case "command":
        if (event.command.to === "signer")
          this.#signerStep(made, { tag: "command", now: event.now, command: event.command.command });
        else if (event.command.to === "coordinator")
          this.#coordinatorStep(made, { tag: "command", now: event.now, command: event.command.command });
        break;
      case "superseded":
        this.#superseded = true;
        return [];
    }
    // A party hears its own broadcasts, and what it says to itself, in the same step.
    for (let message = made.own.shift(); message !== undefined; message = made.own.shift()) {
      this.#both(made, { tag: "message", now: event.now, message });
    }
    return made.effects(this.#context.epoch);
  }

  #onFrame(made: Made, bytes: Uint8Array, now: number): void {
    const message = this.#open(bytes);
    if (typeof message === "string") {
      made.rest.push({ tag: "notify", notice: { tag: "ignored", reason: message } });
      return;
    }
    this.#both(made, { tag: "message", now, message });
  }

  #open(bytes: Uint8Array): Message | IgnoreReason {
    const signed = readFrame(bytes);
    if (typeof signed === "string") return signed;
    const { groupId, roster, me, broadcastKey } = this.#context;
    if (signed.groupId !== groupId) return "wrong-group";
    if (!isMember(roster, signed.from) || signed.from === me) return "not-a-member";
    if (signed.to !== ALL && signed.to !== me) return "not-for-me";
    if (!isSigned(signed)) return "bad-signature";
    return signed.to === ALL || isRoomSealed(signed.kind)
      ? openBroadcast(signed, broadcastKey)
      : openDirect(signed, this.#identity);
  }

  #both(made: Made, event: MachineEvent<never>): void {
    this.#signerStep(made, event);
    this.#coordinatorStep(made, event);
  }

  #signerStep(made: Made, event: Parameters<typeof signerMachine.step>[2]): void {
    const outcome = signerMachine.step(this.#context, this.#signer, event, this.#rng);
    this.#signer = outcome.state;
    this.#take(made, outcome);
  }

  #coordinatorStep(made: Made, event: Parameters<typeof signingCoordinatorMachine.step>[2]): void {
    const outcome = signingCoordinatorMachine.step(this.#context, this.#coordinator, event, this.#rng);
    this.#coordinator = outcome.state;
    this.#take(made, outcome);
  }

  #take(made: Made, { facts, out }: Outcome<unknown, Fact>): void {
    made.facts.push(...facts);
    for (const item of out) {
      switch (item.tag) {
        case "say":
          this.#say(made, item);
          break;
        case "again": {
          const kept = this.#outbox.get(item.slot);
          if (kept !== undefined) this.#post(made, kept);
          break;
        }
        case "forget":
          this.#forget(item.slotPrefix);
          made.forgotten.push(item.slotPrefix);
          break;
        case "prune":
          break;
        default:
          made.rest.push(item);
      }
    }
  }

  #say(made: Made, item: Extract<Out, { tag: "say" }>): void {
    const known = item.slot === undefined ? undefined : this.#outbox.get(item.slot);
    if (known !== undefined) {
      this.#post(made, known);
      return;
    }
    const letter = {
      kind: item.kind,
      groupId: this.#context.groupId,
      roundId: item.roundId,
      to: item.to,
      epoch: this.#context.epoch,
      counter: this.#counter++,
      msgId: msgId(this.#rng(16)),
      payload: item.payload,
    };
    const frame = sealFrame(this.#identity, this.#context.broadcastKey, letter, this.#rng);
    if (frame === null) return;
    const said = { to: item.to, frame };
    made.isNew = true;
    if (item.slot !== undefined) {
      this.#outbox.set(item.slot, said);
      made.kept.push({ slot: item.slot, ...said });
    }
    if (item.to === ALL || item.to === this.#context.me) {
      made.own.push({ ...letter, from: this.#context.me, frame });
    }
    this.#post(made, said);
  }

  #post(made: Made, said: Said): void {
    if (said.to !== this.#context.me) made.sends.push({ tag: "send", to: said.to, frame: said.frame });
  }
}

const checked = new WeakMap<Uint8Array, boolean>();

/** All parties of a run get the same bytes: their signature is checked once. */
function isSigned(signed: SignedFrame): boolean {
  const known = checked.get(signed.frame);
  if (known !== undefined) return known;
  const valid = hasValidSignature(signed);
  checked.set(signed.frame, valid);
  return valid;
}

interface RecordFields {
  readonly facts: readonly Fact[];
  readonly forgotten: readonly string[];
  readonly kept: readonly { readonly slot: string; readonly to: PartyId; readonly frame: Uint8Array }[];
}

/** What one step made so far. */
class Made {
  readonly facts: Fact[] = [];
  readonly forgotten: string[] = [];
  readonly kept: { readonly slot: string; readonly to: PartyId; readonly frame: Uint8Array }[] = [];
  readonly own: Message[] = [];
  readonly sends: Effect[] = [];
  readonly rest: Effect[] = [];
  isNew = false;

  effects(ownerEpoch: Epoch): readonly Effect[] {
    if (this.facts.length === 0 && !this.isNew && this.forgotten.length === 0) {
      return [...this.sends, ...this.rest];
    }
    const fields = { facts: this.facts, forgotten: this.forgotten, kept: this.kept };
    const record = encodeJournal(fields) as SecretRecord;
    return [{ tag: "persist", record, ownerEpoch, replace: false }, ...this.sends, ...this.rest];
  }
}
