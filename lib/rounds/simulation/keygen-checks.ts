import { bytesToHex } from "@noble/hashes/utils.js";
import { verifyBlame } from "../blame/verify.ts";
import type { GroupId, Hash, PartyId } from "../core/names.ts";
import { stopReasons } from "../core/reason.ts";
import type { Roster } from "../core/roster.ts";
import { verifySignature } from "../envelope/identity.ts";
import { type Certificate, certificateKeyHash } from "../keygen/certificate.ts";
import { fingerprintOf } from "../keygen/fingerprint.ts";
import { certificateParts } from "../keygen/hashes.ts";
import { heardOf } from "../keygen/inbox.ts";
import { dkgEnd } from "../keygen/messages.ts";
import { certifiedOf, type SignerPhase } from "../keygen/state.ts";
import { decodeRecord } from "../party/journal.ts";
import { includesAscii } from "./ascii.ts";
import type { Process } from "./process.ts";
import type { Truth, Violations } from "./signing-checks.ts";

/** The key a phase holds on to, from the lock on. */
function lockedKey(phase: SignerPhase): Hash | null {
  if (phase.tag === "pending") return phase.keyHash;
  return "certified" in phase ? phase.certified.keyHash : null;
}

/** Watches key generation of honest parties. */
export class KeygenChecks {
  readonly #truth: Truth;
  readonly #violations: Violations;
  /** The one certified key of each group, and who was seen with it first. */
  readonly #certified = new Map<
    GroupId,
    { readonly keyHash: Hash; readonly publicKey: string; readonly by: string }
  >();
  /** First-round messages that are wrong in themselves, by the signature of their frame. */
  readonly #poison = new Set<string>();
  /** What each honest seat has locked: it may never let go of it. */
  readonly #locked = new Map<string, Hash>();
  /** DKG_END by seat and group, PUBLIC_SHARES by seat and round: said once. */
  readonly #ends = new Map<string, Hash>();
  readonly #publicShares = new Map<string, Uint8Array>();
  readonly #fingerprints = new Map<GroupId, string>();
  readonly #convicted = new Set<string>();
  readonly blamed = new Set<PartyId>();
  readonly #phases = new WeakMap<Process, object>();

  constructor(truth: Truth, violations: Violations) {
    this.#truth = truth;
    this.#violations = violations;
  }

  /** An attacker tells that this frame must never lead to a key. */
  poison(frame: Uint8Array): void {
    this.#poison.add(bytesToHex(frame.subarray(-64)));
  }

  stepped(process: Process): void {
    const groups = process.party?.state.groups;
    // Nothing about key generation has changed where the very same objects are still there.
    if (groups === undefined || this.#phases.get(process) === groups) return;
    this.#phases.set(process, groups);
    for (const [groupId, group] of groups) {
      const state = group.keygen ?? group.keygenCoordinator;
      if (state === null) continue;
      if (group.keygen !== null) this.#checkSeat(process, groupId, group.keygen.phase);
      this.#checkConvictions(process, state.convictions);
      const certified = certifiedOf(state);
      if (certified === null) continue;
      const known = this.#certified.get(groupId);
      if (known === undefined && !isSignedByAll(group.sealed.roster, certified.certificate))
        this.#violations.add("a certificate holds every seat's signature", process.name);
      const publicKey = bytesToHex(certified.key.publicKeyPackage.verifyingKey.toCompressed());
      if (known !== undefined && (known.keyHash !== certified.keyHash || known.publicKey !== publicKey))
        this.#violations.add(
          "no two honest parties hold different certified keys for one group",
          `${known.by} and ${process.name}`,
        );
      this.#certified.set(groupId, { keyHash: certified.keyHash, publicKey, by: process.name });
      for (const { frame } of heardOf(state.inboxes.get(certified.roundId), "DKG_PUBLIC_SHARES").values())
        if (this.#poison.has(bytesToHex(frame.subarray(-64))))
          this.#violations.add("no key is made from a wrong first-round message", process.name);
      const { hex } = fingerprintOf(group.sealed.roster, certified.certificate);
      const shown = this.#fingerprints.get(groupId);
      if (shown !== undefined && shown !== hex)
        this.#violations.add("all honest screens show one fingerprint", `${shown} and ${hex}`);
      this.#fingerprints.set(groupId, hex);
    }
  }

  #checkSeat(process: Process, groupId: GroupId, phase: SignerPhase): void {
    // A tab that lost its storage to another one is stale, and can neither write nor send any more.
    if (process.store.owner !== process.epoch) return;
    const name = `${process.id}/${groupId}`;
    const locked = lockedKey(phase);
    const before = this.#locked.get(name);
    if (before !== undefined && locked !== before)
      this.#violations.add("a locked share is never let go of", `${process.name} is ${phase.tag}`);
    if ((phase.tag === "stopped" || phase.tag === "unusable") && !stopReasons.includes(phase.reason))
      this.#violations.add("whoever stops records a reason", process.name);
  }

