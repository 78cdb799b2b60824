import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hex } from "@scure/base";
import { concatBytes } from "@noble/hashes/utils.js";
import { hash256, hashOfId, parseTxid, reversed, toHex } from "../../bytes.ts";
import { bytesOf } from "../../testing/arbitraries.ts";
import { easyParameters, mineHeader, mineRow } from "../../testing/headers.ts";
import { codeOf, transactionWith } from "../../testing/transactions.ts";
import { bareTaproot } from "../../testing/wallets.ts";
import { HeaderChain } from "./chain.ts";
import { parseHeader, targetOfBits } from "./header.ts";
import { verifyInclusion, type InclusionProof } from "./inclusion.ts";
import { checkMerkleProof, merkleBranch, merkleRoot } from "./merkle.ts";

describe("V14", () => {
  const header = parseHeader(
    hex.decode(
      "000000205214e3b1be1007826f4537f7d86d8f890104587beae37af2fb17e31195a62325bb8940196d4479391e3460fcc904963da6726ecbb99cb9dfc3705ad9ba748f2182270865ffff7f2000000000",
    ),
  );
  const txHash = hashOfId(parseTxid("d564f1a4e53e7bad92f67c9a05b748e504ac1b8155db4c2d9b4ed12afd32139f"));
  const siblings = [
    "30955a1f27461b4ca06d68147a377a585d05499d186853a2e05e21cf4f9bf55f",
    "b4a7cc817198247161027ab3584b0c6a1bd2f7319d6468d2c6e128ec3acb2a47",
  ].map((one) => hex.decode(one));

  test("the header's hash, and the proof to its root", () => {
    expect(header.hash).toBe("2b1730b5063a212e64ece58ae9dca667963c00af7c4098feb01174bf907cd59c");
    expect(toHex(header.merkleRoot)).toBe("bb8940196d4479391e3460fcc904963da6726ecbb99cb9dfc3705ad9ba748f21");
    checkMerkleProof(txHash, { position: 0, siblings }, header.merkleRoot);
  });
  test("any other position, order or sibling does not lead there", () => {
    const check = (position: number, list = siblings) =>
      codeOf(() => checkMerkleProof(txHash, { position, siblings: list }, header.merkleRoot));
    expect([1, 2, 3].map((position) => check(position))).toEqual(Array(3).fill("proofRootMismatch"));
    expect(check(0, [...siblings].reverse())).toBe("proofRootMismatch");
    expect(check(0, siblings.map(reversed))).toBe("proofRootMismatch");
    expect(check(0, siblings.slice(1))).toBe("proofRootMismatch");
    expect(check(0, [siblings[0]!.subarray(1), siblings[1]!])).toBe("proofRootMismatch");
  });
  test("testnet block 100000: one transaction, whose id is the root", () => {
    const one = parseHeader(
      hex.decode(
        "0200000035ab154183570282ce9afc0b494c9fc6a3cfea05aa8c1add2ecc56490000000038ba3d78e4500a5a7570dbe61960398add4410d278b21cd9708e6d9743f374d544fc055227f1001c29c1ea3b",
      ),
    );
    expect(one.hash).toBe("00000000009e2958c15ff9290d571bf9459e93b19765c6801ddeccadbb160a1e");
    expect(BigInt(`0x${one.hash}`)).toBeLessThanOrEqual(targetOfBits(one.bits, 0xffffn << 208n));
    checkMerkleProof(one.merkleRoot, { position: 0, siblings: [] }, one.merkleRoot);
    expect(
      codeOf(() => checkMerkleProof(one.merkleRoot, { position: 1, siblings: [] }, one.merkleRoot)),
    ).toBe("proofPositionOutOfRange");
  });
});

describe("merkle proofs", () => {
  const leaves = fc.uniqueArray(bytesOf(32), { minLength: 1, maxLength: 40, selector: toHex });
  test("every leaf of every tree has a proof, and it proves no other leaf", () =>
    fc.assert(
      fc.property(leaves, fc.nat(), fc.nat(), (list, a, b) => {
        const root = merkleRoot(list);
        const at = a % list.length;
        const proof = merkleBranch(list, at);
        checkMerkleProof(list[at]!, proof, root);
        const other = b % list.length;
        if (other !== at) expect(codeOf(() => checkMerkleProof(list[other]!, proof, root))).toMatch(/^proof/);
      }),
    ));
  test("a position beyond the tree is refused, by name", () => {
    const list = [1, 2, 3, 4].map((n) => new Uint8Array(32).fill(n));
    const { siblings } = merkleBranch(list, 1);
    for (const position of [5, 9, -1, 1.5, 2 ** 53]) {
      expect(codeOf(() => checkMerkleProof(list[1]!, { position, siblings }, merkleRoot(list)))).toBe(
        "proofPositionOutOfRange",
      );
    }
  });
  test("the padding of an odd row is no position: three transactions have no fourth", () => {
    const list = [1, 2, 3].map((n) => new Uint8Array(32).fill(n));
    const { siblings } = merkleBranch(list, 2);
    checkMerkleProof(list[2]!, { position: 2, siblings }, merkleRoot(list));
    expect(codeOf(() => checkMerkleProof(list[2]!, { position: 3, siblings }, merkleRoot(list)))).toBe(
      "proofPositionOutOfRange",
    );
  });
  test("a proof of 33 levels is refused before it is folded", () => {
    const siblings = Array.from({ length: 33 }, () => new Uint8Array(32));
    expect(
      codeOf(() => checkMerkleProof(new Uint8Array(32), { position: 0, siblings }, new Uint8Array(32))),
    ).toBe("proofTooDeep");
  });
  test("a block whose list of transactions repeats its end has no root here (CVE-2012-2459)", () => {
    const [a, b, c] = [1, 2, 3].map((n) => new Uint8Array(32).fill(n));
    expect(codeOf(() => merkleRoot([a!, b!, c!, c!]))).toBe("blockMalformed");
    expect(codeOf(() => merkleRoot([a!, b!, a!, b!]))).toBe("blockMalformed");
    expect(toHex(merkleRoot([a!, b!, c!]))).toHaveLength(64);
    expect(codeOf(() => merkleRoot([]))).toBe("blockMalformed");
    expect(codeOf(() => merkleBranch([a!], 1))).toBe("proofPositionOutOfRange");
  });
});

