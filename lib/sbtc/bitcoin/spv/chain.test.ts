import { beforeAll, describe, expect, test } from "vitest";
import { concatBytes } from "@noble/hashes/utils.js";
import { hex } from "@scure/base";
import { parseBlockHash } from "../../bytes.ts";
import { codeOf } from "../../testing/transactions.ts";
import { easyBits, easyLimit, easyParameters, mineHeader, mineRow } from "../../testing/headers.ts";
import { HeaderChain } from "./chain.ts";
import { nextTarget } from "./difficulty.ts";
import { bitsOfTarget, targetOfBits, workOfTarget, type BlockHeader } from "./header.ts";
import { chainParameters } from "./parameters.ts";

const time = 1_700_000_000;
const later = time + 10_000_000;
const start = easyParameters().start.hash;
const raw = (headers: readonly BlockHeader[]) => concatBytes(...headers.map((header) => header.raw));
const chainOf = (...rows: readonly BlockHeader[][]) => {
  const chain = new HeaderChain(easyParameters());
  for (const row of rows) chain.accept(raw(row), later);
  return chain;
};
const refusing = (header: BlockHeader, chain = new HeaderChain(easyParameters()), now = later) =>
  codeOf(() => chain.accept(header.raw, now));

describe("a chain of headers", () => {
  test("grows, counts confirmations, and says what it connected", () => {
    const row = [...mineRow(start, 5, { time })];
    const chain = new HeaderChain(easyParameters());
    expect(chain.accept(raw(row), later).connected.map(({ height }) => height)).toEqual([
      2016, 2017, 2018, 2019, 2020,
    ]);
    expect(chain.confirmations(row[0]!.hash)).toBe(5);
    expect(chain.tip?.hash).toBe(row[4]!.hash);
    expect(chain.tip?.work).toBe(5n * workOfTarget(easyLimit));
  });
  test("takes the same headers again without a change", () => {
    const row = [...mineRow(start, 3, { time })];
    const chain = chainOf(row);
    expect(chain.accept(raw(row), later)).toEqual({ disconnected: [], connected: [] });
  });
  test("is restored from what it exports", () => {
    const chain = chainOf([...mineRow(start, 7, { time })]);
    const again = new HeaderChain(easyParameters());
    again.accept(chain.export(), later);
    expect(again.tip?.hash).toBe(chain.tip?.hash);
    expect(chain.export(2020).length).toBe(3 * 80);
  });
  test("reorganises to more work and names both sides, fork first", () => {
    const old = [...mineRow(start, 4, { time })];
    const fork = [old[0]!, ...mineRow(old[0]!.hash, 4, { time: time + 60 * 60 })];
    const chain = chainOf(old);
    const change = chain.accept(raw(fork), later);
    expect(change.disconnected.map(({ hash }) => hash)).toEqual([old[3]!.hash, old[2]!.hash, old[1]!.hash]);
    expect(change.connected.map(({ hash }) => hash)).toEqual(fork.slice(1).map(({ hash }) => hash));
    expect(chain.confirmations(old[2]!.hash)).toBe(0);
    expect(chain.isBest(old[0]!.hash)).toBe(true);
  });
  test("of two equal branches the first seen stays", () => {
    const a = [...mineRow(start, 3, { time })];
    const chain = chainOf(a);
    expect(chain.accept(raw(mineRow(start, 3, { time: time + 5 })), later).connected).toEqual([]);
    expect(chain.tip?.hash).toBe(a[2]!.hash);
  });
  test("most work wins, not most blocks", () => {
    const hard = 0x201f_ffff;
    const rules = easyParameters({
      retarget: "testnet3",
      start: { ...easyParameters().start, nextBits: hard },
    });
    const first = mineHeader({ previous: start, time, bits: hard });
    const many = mineRow(first.hash, 3, { time: time + 1300, spacing: 1300 });
    const few = mineRow(first.hash, 2, { time: time + 600, bits: hard });
    const chain = new HeaderChain(rules);
    chain.accept(raw([first, ...many]), later);
    expect(chain.height).toBe(2019);
    chain.accept(raw(few), later);
    expect(chain.height).toBe(2018);
    expect(chain.tip?.hash).toBe(few[1]!.hash);
  });
});

