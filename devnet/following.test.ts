import { expect, test } from "vitest";
import type { BurnBlock, BurnListener } from "./burn.ts";
import { Following } from "./following.ts";

/** A listener that remembers what it was told, beside a chain whose blocks are named by whoever tests. */
function pair() {
  const told: BurnBlock[] = [];
  const blocks: BurnBlock[] = [];
  const block = (height: number, hash: string): BurnBlock => ({ height, hash, time: height });
  const listener: BurnListener = {
    onBitcoinBlock: (next) => Promise.resolve(void told.push(next)),
    onReorg: (fork) => Promise.resolve(void told.splice(fork)),
    burnBlock: (height) => told[height - 1],
    get burnHeight() {
      return told.at(-1)?.height ?? -1;
    },
  };
  const chain = {
    firstHeight: 1,
    get tipHeight() {
      return blocks.length;
    },
    blockAt(height: number) {
      const found = blocks[height - 1];
      if (found === undefined) throw new RangeError(`no block ${height}`);
      return found;
    },
  };
  const faults: unknown[] = [];
  const following = new Following(listener, chain, (error) => faults.push(error));
  return {
    following,
    faults,
    hashes: () => told.map(({ hash }) => hash).join(" "),
    mine: (hash: string) => blocks.push(block(blocks.length + 1, hash)),
    rewind: (depth: number) => blocks.splice(blocks.length - depth),
  };
}

test("while it is held the Stacks chain stays where it is, and afterwards it follows the branch that won", async () => {
  const { following, hashes, mine, rewind, faults } = pair();
  mine("a1");
  mine("a2");
  following.catchUp();
  await following.idle();
  expect(hashes()).toBe("a1 a2");

  following.hold(true);
  rewind(1);
  mine("b2");
  mine("b3");
  following.catchUp();
  await following.idle();
  expect(hashes()).toBe("a1 a2");

  following.hold(false);
  await following.idle();
  expect(hashes()).toBe("a1 b2 b3");
  expect(faults).toEqual([]);
});

test("it is held and let go by a command, and a command that says neither is refused", async () => {
  const { following, hashes, mine } = pair();
  const handle = following.handler();
  const command = async (body: string, path = "/devnet/follow") =>
    (await handle({ method: "POST", path, query: "", body: new TextEncoder().encode(body) }))?.status ?? null;
  expect(await command('{"following":false}')).toBe(200);
  mine("a1");
  following.catchUp();
  await following.idle();
  expect(hashes()).toBe("");
  expect(await command('{"following":true}')).toBe(200);
  await following.idle();
  expect(hashes()).toBe("a1");
  expect(await command("{}")).toBe(400);
  expect(await command("no")).toBe(400);
  expect(await command("{}", "/devnet/other")).toBe(null);
});
