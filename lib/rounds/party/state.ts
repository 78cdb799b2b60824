import type { Fact } from "../core/machine.ts";
import type { Epoch, GroupId, PartyId } from "../core/names.ts";
import type { IgnoreReason, StopReason } from "../core/reason.ts";
import type { Identity } from "../envelope/identity.ts";
import { type Invite, type LobbyKeys, lobbyKeys } from "../envelope/invite.ts";
import { defaultKeygenTimes, type KeygenTimes } from "../keygen/context.ts";
import type {
  CoordinatorState as KeygenCoordinatorState,
  SignerState as KeygenSignerState,
} from "../keygen/state.ts";
import { defaultLobbyTimes, type LobbyTimes } from "../lobby/context.ts";
import type { Readiness } from "../lobby/messages.ts";
import type { LobbyCoordinatorState, MemberState, SealedGroup } from "../lobby/state.ts";
import { initialLobbyCoordinator, initialMember } from "../lobby/state.ts";
import type { OperationRegistry } from "../operation/operation.ts";
import { defaultTimes as defaultSigningTimes, type SigningTimes } from "../signing/context.ts";
import type { CoordinatorState as SigningCoordinatorState } from "../signing/coordinator-state.ts";
import type { SignerState as SigningSignerState } from "../signing/signer-state.ts";
import type { Archive } from "./archive.ts";
import type { Gaps } from "./gaps.ts";

/** Who a party is, and what it is given; not journalled. */
export interface PartyConfig {
  /** May be shared: the party never changes it. */
  readonly identity: Identity;
  /** New on every start: 16 random bytes. */
  readonly epoch: Epoch;
  readonly invite: Pick<Invite, "coordinator" | "lobbySecret">;
  /** What this party can check and sign. */
  readonly operations: OperationRegistry;
  readonly times?: {
    readonly lobby?: LobbyTimes;
    readonly keygen?: KeygenTimes;
    readonly signing?: SigningTimes;
  };
}

/** What a party is in one group. */
export interface GroupState {
  readonly sealed: SealedGroup;
  /** Null without a seat. */
  readonly keygen: KeygenSignerState | null;
  /** Null for everybody but the roster's coordinator. */
  readonly keygenCoordinator: KeygenCoordinatorState | null;
  /** Null until the key is ready, and without a seat. */
  readonly signer: SigningSignerState | null;
  /** Null until the key is ready: then every member may coordinate. */
  readonly signing: SigningCoordinatorState | null;
  /** Signed frames of the latest signing rounds, for transcripts. */
  readonly archive: Archive;
}

/** A frame said once, and sent again as it was. */
export interface Sent {
  readonly to: PartyId;
  readonly frame: Uint8Array;
}

/** A fact with the machine it belongs to. */
export interface Stored {
  readonly machine: string;
  readonly fact: Fact;
}

const inspect = Symbol.for("nodejs.util.inspect.custom");

/** All facts that are kept, in order. Some hold secrets in clear: prints and serialises as redacted. */
export class FactLog {
  readonly #facts: Stored[];
  readonly #length: number;

  private constructor(facts: Stored[], length: number) {
    this.#facts = facts;
    this.#length = length;
  }
  static of(facts: readonly Stored[]): FactLog {
    return new FactLog([...facts], facts.length);
  }
  /** The log with more at its end. The array is shared while only its newest log grows: appending copies nothing. */
  with(more: readonly Stored[]): FactLog {
    const facts = this.#facts.length === this.#length ? this.#facts : this.#facts.slice(0, this.#length);
    for (const stored of more) facts.push(stored);
    return new FactLog(facts, this.#length + more.length);
  }
  reveal(): readonly Stored[] {
    return this.#facts.slice(0, this.#length);
  }
  toJSON(): string {
    return `[FactLog of ${this.#length} redacted]`;
  }
  [inspect](): string {
    return this.toJSON();
  }
}

/** One tab in one lobby and its groups: the unit that a driver runs and a journal restores. */
export interface Party {
  readonly config: PartyConfig;
  readonly keys: LobbyKeys;
  readonly member: MemberState;
  /** Null for everybody but the one whom the invite names. */
  readonly lobby: LobbyCoordinatorState | null;
  readonly groups: ReadonlyMap<GroupId, GroupState>;
  readonly outbox: ReadonlyMap<string, Sent>;
  readonly log: FactLog;
  /** Set once: another tab or device took over. Nothing is answered any more. */
  readonly stopped: StopReason | null;

  // From here on nothing is journalled.
  /** False until the first event of a process: then everything in the outbox is sent again. */
  readonly started: boolean;
  readonly counters: ReadonlyMap<string, bigint>;
  /** When each party was last heard, by this party's clock (ms). */
  readonly lastHeard: ReadonlyMap<PartyId, number>;
  readonly readiness: ReadonlyMap<PartyId, Readiness>;
  readonly gaps: Gaps;
  readonly ignored: ReadonlyMap<IgnoreReason, number>;
}

export const timesOf = ({ times }: PartyConfig) => ({
  lobby: times?.lobby ?? defaultLobbyTimes,
  keygen: times?.keygen ?? defaultKeygenTimes,
  signing: times?.signing ?? defaultSigningTimes,
});

/** A party that has not heard or done anything yet. */
export function createParty(config: PartyConfig): Party {
  const coordinates = config.identity.id === config.invite.coordinator;
  return {
    config,
    keys: lobbyKeys(config.invite),
    member: initialMember,
    lobby: coordinates ? initialLobbyCoordinator : null,
    groups: new Map(),
    outbox: new Map(),
    log: FactLog.of([]),
    stopped: null,
    started: false,
    counters: new Map(),
    lastHeard: new Map(),
    readiness: new Map(),
    gaps: new Map(),
    ignored: new Map(),
  };
}