describe("forged headers", () => {
  test("no proof of work", () => {
    expect(refusing(mineHeader({ previous: start, time, withoutWork: true }))).toBe("headerWorkMissing");
  });
  test("a parent nobody knows", () => {
    expect(refusing(mineHeader({ previous: parseBlockHash("22".repeat(32)), time }))).toBe("headerOrphan");
  });
  test("cut short", () => {
    expect(codeOf(() => new HeaderChain(easyParameters()).accept(new Uint8Array(79), later))).toBe(
      "headerMalformed",
    );
  });
  test("easier than the network's limit", () => {
    expect(refusing(mineHeader({ previous: start, time, bits: 0x2100_ffff }))).toBe("headerBitsInvalid");
  });
  test.each([
    ["negative", 0x0492_3456],
    ["zero", 0x0000_0000],
    ["overflowing", 0x2312_3456],
    ["overflowing by one byte", 0x2200_ffff + 0x0100_0000],
  ])("bits that are %s", (_, bits) => {
    expect(codeOf(() => targetOfBits(bits, (1n << 256n) - 1n))).toBe("headerBitsInvalid");
  });
  test("one bad header among good ones: the good ones before it stay", () => {
    const row = [...mineRow(start, 2, { time })];
    const bad = mineHeader({ previous: row[1]!.hash, time: time + 1200, withoutWork: true });
    const chain = new HeaderChain(easyParameters());
    expect(codeOf(() => chain.accept(raw([...row, bad]), later))).toBe("headerWorkMissing");
    expect(chain.height).toBe(2017);
  });
  test("a heavier chain that contradicts a pinned block", () => {
    const honest = [...mineRow(start, 2, { time })];
    const forged = [...mineRow(start, 6, { time: time + 1 })];
    const rules = easyParameters({ pins: [{ height: 2017, hash: honest[1]!.hash }] });
    const chain = new HeaderChain(rules);
    expect(codeOf(() => chain.accept(raw(forged), later))).toBe("headerPinMismatch");
    expect(chain.reachedPins).toBe(false);
    chain.accept(raw(honest), later);
    expect(chain.reachedPins).toBe(true);
  });
});

describe("time", () => {
  test("more than two hours ahead of our clock", () => {
    const header = mineHeader({ previous: start, time });
    expect(refusing(header, undefined, time - 7201)).toBe("headerTimeTooNew");
    expect(refusing(header, undefined, time - 7200)).toBe("nothing was refused");
  });
  test("not after the median of the eleven before", () => {
    const row = [...mineRow(start, 11, { time })];
    const median = row[5]!.time;
    expect(refusing(mineHeader({ previous: row[10]!.hash, time: median }), chainOf(row))).toBe(
      "headerTimeTooOld",
    );
    expect(refusing(mineHeader({ previous: row[10]!.hash, time: median + 1 }), chainOf(row))).toBe(
      "nothing was refused",
    );
  });
});

describe("difficulty", () => {
  let period: BlockHeader[];
  beforeAll(() => {
    period = [...mineRow(start, 2016, { time, spacing: 300 })];
  });
  const span = 2015 * 300;
  const expected = () => bitsOfTarget(nextTarget(targetOfBits(easyBits, easyLimit), span, easyLimit));

  test("a period twice as fast makes the next one twice as hard", () => {
    const chain = chainOf(period);
    const next = mineHeader({ previous: period[2015]!.hash, time: time + 2016 * 300, bits: expected() });
    expect(refusing(next, chain)).toBe("nothing was refused");
    const ratio = Number((targetOfBits(easyBits, easyLimit) * 1000n) / targetOfBits(next.bits, easyLimit));
    expect(ratio).toBeGreaterThan(1990);
    expect(ratio).toBeLessThan(2010);
  });
  test("wrong retarget: the old bits, or any easier ones, are refused", () => {
    const previous = period[2015]!.hash;
    for (const bits of [easyBits, expected() + 1]) {
      expect(refusing(mineHeader({ previous, time: time + 2016 * 300, bits }), chainOf(period))).toBe(
        "headerBitsWrong",
      );
    }
  });
  test("bits that change within a period are refused, harder ones too", () => {
    const row = [...mineRow(start, 2, { time })];
    expect(
      refusing(mineHeader({ previous: row[1]!.hash, time: time + 1200, bits: 0x203f_ffff }), chainOf(row)),
    ).toBe("headerBitsWrong");
  });
  test("the first block behind a bare pin may state its bits, the second may not choose others", () => {
    const rules = easyParameters({
      start: { height: 2015, hash: start },
      pins: [{ height: 2020, hash: parseBlockHash("33".repeat(32)) }],
    });
    const chain = new HeaderChain(rules);
    const first = mineHeader({ previous: start, time, bits: 0x203f_ffff });
    expect(refusing(first, chain)).toBe("nothing was refused");
    expect(refusing(mineHeader({ previous: first.hash, time: time + 600 }), chain)).toBe("headerBitsWrong");
    expect(chain.reachedPins).toBe(false);
  });
  test("the timespan is clamped to a quarter and four times, and never easier than the limit", () => {
    const target = 1n << 200n;
    expect(nextTarget(target, 1, easyLimit)).toBe(target / 4n);
    expect(nextTarget(target, 10 ** 9, easyLimit)).toBe(target * 4n);
    expect(nextTarget(easyLimit, 10 ** 9, easyLimit)).toBe(easyLimit);
  });
  test("known retargets of mainnet", () => {
    // Block 32256 (period 30240..32255) and block 40320, as every node computed them.
    const limit = chainParameters.mainnet.powLimit;
    const step = (bits: number, from: number, to: number) =>
      bitsOfTarget(nextTarget(targetOfBits(bits, limit), to - from, limit));
    expect(step(0x1d00_ffff, 1_261_130_161, 1_262_152_739)).toBe(0x1d00_d86a);
    expect(step(0x1d00_ffff, 1_231_006_505, 1_233_061_996)).toBe(0x1d00_ffff);
    expect(step(0x1c05_a3f4, 1_279_008_237, 1_279_297_671)).toBe(0x1c01_68fd);
    expect(step(0x1c38_7f6f, 1_263_163_443, 1_269_211_443)).toBe(0x1d00_e1fd);
  });
  test("compact bits and targets go back and forth", () => {
    for (const bits of [0x1701_ebf2, 0x1d00_ffff, 0x207f_ffff, 0x1e03_77ae, 0x1b04_04cb]) {
      expect(bitsOfTarget(targetOfBits(bits, (1n << 256n) - 1n))).toBe(bits);
    }
  });
});

