import type { Defect, Patch } from "../../../../test/defects.ts";

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
    seed: 29,
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
    seed: 17,
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
    seed: 21,
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
    seed: 52,
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
    seed: 7,
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
    seed: 9,
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
    seed: 7,
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
    seed: 4,
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
    seed: 206,
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
    seed: 9,
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
    seed: 28,
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
    seed: 146,
  },
  {
    name: "the cursor skips over a gap",
    patches: [patch("lib/rounds/simulation/cursor.ts", "seq === received + 1", "seq > received")],
    breaks: [liveness, keyWithoutAttackers],
    seed: 4,
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
    seed: 2,
  },
  {
    name: "what was dealt is not stored, and a seat that lost it deals again",
    patches: [
      patch(
        "lib/rounds/party/journal.ts",
        "facts: facts.map(({ machine, fact }) => ({ machine, fact })),",
        'facts: facts.filter(({ fact }) => fact.tag !== "begun" && fact.tag !== "round1").map(({ machine, fact }) => ({ machine, fact })),',
      ),
      patch(
        "lib/rounds/keygen/signer-steps.ts",
        'if (heardOf(inbox, "DKG_PUBLIC_SHARES").has(context.me)) return discard(draft, roundId, "lost-state", true);',
        "",
      ),
    ],
    breaks: [
      "never a second, different PUBLIC_SHARES in one round",
      "nobody honest is ever blamed",
      // Where everybody else's are in hand already, what it deals again is not what it dealt.
      "no event makes a party throw",
    ],
    seed: 53,
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
    seed: 3,
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
    seed: 50,
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
    seed: 78,
  },
  {
    name: "proofs of possession are not checked",
    patches: [patch("lib/frost/keygen/round1.ts", "...falseProofs(parameters, statements, rng),", "")],
    breaks: ["no key is made from a wrong first-round message"],
    seed: 129,
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
    seed: 90,
  },
  {
    name: "a message said again is made anew",
    patches: [
      patch(
        "lib/rounds/party/work.ts",
        "export class Work {",
        "const said = new Map();\n\nexport class Work {",
      ),
      patch(
        "lib/rounds/party/work.ts",
        "const sent = { to, frame };",
        "const sent = { to, frame };\n    if (slot !== undefined) said.set(identity.id + slot, out);",
      ),
      patch(
        "lib/rounds/party/work.ts",
        "if (sent !== undefined) this.send(sent);",
        `const earlier = said.get(\`\${this.party.config.identity.id}\${name}|\${out.slot}\`);
        if (sent !== undefined && earlier !== undefined) this.say(name, room, { ...earlier, slot: undefined });`,
      ),
    ],
    breaks: ["never a second, different PUBLIC_SHARES in one round", "nobody honest is ever blamed"],
    seed: 2,
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
    seed: 45,
  },
  {
    name: "a session waits for nonces that are gone",
    patches: [
      patch(
        "lib/rounds/signing/coordinator-answers.ts",
        "if (member.generation >= generation && session !== named) continue;",
        "if (generation >= 0 || session !== named) continue;",
      ),
    ],
    breaks: [liveness],
    seed: 161,
  },
];
