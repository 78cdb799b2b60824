import { verifyBlame } from "../blame/verify.ts";
import type { Effect, PartyEvent } from "../core/machine.ts";
import type { Hash, PartyId } from "../core/names.ts";
import type { Notice } from "../core/notice.ts";
import { type Roster, identifierNumbers } from "../core/roster.ts";
import { areSignatures } from "../signing/checks.ts";
import type { SigningGroup } from "../signing/context.ts";
import { signed, signShareRequest, signShareResponse, digestReason } from "../signing/messages.ts";
import { commitmentHash, packageHash, type SigningPackage } from "../signing/package.ts";
import { operationDigest, type SigningRequest } from "../signing/request.ts";
import type { Insider } from "./insider.ts";
import type { SimulatedCommand } from "./port.ts";
import type { Process } from "./process.ts";

/** A promise that a run broke. */
export interface Violation {
  readonly promise: string;
  readonly detail: string;
}

/** What the checks know that no party does. */
export interface Truth {
  readonly roster: Roster;
  readonly group: SigningGroup;
  readonly honest: ReadonlySet<PartyId>;
  /** Keys that attackers hold. */
  readonly corrupted: number;
  readonly insider: Insider;
  nameOf(party: PartyId): string;
}

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Watches everything that honest parties do in signing, and everything anybody sends. */
export class SigningChecks {
  readonly violations: Violation[] = [];
  readonly signedDigests = new Set<Hash>();
  readonly #truth: Truth;
  readonly #packages = new Map<Hash, SigningPackage>();
  readonly #requests = new Map<Hash, SigningRequest>();
  /** Requests each owner approved, by seat. */
  readonly #approved = new Map<PartyId, Set<Hash>>();
  /** Requests each honest process was told are cancelled while it knew them. */
  readonly #cancelled = new Map<PartyId, Set<Hash>>();
  /** First share seen per identifier and commitment. */
  readonly #shares = new Map<string, string>();
  readonly #seen = new WeakSet<Uint8Array>();
  readonly blamed = new Set<PartyId>();

  constructor(truth: Truth) {
    this.#truth = truth;
  }

  violate(promise: string, detail: string): void {
    this.violations.push({ promise, detail });
  }

  approve(owner: PartyId, digest: Hash): void {
    const known = this.#approved.get(owner) ?? new Set();
    known.add(digest);
    this.#approved.set(owner, known);
  }

  /** Learns packages and requests from any frame that anybody wrote. */
  learn(frame: Uint8Array): void {
    if (this.#seen.has(frame)) return;
    this.#seen.add(frame);
    const message = this.#truth.insider.read(frame);
    if (message?.kind === "SIGN_SHARE_REQUEST") {
      const asked = signShareRequest.decode(message.payload, message);
      if (asked === null) return;
      this.#packages.set(packageHash(asked), asked);
      this.#requests.set(operationDigest(asked.request), asked.request);
    }
    if (message?.kind === "SIGNED") {
      const result = signed.decode(message.payload, message);
      if (result !== null) this.#checkSignatures(result.digest, result.signatures);
    }
  }

  /** Learns a request that its coordinator or a signer holds. */
  learnRequest(digest: Hash, request: SigningRequest): void {
    this.#requests.set(digest, request);
  }

  stepped(
    process: Process,
    event: PartyEvent<SimulatedCommand>,
    effects: readonly Effect[],
    now: number,
  ): void {
    for (const effect of effects) {
      if (effect.tag === "send" && !this.#seen.has(effect.frame)) {
        const message = this.#truth.insider.read(effect.frame);
        if (message?.kind === "SIGN_SHARE_RESPONSE") this.#checkShare(process, effect.frame, now);
        this.learn(effect.frame);
      }
      if (effect.tag === "decide" && effect.decision.tag === "approveOperation") {
        this.learnRequest(effect.decision.digest, effect.decision.request);
      }
    }
    if (event.tag === "frame") this.#noteCancel(process, event.frame);
  }

  #noteCancel(process: Process, frame: Uint8Array): void {
    const message = this.#truth.insider.read(frame);
    if (message?.kind !== "CANCEL") return;
    const cancel = digestReason.decode(message.payload, message);
    const entry = cancel === null ? undefined : process.party?.view().signer?.requests.get(cancel.digest);
    if (cancel === null || entry?.request.coordinator !== message.from) return;
    const known = this.#cancelled.get(process.id) ?? new Set();
    known.add(cancel.digest);
    this.#cancelled.set(process.id, known);
  }

