import { inspect } from "node:util";
import { expect, test } from "vitest";
import { commit, sign, signAll, type SigningNonces } from "../index.ts";
import { fault, must, seededRng } from "../testing/groups.ts";
import { dealtKey, keyOf, openSession } from "../testing/sessions.ts";

// spec/frost.md §5: pitfalls 1 (nonce reuse, restored nonces) and 2 (deterministic nonces).

test("nonces sign once: a second use is refused and gives nothing", () => {
  const rng = seededRng("reuse");
  const key = dealtKey(2, 3, rng);
  const first = openSession(key, [1, 2], rng);
  must(sign(first.session, first.signers[0]!, first.nonces[0]!));
  expect(first.nonces[0]!.spent).toBe(true);
  expect(() => sign(first.session, first.signers[0]!, first.nonces[0]!)).toThrow(
    expect.objectContaining({ code: "spentNonces" }),
  );
});

test("a restored nonce cannot sign: no copy of a nonce object is one", () => {
  const rng = seededRng("restored");
  const { session, signers, nonces } = openSession(dealtKey(2, 3, rng), [1, 2], rng);
  const original = nonces[0]!;
  const copies: unknown[] = [
    JSON.parse(JSON.stringify({ ...original })),
    Object.assign(Object.create(Object.getPrototypeOf(original) as object), original),
    { ...original },
    structuredClone({ commitments: { identifier: original.commitments.identifier } }),
    new Proxy(original, {}),
  ];
  for (const copy of copies) {
    expect(() => sign(session, signers[0]!, copy as SigningNonces)).toThrow(
      expect.objectContaining({ code: "notNonces" }),
    );
  }
  expect(original.spent).toBe(false);
});

test("a nonce object shows no secret to a clone, JSON, string or console", () => {
  const rng = seededRng("redacted");
  const [nonces] = commit(keyOf(dealtKey(2, 2, rng), 1), 1, rng);
  expect(JSON.stringify(nonces)).toBe('"[SigningNonces redacted]"');
  expect(String(nonces)).toBe("[SigningNonces redacted]");
  expect(inspect(nonces)).toBe("[SigningNonces redacted]");
  expect(Object.keys(nonces!)).toEqual(["commitments"]);
});

test("nonces are spent even where signing is refused", () => {
  const rng = seededRng("refused");
  const key = dealtKey(2, 3, rng);
  const { session, signers } = openSession(key, [1, 2], rng);
  const [stray] = commit(signers[0]!, 1, rng);
  expect(fault(sign(session, signers[0]!, stray!)).code).toBe("ownCommitmentMissing");
  expect(stray!.spent).toBe(true);
});

test("all pairs of a request are spent before the first share, also where one was spent already", () => {
  const rng = seededRng("all spent");
  const key = dealtKey(2, 3, rng);
  const one = openSession(key, [1, 2], rng);
  const two = openSession(key, [1, 2], rng);
  const requests = [one, two].map(({ session, signers, nonces }) => ({
    session,
    keyPackage: signers[0]!,
    nonces: nonces[0]!,
  }));
  one.nonces[0]!.erase();
  expect(() => signAll(requests)).toThrow(expect.objectContaining({ code: "spentNonces" }));
  expect(two.nonces[0]!.spent).toBe(true);
});

test("one pair given for two messages of a request is refused", () => {
  const rng = seededRng("doubled");
  const key = dealtKey(2, 3, rng);
  const { session, signers, nonces } = openSession(key, [1, 2], rng);
  const request = { session, keyPackage: signers[0]!, nonces: nonces[0]! };
  expect(() => signAll([request, request])).toThrow(expect.objectContaining({ code: "spentNonces" }));
});

test("deterministic nonces are refused: a random source that repeats itself makes none", () => {
  const rng = seededRng("repeating");
  const own = keyOf(dealtKey(2, 2, rng), 1);
  expect(() => commit(own, 1, (length) => new Uint8Array(length))).toThrow(
    expect.objectContaining({ code: "badRandomness" }),
  );
  expect(() => commit(own, 1, (length) => rng(length).subarray(1))).toThrow(
    expect.objectContaining({ code: "badRandomness" }),
  );
});

test("every pair differs, and depends on randomness and share", () => {
  const rng = seededRng("distinct");
  const key = dealtKey(2, 2, rng);
  const same = () => seededRng("same source");
  const seen = new Set(
    [
      ...commit(keyOf(key, 1), 8, rng),
      commit(keyOf(key, 1), 1, same())[0]!,
      commit(keyOf(key, 2), 1, same())[0]!,
    ].flatMap(({ commitments }) => [
      commitments.hiding.toCompressed().join(),
      commitments.binding.toCompressed().join(),
    ]),
  );
  expect(seen.size).toBe(20);
});

test("a number of pairs that is not a count is refused", () => {
  const rng = seededRng("count");
  const own = keyOf(dealtKey(2, 2, rng), 1);
  for (const count of [0, -1, 1.5, NaN]) {
    expect(() => commit(own, count, rng)).toThrow(expect.objectContaining({ code: "invalidParameters" }));
  }
});
