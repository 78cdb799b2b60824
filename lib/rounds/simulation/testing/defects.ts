/** One change of a source text: `find` stands there exactly once. */
export interface Patch {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A way to be wrong that a reviewer could miss, as the source change that makes it. */
export interface Defect {
  readonly name: string;
  readonly patches: readonly Patch[];
  /** A promise that the simulation must see broken; any of them. */
  readonly breaks: readonly string[];
}

const liveness = "a request ends signed once faults have ceased";
const keyWithoutAttackers = "without attackers a key generation ends with a key";
const oneShare = "no nonce pair ever produces two different shares";
const approved = "no share for an operation its owner did not approve";

const patch = (file: string, find: string, replace: string): Patch => ({ file, find, replace });

/** Broken on purpose, each in a copy of the sources: the simulation has to notice every one. */
export const defects: readonly Defect[] = [
  {
    name: "a nonce is not marked spent",
    patches: [
      patch("lib/rounds/signing/stock.ts", "for (const hash of hashes) next.delete(hash);", "void hashes;"),
      patch("lib/frost/signing/nonces.ts", "nonces.#pair = undefined;", ""),
      patch("lib/rounds/signing/checks.ts", "released.packageHash !== packageHash;", "false;"),
    ],
    breaks: [oneShare],
  },
  {
    name: "two processes of one device draw the same randomness",
    patches: [
      patch(
        "lib/rounds/simulation/run.ts",
        "this.prng.fork(`party/${seat}/${epoch}`)",
        "this.prng.fork(`party/${seat}`)",
      ),
      patch("lib/rounds/signing/checks.ts", "released.packageHash !== packageHash;", "false;"),
    ],
    breaks: [oneShare, keyWithoutAttackers, liveness],
  },
  {
    name: "other bytes than the operation's are signed",
    patches: [
      patch(
        "lib/rounds/signing/checks.ts",
        "return sameMessages(rebuilt.messages, request.messages)",
        "return rebuilt.ok",
      ),
    ],
    breaks: ["the bytes signed are those of the operation shown"],
  },
  {
    name: "the digest leaves out what is signed",
    patches: [
      patch("lib/rounds/signing/request.ts", "...prefixed(request.operation.body),", ""),
      patch("lib/rounds/signing/request.ts", "...request.messages.flatMap(messageParts),", ""),
      patch("lib/rounds/signing/request.ts", "integerBytes(request.messages.length, 2),", ""),
      patch("lib/rounds/signing/request.ts", "...prefixed(utf8.decode(request.operation.type)),", ""),
    ],
    breaks: [approved],
  },
  {
    name: "a share is given before anybody approves",
    patches: [
      patch(
        "lib/rounds/signing/signer.ts",
        'if (known.entry.tag === "deciding") keepWaiting(run, known.digest, asked);',
        `if (known.entry.tag === "deciding") {
          keepWaiting(run, known.digest, asked);
          const { request } = known.entry;
          answerPackage(run, known.digest, { tag: "approved", request, answers: new Map() }, asked);
        }`,
      ),
    ],
    breaks: [approved],
  },
  {
    name: "an expired request is signed",
    patches: [
      patch(
        "lib/rounds/signing/checks.ts",
        'entry.tag === "approved" && !isExpired(entry.request, now);',
        'entry.tag === "approved" && now > 0;',
      ),
      patch(
        "lib/rounds/signing/signer.ts",
        "if (!isExpired(entry.request, run.now)) continue;\n    run.record",
        "if (run.now > 0) continue;\n    run.record",
      ),
      // Without this, a timer for a moment that has passed would go off for ever.
      patch(
        "lib/rounds/signing/signer.ts",
        'entry.tag === "approved") run.wakeAt(entry.request.expiry);',
        'entry.tag === "approved") run.wakeAt(Math.max(run.now + 60_000, entry.request.expiry));',
      ),
    ],
    breaks: ["no share after expiry"],
  },
  {
    name: "the cached share is given after a cancel",
    patches: [
      patch(
        "lib/rounds/signing/signer.ts",
        'run.record({ tag: "signer/ended", digest: cancel.digest, end: "cancelled", reason: cancel.reason });',
        "",
      ),
    ],
    breaks: ["no share after a cancel"],
  },
  {
    name: "a share leaves before its record is stored",
    patches: [
      patch(
        "lib/rounds/party/work.ts",
        "    effects.push(...this.#sends);\n",
        "    effects.unshift(...this.#sends);\n",
      ),
    ],
    breaks: [
      "a share leaves only after its record is stored",
      "DKG_END leaves only after its lock is stored",
    ],
  },
  {
    name: "frames are accepted without their sender's signature",
    patches: [
      patch(
        "lib/rounds/envelope/frames.ts",
        'verifySignature("frame", [signedPart(signed.frame)], signed.parts.signature, signed.from);',
        'verifySignature("frame", [signedPart(signed.frame)], signed.parts.signature, signed.from) || true;',
      ),
    ],
    breaks: [liveness, "nobody honest is ever blamed", approved, keyWithoutAttackers],
  },
  {
    name: "blame is believed without evidence",
    patches: [
      patch(
        "lib/rounds/blame/verify.ts",
        "return shown ? { culprit: accused, offence: evidence.tag } : null;",
        "return shown || evidence ? { culprit: accused, offence: evidence.tag } : null;",
      ),
    ],
    breaks: ["nobody honest is ever blamed"],
  },
  {
    name: "a share shown beside another commitment list convicts its signer",
    patches: [
      patch("lib/rounds/signing/evidence.ts", "response.packageHash === packageHash(signingPackage) &&", ""),
      patch(
        "lib/rounds/signing/evidence.ts",
        "if (!announcedAll(judge, evidence, accused, own)) return false;",
        "",
      ),
    ],
    breaks: ["nobody honest is ever blamed"],
  },
  {
    name: "bad shares are not named",
    patches: [
      patch(
        "lib/rounds/signing/coordinator-judging.ts",
        "if (isRightResponse(sessions, keysOfSeat(context, seat), answer.entries)) return;",
        "if (isRightResponse(sessions, keysOfSeat(context, seat), answer.entries) || run.now > 0) return;",
      ),
    ],
    breaks: [liveness],
  },
  {
    name: "the cursor skips over a gap",
    patches: [patch("lib/rounds/simulation/cursor.ts", "seq === received + 1", "seq > received")],
    breaks: [liveness, keyWithoutAttackers],
  },
  {
    name: "the lock is not persisted",
    patches: [
      patch(
        "lib/rounds/party/journal.ts",
        "facts: facts.map(({ machine, fact }) => ({ machine, fact })),",
        'facts: facts.filter(({ fact }) => fact.tag !== "locked").map(({ machine, fact }) => ({ machine, fact })),',
      ),
    ],
    breaks: ["a locked share is never let go of", "DKG_END leaves only after its lock is stored"],
  },
  {
    name: "an abort beats the lock",
    patches: [
      patch(
        "lib/rounds/keygen/state.ts",
        '  phase.tag === "collectingPublicShares" ||\n  phase.tag === "collectingPrivateShares" ||\n  phase.tag === "collectingEnds";',
        '  phase.tag === "pending" ||\n  phase.tag === "collectingPublicShares" ||\n  phase.tag === "collectingPrivateShares" ||\n  phase.tag === "collectingEnds";',
      ),
    ],
    breaks: ["a locked share is never let go of"],
  },
  {
    name: "the transcript is not compared",
    patches: [
      patch("lib/rounds/keygen/hashes.ts", "      ...contents.map(bytesOf),\n", ""),
      patch(
        "lib/rounds/keygen/hashes.ts",
        'hashOf(tagged("hoarfrost/key/1", bytesOf(round1Hash), groupPublicKey));',
        'hashOf(tagged("hoarfrost/key/1", bytesOf(round1Hash), groupPublicKey.subarray(33)));',
      ),
    ],
    breaks: [
      "no two honest parties hold different certified keys for one group",
      // A share sealed after one first round is judged after another.
      "nobody honest is ever blamed",
    ],
  },
  {
    name: "the length of a polynomial is not checked",
    patches: [
      patch(
        "lib/rounds/keygen/public-round.ts",
        "if (pkg.commitment.length !== roster.threshold || !isEncryptionKey(encryptionKey)) return null;",
        "if (!isEncryptionKey(encryptionKey)) return null;",
      ),
      patch(
        "lib/frost/keygen/round1.ts",
        'if (wrongCount.length > 0) return dealersAtFault("wrongCommitmentCount", wrongCount);',
        "void wrongCount;",
      ),
    ],
    breaks: ["no key is made from a wrong first-round message", "no event makes a party throw"],
  },
  {
    name: "proofs of possession are not checked",
    patches: [patch("lib/frost/keygen/round1.ts", "...falseProofs(parameters, statements, rng),", "")],
    breaks: ["no key is made from a wrong first-round message"],
  },
  {
    name: "a certificate counts without its signatures",
    patches: [
      patch(
        "lib/rounds/keygen/certificate.ts",
        'return verifySignature("certificate", over, part.signature, seat.identity);',
        'return verifySignature("certificate", over, part.signature, seat.identity) || true;',
      ),
    ],
    breaks: ["a certificate holds every seat's signature"],
  },
  {
    name: "a message said again is made anew",
    patches: [
      patch(
        "lib/rounds/party/work.ts",
        "const earlier = slot === undefined ? undefined : this.party.outbox.get(slot);",
        "const earlier = slot === undefined ? undefined : this.party.outbox.get(`${slot}/none`);",
      ),
      patch(
        "lib/rounds/party/journal.ts",
        "sent: sent.map(({ slot, to, frame }) => ({ slot, to, frame })),",
        "sent: [],",
      ),
    ],
    breaks: [keyWithoutAttackers, "never a second, different PUBLIC_SHARES in one round", liveness],
  },
  {
    name: "one request may take the nonces announced for another",
    patches: [
      patch(
        "lib/rounds/signing/pool.ts",
        "column.digest === null || column.digest === digest || !isLive(column.digest);",
        "column.digest === null || column.digest === digest || isLive(column.digest) || !isLive(column.digest);",
      ),
    ],
    breaks: [liveness],
  },
  {
    name: "lost nonces are answered with silence",
    patches: [
      patch(
        "lib/rounds/signing/signer-shares.ts",
        "sayNoncesLost(run, digest, entry.request, asked.session);",
        'run.ignore("too-late");',
      ),
      patch(
        "lib/rounds/signing/signer.ts",
        'if (entry.tag === "approved") {\n      run.say(',
        'if (entry.tag === "approved" && run.now < 0) {\n      run.say(',
      ),
    ],
    breaks: [liveness],
  },
];