  #checkShare(process: Process, frame: Uint8Array, now: number): void {
    const { insider, roster, nameOf } = this.#truth;
    const message = insider.read(frame);
    const response = message === null ? null : signShareResponse.decode(message.payload, message);
    if (message === null || response === null) {
      this.violate("an honest share can be read", nameOf(process.id));
      return;
    }
    const who = nameOf(process.id);
    const signingPackage = this.#packages.get(response.packageHash);
    if (signingPackage === undefined) {
      this.violate("a share answers a package somebody sent", who);
      return;
    }
    const { request, commitmentList } = signingPackage;
    const digest = operationDigest(request);
    if (digest !== response.digest || this.#approved.get(process.id)?.has(digest) !== true)
      this.violate("no share for an operation its owner did not approve", `${who} ${digest.slice(0, 8)}`);
    if (now >= request.expiry) this.violate("no share after expiry", `${who} ${digest.slice(0, 8)}`);
    if (this.#cancelled.get(process.id)?.has(digest) === true)
      this.violate("no share after a cancel", `${who} ${digest.slice(0, 8)}`);
    if (commitmentList.length < roster.threshold)
      this.violate("no share for fewer keys than the threshold", who);
    const keys = identifierNumbers(roster, process.id);
    for (const entry of response.entries) {
      const listed = commitmentList.find((item) => item.identifier === entry.identifier);
      if (!keys.includes(entry.identifier) || listed === undefined) {
        this.violate("a share is of the sender's own keys", who);
        continue;
      }
      entry.shares.forEach((share, k) => {
        const pair = listed.pairs[k];
        if (pair === undefined) return;
        const key = `${entry.identifier}/${commitmentHash(pair)}`;
        const known = this.#shares.get(key);
        if (known !== undefined && known !== hex(share))
          this.violate("no nonce pair ever produces two different shares", `${who} identifier ${entry.identifier}`);
        this.#shares.set(key, hex(share));
      });
    }
  }

  /** A share leaves: what it was made for must be on disk by now. */
  leaving(process: Process, frame: Uint8Array): void {
    const message = this.#truth.insider.read(frame);
    if (message?.kind !== "SIGN_SHARE_RESPONSE" || message.from !== process.id) return;
    const response = signShareResponse.decode(message.payload, message);
    if (response === null) return;
    const wanted = response.packageHash;
    const stored = process.store.records.some((record) => includesText(record, wanted));
    if (!stored) this.violate("a share leaves only after its record is stored", this.#truth.nameOf(process.id));
  }

  #checkSignatures(digest: Hash, signatures: readonly Uint8Array[]): void {
    const request = this.#requests.get(digest);
    if (request === undefined || !areSignatures(this.#truth.group, request, signatures)) return;
    this.signedDigests.add(digest);
    this.checkApprovals(digest);
  }

  /** A signature exists: honest owners of at least t − f keys must have approved exactly this. */
  checkApprovals(digest: Hash): void {
    const { roster, honest, corrupted } = this.#truth;
    const keys = roster.seats.reduce(
      (sum, { identity, weight }) =>
        sum + (honest.has(identity) && this.#approved.get(identity)?.has(digest) === true ? weight : 0),
      0,
    );
    if (keys < roster.threshold - corrupted)
      this.violate("no signature without the approvals it needs", `${keys} keys approved ${digest.slice(0, 8)}`);
  }

  notified(process: Process, notice: Notice): void {
    if (notice.tag !== "blamed") return;
    const { honest, nameOf } = this.#truth;
    this.blamed.add(notice.culprit);
    if (honest.has(notice.culprit)) this.violate("nobody honest is ever blamed", nameOf(notice.culprit));
    if (verifyBlame(notice.evidence)?.culprit !== notice.culprit)
      this.violate("whoever is blamed is convicted by evidence", `${nameOf(process.id)} blames without`);
  }
}

/** True where the record holds this ASCII text: facts keep hashes as hex. */
function includesText(record: Uint8Array, text: string): boolean {
  const first = text.charCodeAt(0);
  const last = record.length - text.length;
  for (let i = record.indexOf(first); i >= 0 && i <= last; i = record.indexOf(first, i + 1)) {
    let j = 1;
    while (j < text.length && record[i + j] === text.charCodeAt(j)) j++;
    if (j === text.length) return true;
  }
  return false;
}