  #checkConvictions(
    process: Process,
    convictions: readonly { readonly culprit: PartyId; readonly evidence: Uint8Array }[],
  ): void {
    for (const { culprit, evidence } of convictions) {
      const key = `${process.id}/${culprit}`;
      if (this.#convicted.has(key)) continue;
      this.#convicted.add(key);
      this.#checkBlame(process, culprit, evidence);
    }
  }

  #checkBlame(process: Process, culprit: PartyId, evidence: Uint8Array): void {
    this.blamed.add(culprit);
    if (this.#truth.honest.has(culprit))
      this.#violations.add("nobody honest is ever blamed", this.#truth.nameOf(culprit));
    if (verifyBlame(evidence)?.culprit !== culprit)
      this.#violations.add("whoever is blamed is convicted by evidence", `${process.name} blames without`);
  }

  /** What an honest seat signs once, it never signs differently. */
  leaving(process: Process, frame: Uint8Array): void {
    const message = this.#truth.insider.read(frame);
    if (message === null || message.from !== process.id) return;
    if (message.kind === "DKG_END") {
      const end = dkgEnd.decode(message.payload);
      if (!end.ok) return;
      const name = `${process.id}/${message.groupId}`;
      const known = this.#ends.get(name);
      if (known !== undefined && known !== end.value.keyHash)
        this.#violations.add("one lock per group, ever", process.name);
      this.#ends.set(name, end.value.keyHash);
      // From here on others may count on this seat; before, a stop could undo the step that locked.
      this.#locked.set(name, end.value.keyHash);
      if (!isLockStored(process, end.value.keyHash))
        this.#violations.add("DKG_END leaves only after its lock is stored", process.name);
    }
    if (message.kind === "DKG_PUBLIC_SHARES") {
      const name = `${process.id}/${message.roundId}`;
      const known = this.#publicShares.get(name);
      if (known !== undefined && !equal(known, frame))
        this.#violations.add("never a second, different PUBLIC_SHARES in one round", process.name);
      this.#publicShares.set(name, frame);
    }
  }

  /** At the end: if one honest seat is certified, every honest seat still holds its share of that key. */
  finish(seats: readonly Process[]): void {
    for (const [groupId, { keyHash }] of this.#certified) {
      for (const process of seats) {
        const phase = process.party?.state.groups.get(groupId)?.keygen?.phase;
        if (phase !== undefined && lockedKey(phase) !== keyHash)
          this.#violations.add(
            "if one honest seat is certified, every honest seat holds its share",
            `${process.name} is ${phase.tag}`,
          );
      }
    }
  }
}

/** True where a lock on this key, or the certificate that took its place, is among what the device has stored. */
function isLockStored({ store }: Process, keyHash: Hash): boolean {
  return store.records.some(
    (record) =>
      includesAscii(record, keyHash) &&
      decodeRecord(record).facts.some(
        ({ fact }) => (fact.tag === "locked" || fact.tag === "certified") && fact["keyHash"] === keyHash,
      ),
  );
}

/** Judged here, signature by signature, whatever the protocol's own check says. */
function isSignedByAll(roster: Roster, certificate: Certificate): boolean {
  const { groupId, roundId, parts } = certificate;
  const keyHash = certificateKeyHash(certificate);
  return roster.seats.every(({ identity }, i) => {
    const part = parts[i];
    if (part === undefined) return false;
    const over = certificateParts(groupId, roundId, keyHash, part.reveal);
    return verifySignature("certificate", over, part.signature, identity);
  });
}

const equal = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i]);