describe("inclusion", () => {
  const start = easyParameters().start.hash;
  const coinbase = transactionWith([{ amount: 50n, script: bareTaproot(1) }]);
  const tx = transactionWith([{ amount: 900n, script: bareTaproot(2) }]);
  const more = [3, 4, 5].map((n) => transactionWith([{ amount: BigInt(n), script: bareTaproot(n) }]));
  const hashes = [coinbase, tx, ...more].map(({ txid }) => hashOfId(txid));
  const header = mineHeader({ previous: start, time: 1_700_000_000, merkleRoot: merkleRoot(hashes) });
  const chain = new HeaderChain(easyParameters());
  chain.accept(
    concatBytes(header.raw, ...mineRow(header.hash, 5, { time: 1_700_000_600 }).map(({ raw }) => raw)),
    2_000_000_000,
  );
  const proof: InclusionProof = {
    blockHash: header.hash,
    merkle: merkleBranch(hashes, 1),
    coinbase: { raw: coinbase.raw, siblings: merkleBranch(hashes, 0).siblings },
  };

  test("a transaction with its proof, six deep", () => {
    expect(verifyInclusion(tx.raw, proof, chain, 6)).toEqual({
      txid: tx.txid,
      height: 2016,
      blockHash: header.hash,
      confirmations: 6,
    });
  });
  test("seven confirmations are not there yet", () => {
    expect(codeOf(() => verifyInclusion(tx.raw, proof, chain, 7))).toBe("notEnoughConfirmations");
  });
  test("another transaction, or one with a changed amount", () => {
    expect(codeOf(() => verifyInclusion(more[0]!.raw, proof, chain, 1))).toBe("proofRootMismatch");
    const forged = Uint8Array.from(tx.raw);
    forged[47] = forged[47]! ^ 1;
    expect(codeOf(() => verifyInclusion(forged, proof, chain, 1))).toBe("proofRootMismatch");
  });
  test("a block nobody mined, and one that was orphaned", () => {
    const away = new HeaderChain(easyParameters());
    expect(codeOf(() => verifyInclusion(tx.raw, proof, away, 1))).toBe("blockUnknown");
    const fork = mineRow(start, 8, { time: 1_700_000_001 });
    const forked = new HeaderChain(easyParameters());
    forked.accept(chain.export(), 2_000_000_000);
    forked.accept(concatBytes(...fork.map(({ raw }) => raw)), 2_000_000_000);
    expect(codeOf(() => verifyInclusion(tx.raw, proof, forked, 1))).toBe("blockNotBest");
  });
  test("nothing is believed before the last pin is reached", () => {
    const pinned = new HeaderChain(easyParameters({ pins: [{ height: 9_999, hash: header.hash }] }));
    pinned.accept(chain.export(), 2_000_000_000);
    expect(codeOf(() => verifyInclusion(tx.raw, proof, pinned, 1))).toBe("chainNotAtPin");
  });

  test("the 64-byte transaction: two hashes that pass for one", () => {
    // The attacker's block has an inner node whose 64 bytes parse as a transaction: 1 input, 1 output, no scripts.
    const fake = concatBytes(
      hex.decode("0200000001"),
      new Uint8Array(36),
      Uint8Array.of(4, 1, 2, 3, 4),
      new Uint8Array(4),
      Uint8Array.of(1),
      new Uint8Array(8),
      Uint8Array.of(0),
      new Uint8Array(4),
    );
    expect(fake).toHaveLength(64);
    const root = merkleRoot([fake.subarray(0, 32), fake.subarray(32)]);
    const block = mineHeader({ previous: start, time: 1_700_000_000, merkleRoot: root });
    const attacked = new HeaderChain(easyParameters());
    attacked.accept(block.raw, 2_000_000_000);
    const claim = { blockHash: block.hash, merkle: { position: 0, siblings: [] } };
    expect(toHex(hash256(fake))).toBe(toHex(root));
    expect(codeOf(() => verifyInclusion(fake, claim, attacked, 1))).toBe("transactionIs64Bytes");
  });
  test("an inner node posing as a transaction lies at another depth than the coinbase", () => {
    const short = { ...proof, merkle: { position: 0, siblings: proof.merkle.siblings.slice(1) } };
    const inner = hash256(hashes[0]!, hashes[1]!);
    checkMerkleProof(inner, short.merkle, header.merkleRoot);
    expect(
      codeOf(() =>
        verifyInclusion(
          tx.raw,
          { ...proof, coinbase: { raw: coinbase.raw, siblings: proof.merkle.siblings.slice(1) } },
          chain,
          1,
        ),
      ),
    ).toBe("proofDepthMismatch");
  });
  test("a coinbase that is not this block's", () => {
    expect(
      codeOf(() =>
        verifyInclusion(
          tx.raw,
          { ...proof, coinbase: { raw: more[0]!.raw, siblings: proof.coinbase!.siblings } },
          chain,
          1,
        ),
      ),
    ).toBe("proofRootMismatch");
  });
});