describe("test networks", () => {
  const hard = 0x203f_ffff;
  const rules = (retarget: "testnet3" | "testnet4") =>
    easyParameters({ retarget, start: { ...easyParameters().start, nextBits: hard } });

  test("after 20 minutes a block of minimum difficulty is allowed, and the real difficulty comes back after it", () => {
    const chain = new HeaderChain(rules("testnet3"));
    const first = mineHeader({ previous: start, time, bits: hard });
    const early = mineHeader({ previous: first.hash, time: time + 1200 });
    expect(refusing(first, chain)).toBe("nothing was refused");
    expect(refusing(early, chain)).toBe("headerBitsWrong");
    const slow = mineHeader({ previous: first.hash, time: time + 1201 });
    expect(refusing(slow, chain)).toBe("nothing was refused");
    expect(refusing(mineHeader({ previous: slow.hash, time: time + 1300 }), chain)).toBe("headerBitsWrong");
    expect(refusing(mineHeader({ previous: slow.hash, time: time + 1300, bits: hard }), chain)).toBe(
      "nothing was refused",
    );
  });

  const endsEasy = (retarget: "testnet3" | "testnet4") => {
    const chain = new HeaderChain(rules(retarget));
    const row = [...mineRow(start, 2015, { time, bits: hard })];
    const last = mineHeader({ previous: row[2014]!.hash, time: row[2014]!.time + 1201 });
    chain.accept(raw([...row, last]), later);
    const base = (bits: number) =>
      bitsOfTarget(nextTarget(targetOfBits(bits, easyLimit), last.time - time, easyLimit));
    return { chain, last, base };
  };
  test("testnet3 starts the next period from its last block, even one of minimum difficulty", () => {
    const { chain, last, base } = endsEasy("testnet3");
    expect(refusing(mineHeader({ previous: last.hash, time: last.time + 1, bits: base(hard) }), chain)).toBe(
      "headerBitsWrong",
    );
    expect(
      refusing(mineHeader({ previous: last.hash, time: last.time + 1, bits: base(easyBits) }), chain),
    ).toBe("nothing was refused");
  });
  test("testnet4 starts it from the period's first block (BIP 94), and a period cannot jump back in time", () => {
    const { chain, last, base } = endsEasy("testnet4");
    const at = (when: number, bits: number) =>
      refusing(mineHeader({ previous: last.hash, time: when, bits }), chain);
    expect(at(last.time + 1, base(easyBits))).toBe("headerBitsWrong");
    expect(at(last.time - 601, base(hard))).toBe("headerTimeTooOld");
    expect(at(last.time - 600, base(hard))).toBe("nothing was refused");
  });
});

describe("pinned blocks of this release", () => {
  test.each(Object.values(chainParameters))(
    "$name: each pin meets its own network's limit and ends a period",
    ({ start: from, pins, powLimit, retarget }) => {
      for (const pin of [from, ...pins]) {
        expect(BigInt(`0x${pin.hash}`)).toBeLessThanOrEqual(retarget === "none" ? 1n << 256n : powLimit);
        if (retarget !== "none") expect(pin.height % 2016).toBe(2015);
      }
    },
  );
  test("the pinned mainnet block meets the difficulty of its time", () => {
    const { start: from, powLimit } = chainParameters.mainnet;
    expect(BigInt(`0x${from.hash}`)).toBeLessThan(targetOfBits(from.nextBits!, powLimit) * 2n);
  });
  test("regtest begins at the block every regtest node begins with", () => {
    const genesis = hex.decode(
      "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4adae5494dffff7f2002000000",
    );
    const chain = new HeaderChain({
      ...chainParameters.regtest,
      start: { height: -1, hash: parseBlockHash("00".repeat(32)) },
    });
    chain.accept(genesis, later);
    expect(chain.tip?.hash).toBe(chainParameters.regtest.start.hash);
    expect(chain.tip?.time).toBe(chainParameters.regtest.start.time);
  });
});
