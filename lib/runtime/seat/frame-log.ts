import { readFrame } from "../../rounds/envelope/frames.ts";
import type { Kind } from "../../rounds/core/kind.ts";
import { ALL, type GroupId, type PartyId, type RoundId } from "../../rounds/core/names.ts";
import type { Clock } from "../ports/clock.ts";

/** One frame as it passed through this tab: what a message chart shows. */
export interface LoggedFrame {
  readonly id: string;
  readonly at: number;
  readonly kind: Kind;
  readonly group: GroupId;
  readonly round: RoundId;
  readonly from: PartyId;
  /** Null for everybody. */
  readonly to: PartyId | null;
  /** The frame itself, for kinds that tell about others and that no machine of this tab keeps. */
  readonly frame?: Uint8Array;
}

const kept: ReadonlySet<Kind> = new Set(["REFUSE", "NONCES_LOST", "SIGN_SHARE_REQUEST"]);

const longest = 400;

/** The last frames that this tab sent and heard, in memory. */
export class FrameLog {
  readonly #clock: Clock;
  readonly #frames = new Map<string, LoggedFrame>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get all(): readonly LoggedFrame[] {
    return [...this.#frames.values()];
  }

  sent(frame: Uint8Array): void {
    this.#add(frame);
  }
  heard(frame: Uint8Array): void {
    this.#add(frame);
  }

  #add(bytes: Uint8Array): void {
    const frame = readFrame(bytes);
    if (typeof frame === "string" || frame.kind === "PRESENCE" || frame.kind === "RECEIPT") return;
    const id = `${frame.from}/${frame.msgId}`;
    if (this.#frames.has(id)) return;
    const to = frame.to === ALL ? null : frame.to;
    this.#frames.set(id, {
      id,
      at: this.#clock.now(),
      kind: frame.kind,
      group: frame.groupId,
      round: frame.roundId,
      from: frame.from,
      to,
      ...(kept.has(frame.kind) ? { frame: bytes } : {}),
    });
    const [oldest] = this.#frames.keys();
    if (this.#frames.size > longest && oldest !== undefined) this.#frames.delete(oldest);
  }
}
