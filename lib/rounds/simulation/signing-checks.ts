import { bytesToHex } from "@noble/hashes/utils.js";
import { verifyBlame } from "../blame/verify.ts";
import type { Effect, PartyEvent } from "../core/machine.ts";
import type { Hash, PartyId } from "../core/names.ts";
import type { Notice } from "../core/notice.ts";
import { identifierNumbers } from "../core/roster.ts";
import { hasValidSignature } from "../envelope/frames.ts";
import type { PartyCommand } from "../party/step.ts";
import { areSignatures } from "../signing/checks.ts";
import type { SigningGroup } from "../signing/context.ts";
import { signed, signShareRequest, signShareResponse, digestReason } from "../signing/messages.ts";
import { commitmentHash, packageHash, type SigningPackage } from "../signing/package.ts";
import { operationDigest, type SigningRequest } from "../signing/request.ts";
import type { Insider } from "./insider.ts";
import { includesAscii } from "./ascii.ts";
import { groupOf, operations } from "./port.ts";
import type { Process } from "./process.ts";
import { headerOf } from "./relay.ts";
import type { SimulatedStore } from "./store.ts";

/** A promise that a run broke. */
export interface Violation {
  readonly promise: string;
  readonly detail: string;
}

/** What the checks know that no party does. */
export interface Truth {
  readonly honest: ReadonlySet<PartyId>;
  /** Keys that attackers hold. */
  readonly corrupted: number;
  readonly insider: Insider;
  readonly nameOf: (party: PartyId) => string;
  /** The group and its key, once some honest party holds it. */
  group(): SigningGroup | null;
}

/** Promises broken in a run, all together. */
export class Violations {
  readonly list: Violation[] = [];
  add(promise: string, detail: string): void {
    this.list.push({ promise, detail });
  }
}

/** A request word for word: what it says, independent of how the protocol hashes it. */
const contentOf = (request: SigningRequest): string =>
  JSON.stringify([
    request.roundId,
    request.coordinator,
    request.expiry,
    request.operation.type,
    bytesToHex(request.operation.body),
    request.messages.map(({ message, tweak }) => [
      bytesToHex(message),
      tweak.kind,
      "root" in tweak ? bytesToHex(tweak.root) : "",
    ]),
  ]);

/** True where the messages are exactly what simulated people are shown: texts, hashed with no tweak. */
function isWhatIsShown({ operation, messages }: SigningRequest): boolean {
  const rebuilt = operations.rebuild(operation, {
    groupId: new Uint8Array(32),
    groupPublicKey: new Uint8Array(32),
  });
  return (
    rebuilt.ok &&
    rebuilt.messages.length === messages.length &&
    rebuilt.messages.every(({ message }, i) => {
      const given = messages[i];
      return given?.tweak.kind === "none" && bytesToHex(given.message) === bytesToHex(message);
    })
  );
}

/** Watches everything that honest parties do in signing, and everything anybody sends. */
export class SigningChecks {
  readonly #truth: Truth;
  readonly #violations: Violations;
  /** By package hash and request: two coordinators may show one list, and only one of them was approved. */
  readonly #packages = new Map<string, SigningPackage>();
  readonly #requests = new Map<Hash, SigningRequest>();
  /** What each owner approved, word for word. */
  readonly #approved = new Map<PartyId, Set<string>>();
  /** Requests each honest device was told are cancelled while it knew them. */
  readonly #cancelled = new Map<SimulatedStore, Set<Hash>>();
  /** First share seen per identifier and commitment. */
  readonly #shares = new Map<string, string>();
  readonly #seen = new WeakSet<Uint8Array>();
  /** Shares that were made, by signature: what is sent again after a reload is no new one. */
  readonly #made = new Set<string>();
  readonly blamed = new Set<PartyId>();

  constructor(truth: Truth, violations: Violations) {
    this.#truth = truth;
    this.#violations = violations;
  }

  approve(owner: PartyId, request: SigningRequest): void {
    const known = this.#approved.get(owner) ?? new Set();
    known.add(contentOf(request));
    this.#approved.set(owner, known);
  }

  packageOf(hash: Hash, digest: Hash): SigningPackage | undefined {
    return this.#packages.get(`${hash}/${digest}`);
  }

