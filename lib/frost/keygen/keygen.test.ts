import { expect, test } from "vitest";
import { schnorr } from "@noble/curves/secp256k1.js";
import {
  aggregate,
  commit,
  noTweak,
  openSigningSession,
  sign,
  taprootScript,
  verifySchnorr,
} from "../index.ts";
import { generateKey, must, seededRng } from "../testing/groups.ts";

test.each([
  [2, [1, 1, 1]],
  [3, [2, 1, 2]],
])("%i of %j: members hold one key and any threshold of them signs", (threshold, weights) => {
  const rng = seededRng(`keygen ${threshold}`);
  const group = generateKey(threshold, weights, rng);
  const packages = [...group.members.values()].flatMap(({ keyPackages }) => keyPackages).slice(-threshold);
  const message = rng(32);
  for (const tweak of [
    noTweak,
    { kind: "merkleRoot", root: new Uint8Array() },
    { kind: "merkleRoot", root: rng(32) },
  ] as const) {
    const nonces = packages.map((own) => commit(own, 1, rng)[0]!);
    const session = must(
      openSigningSession(group.publicKeyPackage, {
        message,
        tweak,
        commitments: nonces.map((own) => own.commitments),
      }),
    );
    const shares = packages.map((own, i) => must(sign(session, own, nonces[i]!)));
    const signature = must(aggregate(session, shares));
    const key =
      tweak.kind === "none"
        ? group.publicKeyPackage.xOnly
        : taprootScript(group.publicKeyPackage, { kind: "keyPath", merkleRoot: tweak.root }).script.subarray(
            2,
          );
    expect(schnorr.verify(signature, message, key)).toBe(true);
    expect(verifySchnorr(key, message, signature)).toBe(true);
  }
});
