import { randomBytes } from "node:crypto";
import type { Socket } from "socket.io";
import { decodeBatch } from "../../lib/wire/relay/batch.ts";
import { RELAY_PROTOCOL, type LoggedIn } from "../../lib/wire/relay/events.ts";
import { decodeLogin, type Challenge } from "../../lib/wire/relay/login.ts";
import { refusal, type Refusal, type RefusalCode } from "../../lib/wire/relay/refusals.ts";
import { StorageError } from "../log/log.ts";
import { roomHash } from "../observe.ts";
import { Intake } from "./intake.ts";
import { verifyLogin } from "./login.ts";
import { MAX_BATCHES, Member } from "./member.ts";
import type { Present } from "./online.ts";
import type { RelayParts } from "./relay.ts";
import { hex } from "./rooms.ts";
import { sourceOf } from "./websocket.ts";

type Reply = (answer: unknown) => void;
type Handler = (member: Member, args: readonly unknown[]) => Promise<unknown>;

const REFUSAL_WINDOW_MS = 10_000;
/** How much a refusal counts of one who does not wait for answers, or is not even logged in. */
const UNHEEDED = 20;

/** Longest time for which nothing is read of one who does not wait. */
const LONGEST_HOLD_MS = 1_000;
/** How long one who is kept out waits for that answer, so that asking again and again is of no use. */
const KEPT_OUT_MS = 2_000;
/** How long a connection's end has to hear why, before it is cut whatever it does. */
const LAST_WORDS_MS = 1_000;

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
const isCount = (value: unknown, min: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= min;

/** One connection from its challenge to its end. Whatever it is sent, it answers with a value or a coded refusal. */
export class Connection {
  readonly #socket: Socket;
  readonly #address: string;
  readonly #parts: RelayParts;
  #challenge: Challenge | null;
  #present: Present | null = null;
  readonly #intake: Intake;
  /** Until when this connection was asked to wait, and how many refusals it got since then because it did not. */
  #waitUntil = 0;
  #unheeded = 0;
  #refused = 0;
  #refusedSince = 0;
  readonly #handlers: Readonly<Record<string, Handler>> = {
    post: (member, args) => this.#post(member, args),
    sync: (member, args) => this.#sync(member, args),
    ack: (member, args) => this.#ack(member, args),
    statement: (member, args) => this.#statement(member, args),
  };

  constructor(socket: Socket, address: string, parts: RelayParts) {
    this.#socket = socket;
    this.#address = address;
    this.#parts = parts;
    this.#intake = new Intake(sourceOf(socket));
    const { clock, settings } = parts;
    const seconds = settings["limits.login_seconds"];
    const expiresAt = Math.floor(clock.now()) + seconds * 1000;
    this.#challenge = { nonce: new Uint8Array(randomBytes(32)), expiresAt };
    socket.emit("challenge", { protocol: RELAY_PROTOCOL, nonce: this.#challenge.nonce, expiresAt });
    const timeout = setTimeout(() => {
      if (this.#present === null) this.#end("login-timeout");
    }, seconds * 1000);
    socket.on("disconnect", () => {
      clearTimeout(timeout);
      if (this.#present !== null) parts.online.leave(this.#present);
      parts.updateGauges();
    });
    socket.onAny((event: unknown, ...args: unknown[]) => this.#receive(event, args));
  }

  /** Says why and closes. */
  #end(code: RefusalCode, retryAfterMs?: number): void {
    this.#parts.metrics.refusals.inc({ code });
    this.#socket.emit("refused", refusal(code, retryAfterMs));
    this.#hangUp();
  }

  /** Closes, and listens no more: one who does not close too could otherwise go on sending for half a minute. */
  #hangUp(): void {
    this.#socket.disconnect(true);
    this.#intake.shut();
    const { socket } = this.#socket.request;
    setTimeout(() => socket.destroy(), LAST_WORDS_MS).unref();
  }

  #receive(event: unknown, args: readonly unknown[]): void {
    const reply = args.at(-1);
    if (typeof reply !== "function") {
      this.#parts.metrics.ignored.inc();
      this.#count();
      return;
    }
    const answered = this.#intake.take(isBytes(args[0]) ? args[0].length : 0);
    this.#answer(event, args.slice(0, -1)).then(
      (answer) => {
        answered();
        this.#send(reply as Reply, answer);
      },
      (error: unknown) => {
        answered();
        this.#parts.logger.error(
          { error: error instanceof Error ? error.message : "unknown" },
          "event failed",
        );
        this.#send(reply as Reply, refusal("storage-failed", 1_000));
      },
    );
  }

  #send(reply: Reply, answer: unknown): void {
    if (typeof answer === "object" && answer !== null && "code" in answer) {
      const refused = answer as Refusal;
      this.#parts.metrics.refusals.inc({ code: refused.code });
      reply({ ok: false, ...refused });
      this.#count(refused.code === "in-flight" ? UNHEEDED : 1);
      this.#askToWait(refused);
    } else reply(answer);
  }

  /** Counts a refusal; who collects too many in a short time is cut off, so that refusing cannot keep the relay busy. */
  #count(refusals = 1): void {
    const now = this.#parts.clock.elapsed();
    if (now - this.#refusedSince > REFUSAL_WINDOW_MS) [this.#refusedSince, this.#refused] = [now, 0];
    this.#refused += this.#present === null ? refusals * UNHEEDED : refusals;
    if (this.#refused <= this.#parts.settings["limits.refusals_per_socket"] || !this.#socket.connected)
      return;
    const penalty =
      this.#present === null ? undefined : this.#parts.penalties.strike(this.#present.member.key);
    this.#end("too-many-refusals", penalty);
  }

  /** Takes note that a refusal said when to come again; one who comes again and again before that is not read until then. */
  #askToWait({ code, retryAfterMs }: Refusal): void {
    if (code !== "rate" || retryAfterMs === undefined) return;
    const now = this.#parts.clock.elapsed();
    if (now >= this.#waitUntil) this.#unheeded = 0;
    else if (++this.#unheeded > MAX_BATCHES) {
      this.#intake.hold(this.#waitUntil - now);
      this.#count(UNHEEDED);
    }
    this.#waitUntil = Math.max(this.#waitUntil, now + Math.min(retryAfterMs, LONGEST_HOLD_MS));
  }

  async #answer(event: unknown, args: readonly unknown[]): Promise<unknown> {
    if (event === "login") {
      const answer = await this.#login(args);
      // The challenge is used up: nothing more can come of this connection.
      if (this.#present === null) setImmediate(() => this.#hangUp());
      return answer;
    }
    const handler =
      typeof event === "string" && Object.hasOwn(this.#handlers, event) ? this.#handlers[event] : undefined;
    if (handler === undefined) return refusal("unknown-event");
    if (this.#present === null) return refusal("not-logged-in");
    return handler(this.#present.member, args);
  }

  async #login(args: readonly unknown[]): Promise<unknown> {
    const [bytes] = args;
    if (args.length !== 1 || !isBytes(bytes)) return refusal("bad-argument");
    if (this.#present !== null) return refusal("already-logged-in");
    const challenge = this.#challenge;
    // One try for each challenge, also while an earlier try is still being checked.
    this.#challenge = null;
    const { clock, rooms, log, online, metrics, settings } = this.#parts;
    if (challenge === null || clock.now() > challenge.expiresAt) return refusal("challenge-used");
    const login = decodeLogin(bytes);
    if (login === null) return refusal("bad-login");
    // Before any signature is checked: that costs more than everything else here.
    const penalty = this.#parts.penalties.wait(hex(login.identity));
    if (penalty > 0) {
      const held = Math.min(penalty, KEPT_OUT_MS);
      await new Promise((resolve) => setTimeout(resolve, held));
      return refusal("too-many-refusals", Math.max(1, penalty - held));
    }
    const opened =
      login.statement === null
        ? ((await rooms.find(login.room)) ?? refusal("unknown-room"))
        : await rooms.open(login.statement, login.room, this.#address);
    // A member that carries an older statement than ours belongs here none the less.
    const room =
      "code" in opened && opened.code === "stale-statement" ? await rooms.find(login.room) : opened;
    if (room === null) return refusal("unknown-room");
    if ("code" in room) return room;
    this.#parts.dropOutsiders(room);
    const lobbyKey = room.statement.type === "lobby" ? room.statement.lobbyKey : null;
    if (!verifyLogin(login, challenge, this.#parts.origins(), lobbyKey)) return refusal("bad-signature");
    const refused = rooms.admit(room, login.identity);
    if (refused !== null) return refused;
    const state = await this.#inbox(() => log.inbox(room.id, login.identity));
    if ("code" in state) return state;
    if (!this.#socket.connected) return refusal("not-logged-in");
    const member = new Member(room, login.identity, state.head, this.#address, this.#parts, (page) =>
      this.#socket.emit("push", page),
    );
    this.#present = {
      member,
      close: (code) => this.#end(code),
      tell: (identities) => this.#socket.emit("presence", identities),
    };
    online.enter(this.#present);
    metrics.logins.inc();
    this.#parts.updateGauges();
    this.#parts.logger.debug({ room: roomHash(room.id), members: room.members.size }, "logged in");
    const answer: LoggedIn = { ...state, maxFrameBytes: settings["limits.max_frame_bytes"] };
    return { ok: true, ...answer };
  }

  async #inbox<T>(read: () => Promise<T>): Promise<T | Refusal> {
    try {
      return await read();
    } catch (error) {
      if (error instanceof StorageError) return refusal(error.code, 1_000);
      throw error;
    }
  }

  async #post(member: Member, args: readonly unknown[]): Promise<unknown> {
    const [bytes, turn] = args;
    if (args.length !== 2 || !isBytes(bytes) || !isCount(turn, 0)) return refusal("bad-argument");
    const frames = decodeBatch(bytes);
    if (frames === null) return refusal("bad-batch");
    const done = this.#parts.metrics.appendSeconds.startTimer();
    const results = await member.post(frames, turn);
    done();
    if ("code" in results) return results;
    let refused = 0;
    for (const result of results) {
      if (!("code" in result) || result.code === "not-tried") continue;
      this.#parts.metrics.refusals.inc({ code: result.code });
      this.#askToWait(result);
      refused++;
    }
    if (refused > 0) this.#count(refused);
    return { ok: true, results };
  }

  async #sync(member: Member, args: readonly unknown[]): Promise<unknown> {
    const [from, limit] = args;
    if (args.length !== 2 || !isCount(from, 1) || !isCount(limit, 1)) return refusal("bad-argument");
    return this.#inbox(() => member.sync(from, limit));
  }

  async #ack(member: Member, args: readonly unknown[]): Promise<unknown> {
    const [upTo] = args;
    if (args.length !== 1 || !isCount(upTo, 0)) return refusal("bad-argument");
    return (await member.acknowledge(upTo)) ?? { ok: true };
  }

  async #statement(member: Member, args: readonly unknown[]): Promise<unknown> {
    const [bytes] = args;
    if (args.length !== 1 || !isBytes(bytes)) return refusal("bad-argument");
    const room = await this.#inbox(() => this.#parts.rooms.open(bytes, member.room.id, this.#address));
    if ("code" in room) return room;
    this.#parts.dropOutsiders(room);
    return { ok: true };
  }
}
