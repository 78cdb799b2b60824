import type { Message } from "../core/machine.ts";
import { readFrame } from "../envelope/frames.ts";
import { ALL } from "../core/names.ts";
import {
  askAfterExpiry,
  cancelThenAsk,
  crookedLists,
  otherBytes,
  otherOperation,
  shortRequests,
  twoPackages,
} from "./attacks/coordinator-scripts.ts";
import {
  abortLate,
  accuseDealer,
  badLife,
  denyFingerprint,
  forgeCertificate,
  halfEnd,
  twoRounds,
  unopenableShares,
  wrongEnd,
  wrongShares,
} from "./attacks/keygen-scripts.ts";
import { badProof, equivocate, otherLength } from "./attacks/first-round-scripts.ts";
import { lyingRelay } from "./attacks/lying-relay.ts";
import type { Script, Tools } from "./attacks/script.ts";
import {
  accuse,
  badShare,
  flood,
  impersonate,
  loseNonces,
  meddle,
  otherPackage,
  silence,
  wrongNonce,
} from "./attacks/signer-scripts.ts";
import type { Insider } from "./insider.ts";
import type { Run } from "./run.ts";

/** Every script, by what it is about. */
export const signingScripts: readonly Script[] = [
  silence("NONCE_RESPONSE"),
  silence("SIGN_SHARE_RESPONSE"),
  silence("SIGN_SHARE_REQUEST"),
  silence("SIGNED"),
  badShare,
  otherPackage,
  wrongNonce,
  loseNonces,
  flood,
  impersonate,
  meddle,
  accuse,
  twoPackages,
  otherOperation,
  otherBytes,
  crookedLists,
  cancelThenAsk,
  askAfterExpiry,
  shortRequests,
];
export const keygenScripts = (): readonly Script[] => [
  silence("DKG_PUBLIC_SHARES"),
  silence("DKG_PRIVATE_SHARES"),
  silence("DKG_END"),
  silence("CERTIFIED"),
  silence("LIFE_NONCE"),
  silence("LIFE_SHARE"),
  silence("APPROVE"),
  silence("LOBBY_SEALED"),
  badProof(),
  otherLength,
  equivocate(),
  forgeCertificate(),
  impersonate,
  unopenableShares,
  wrongShares,
  wrongEnd,
  halfEnd,
  abortLate,
  accuseDealer,
  badLife,
  denyFingerprint,
  twoRounds,
  flood,
];

/** Corrupted seats with their scripts, and the lying relay where the plan has one. */
export class Attackers {
  readonly #run: Run;
  readonly #insider: Insider;
  readonly #seats: { readonly tools: Tools; readonly scripts: readonly Script[] }[] = [];
  #observing = false;

  constructor(run: Run, insider: Insider) {
    this.#run = run;
    this.#insider = insider;
  }

  begin(): void {
    const { plan, world } = this.#run;
    if (plan.lyingRelay) world.network.deceive(lyingRelay(world.prng.fork("relay")));
    for (const seat of plan.corrupted) {
      const tools = this.#tools(seat);
      const prng = world.prng.fork(`scripts/${seat}`);
      const choice = plan.keygen ? [...keygenScripts(), ...signingScripts.slice(0, 6)] : signingScripts;
      const scripts = prng.shuffle(choice).slice(0, prng.between(plan.keygen ? 1 : 2, plan.keygen ? 2 : 4));
      this.#seats.push({ tools, scripts });
      for (const { name } of scripts) world.say(`seat ${seat + 1} (bad)`, `* ${name}`);
      this.#bend(seat, tools, scripts);
    }
  }

  #tools(seat: number): Tools {
    const { world } = this.#run;
    const process = world.processes[seat];
    if (process === undefined) throw new RangeError("no such seat");
    const me = process.id;
    const send = (frame: Uint8Array | null): void => {
      if (frame === null) return;
      this.#run.signing.learn(frame);
      const header = readFrame(frame);
      if (typeof header === "string") return;
      if (header.from === me) world.network.submit(me, frame, () => undefined);
      // An honest relay takes no frame in another's name; a lying one shows it to everybody.
      else if (this.#run.plan.lyingRelay && !world.network.healed)
        for (const process of world.processes)
          if (process.id !== header.from) world.network.inject(header.groupId, process.id, frame);
    };
    const say: Tools["say"] = (like, kind, payload, to = ALL) => {
      const message = { ...like, from: me, epoch: process.epoch };
      send(this.#insider.write(message, kind, payload, to));
    };
    const show: Tools["show"] = (to, frame) => {
      if (frame === null) return;
      const room = this.#insider.read(frame)?.groupId;
      if (this.#run.plan.lyingRelay && room !== undefined) world.network.inject(room, to, frame);
      else send(frame);
    };
    return {
      run: this.#run,
      seat,
      me,
      insider: this.#insider,
      prng: world.prng.fork(`attack/${seat}`),
      send,
      show,
      say,
    };
  }

  #bend(seat: number, tools: Tools, scripts: readonly Script[]): void {
    const process = this.#run.world.processes[seat];
    if (process === undefined) return;
    process.tamper = (frame) => {
      const message = this.#insider.read(frame);
      if (message === null) return [frame];
      for (const script of scripts) {
        const instead = script.outgoing?.(tools, message) ?? null;
        if (instead === null) continue;
        for (const bytes of instead) this.#run.signing.learn(bytes);
        return instead;
      }
      return [frame];
    };
  }

  /** Every frame that leaves a tab passes here once. */
  observe(message: Message): void {
    if (this.#observing) return;
    this.#observing = true;
    for (const { tools, scripts } of this.#seats) {
      if (message.from === tools.me) continue;
      for (const script of scripts) script.observe?.(tools, message);
    }
    this.#observing = false;
  }
}