  /** Learns packages and requests from any frame that anybody wrote. */
  learn(frame: Uint8Array): void {
    if (this.#seen.has(frame)) return;
    this.#seen.add(frame);
    const message = this.#truth.insider.read(frame);
    if (message?.kind === "SIGN_SHARE_REQUEST") {
      const asked = signShareRequest.decode(message.payload, message);
      if (asked === null) return;
      const digest = operationDigest(asked.request);
      this.#packages.set(`${packageHash(asked)}/${digest}`, asked);
      this.#requests.set(digest, asked.request);
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

  stepped(process: Process, event: PartyEvent<PartyCommand>, effects: readonly Effect[], now: number): void {
    for (const effect of effects) {
      if (effect.tag === "send" && !this.#seen.has(effect.frame)) {
        const message = this.#truth.insider.read(effect.frame);
        const signature = bytesToHex(effect.frame.subarray(-64));
        if (message?.kind === "SIGN_SHARE_RESPONSE" && !this.#made.has(signature)) {
          this.#made.add(signature);
          this.#checkShare(process, effect.frame, now);
        }
        this.learn(effect.frame);
      }
      if (effect.tag === "decide" && effect.decision.tag === "approveOperation") {
        this.learnRequest(effect.decision.digest, effect.decision.request);
      }
    }
    if (event.tag === "frame") this.#noteCancel(process, event.frame);
  }

  /** A stop may have come before the cancel was on disk: then this device has not heard it yet. */
  started(process: Process): void {
    const known = this.#cancelled.get(process.store);
    for (const digest of known ?? []) {
      const tags = [...(process.party?.state.groups.values() ?? [])].map(
        (group) => group.signer?.requests.get(digest)?.tag,
      );
      if (!tags.includes("cancelled")) known?.delete(digest);
    }
  }

  #noteCancel(process: Process, frame: Uint8Array): void {
    const message = this.#truth.insider.read(frame);
    if (message?.kind !== "CANCEL") return;
    const cancel = digestReason.decode(message.payload, message);
    const signer = groupOf(process.party, message.groupId)?.signer;
    const entry = cancel === null ? undefined : signer?.requests.get(cancel.digest);
    if (cancel === null || entry?.request.coordinator !== message.from) return;
    // An insider's reading does not ask for the signature, and attackers write cancels in coordinators' names.
    const header = headerOf(frame);
    if (typeof header === "string" || !hasValidSignature(header)) return;
    const known = this.#cancelled.get(process.store) ?? new Set();
    known.add(cancel.digest);
    this.#cancelled.set(process.store, known);
  }

  #checkShare(process: Process, frame: Uint8Array, now: number): void {
    const { insider, nameOf } = this.#truth;
    const roster = this.#truth.group()?.roster;
    const message = insider.read(frame);
    const response = message === null ? null : signShareResponse.decode(message.payload, message);
    if (message === null || response === null || roster === undefined) {
      this.#violations.add("an honest share can be read", nameOf(process.id));
      return;
    }
    const who = nameOf(process.id);
    const signingPackage = this.packageOf(response.packageHash, response.digest);
    if (signingPackage === undefined) {
      this.#violations.add("a share answers a package somebody sent", who);
      return;
    }
    const { request, commitmentList } = signingPackage;
    const digest = operationDigest(request);
    if (this.#approved.get(process.id)?.has(contentOf(request)) !== true)
      this.#violations.add(
        "no share for an operation its owner did not approve",
        `${who} ${digest.slice(0, 8)}`,
      );
    if (!isWhatIsShown(request))
      this.#violations.add("the bytes signed are those of the operation shown", who);
    if (now >= request.expiry) this.#violations.add("no share after expiry", `${who} ${digest.slice(0, 8)}`);
    if (this.#cancelled.get(process.store)?.has(digest) === true)
      this.#violations.add("no share after a cancel", `${who} ${digest.slice(0, 8)}`);
    if (commitmentList.length < roster.threshold)
      this.#violations.add("no share for fewer keys than the threshold", who);
    const keys = identifierNumbers(roster, process.id);
    for (const entry of response.entries) {
      const listed = commitmentList.find((item) => item.identifier === entry.identifier);
      if (!keys.includes(entry.identifier) || listed === undefined) {
        this.#violations.add("a share is of the sender's own keys", who);
        continue;
      }
      entry.shares.forEach((share, k) => {
        const pair = listed.pairs[k];
        if (pair === undefined) return;
        const key = commitmentHash(entry.identifier, pair);
        const known = this.#shares.get(key);
        if (known !== undefined && known !== bytesToHex(share))
          this.#violations.add(
            "no nonce pair ever produces two different shares",
            `${who} identifier ${entry.identifier}`,
          );
        this.#shares.set(key, bytesToHex(share));
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
    const stored = process.store.records.some((record) => includesAscii(record, wanted));
    if (!stored)
      this.#violations.add("a share leaves only after its record is stored", this.#truth.nameOf(process.id));
  }

  #checkSignatures(digest: Hash, signatures: readonly Uint8Array[]): void {
    const request = this.#requests.get(digest);
    const group = this.#truth.group();
    if (request === undefined || group === null || !areSignatures(group, request, signatures)) return;
    this.checkApprovals(digest);
  }

  /** A signature exists: honest owners of at least t − f keys must have approved exactly this. */
  checkApprovals(digest: Hash): void {
    const { honest, corrupted } = this.#truth;
    const roster = this.#truth.group()?.roster;
    const request = this.#requests.get(digest);
    if (roster === undefined || request === undefined) return;
    const content = contentOf(request);
    const keys = roster.seats.reduce(
      (sum, { identity, weight }) =>
        sum + (honest.has(identity) && this.#approved.get(identity)?.has(content) === true ? weight : 0),
      0,
    );
    if (keys < roster.threshold - corrupted)
      this.#violations.add(
        "no signature without the approvals it needs",
        `${keys} keys approved ${digest.slice(0, 8)}`,
      );
  }

  notified(process: Process, notice: Notice): void {
    if (notice.tag !== "blamed") return;
    const { honest, nameOf } = this.#truth;
    this.blamed.add(notice.culprit);
    if (honest.has(notice.culprit))
      this.#violations.add("nobody honest is ever blamed", nameOf(notice.culprit));
    if (verifyBlame(notice.evidence)?.culprit !== notice.culprit)
      this.#violations.add(
        "whoever is blamed is convicted by evidence",
        `${nameOf(process.id)} blames without`,
      );
  }
}
