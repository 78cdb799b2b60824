import { Cl, ClarityType, type ClarityValue } from "@stacks/transactions";
import { expect, test } from "vitest";
import type { StacksInfo } from "../../../sbtc/stacks/node.ts";
import type { Query } from "../../../sbtc/stacks/query.ts";
import { TipReads, type ContractReader } from "./tip-reads.ts";

/** A chain whose one contract answers a number, and counts how often it was asked. */
class CountingNode implements ContractReader {
  says = 1n;
  tip = "a0";
  burn = 100;
  asked = 0;
  /** Set where answers wait for the test to let them go. */
  gate: Promise<void> = Promise.resolve();

  info = (): Promise<StacksInfo> =>
    Promise.resolve({
      chainId: 1,
      burnBlockHeight: this.burn,
      stacksTipHeight: 7,
      stacksTip: this.tip,
      serverVersion: "test",
      synced: true,
    });
  async read<T>(query: Query<T>): Promise<T> {
    this.asked += 1;
    const { says } = this;
    await this.gate;
    return query.read(Cl.uint(says));
  }
}

const number = (value: ClarityValue): bigint => (value.type === ClarityType.UInt ? BigInt(value.value) : -1n);
const query = (...args: readonly ClarityValue[]): Query<bigint> => ({
  contract: "ST1TNW5XKBHTZPN9M345JC8M1GZR5F0DJGAYMD3R6.sbtc",
  functionName: "get-balance",
  args,
  read: number,
});

/** One look: the tip first, then what the contract says. */
async function look(reads: TipReads): Promise<bigint> {
  await reads.info();
  return reads.read(query());
}

test("a contract is asked once per tip", async () => {
  const node = new CountingNode();
  const reads = new TipReads(node);
  expect([await look(reads), await look(reads), await look(reads)]).toEqual([1n, 1n, 1n]);
  expect(node.asked).toBe(1);
});

test("a reorganisation to another block of the same height is read anew, and so is the way back", async () => {
  const node = new CountingNode();
  const reads = new TipReads(node);
  await look(reads);
  Object.assign(node, { tip: "b0", says: 2n });
  expect(await look(reads)).toBe(2n);
  Object.assign(node, { tip: "a0", says: 3n });
  expect(await look(reads)).toBe(3n);
  expect(node.asked).toBe(3);
});

test("a Bitcoin block is read anew even where Stacks has the same tip: contracts read its height", async () => {
  const node = new CountingNode();
  const reads = new TipReads(node);
  await look(reads);
  Object.assign(node, { burn: 101, says: 2n });
  expect(await look(reads)).toBe(2n);
});

test("an answer that is under way while the tip moves is kept for neither tip", async () => {
  const node = new CountingNode();
  const reads = new TipReads(node);
  await reads.info();
  let open = (): void => undefined;
  node.gate = new Promise((resolve) => (open = resolve));
  const late = reads.read(query());
  Object.assign(node, { tip: "b0", says: 2n });
  await reads.info();
  open();
  expect(await late).toBe(1n);
  expect(await reads.read(query())).toBe(2n);
});

test("another argument is another question", async () => {
  const node = new CountingNode();
  const reads = new TipReads(node);
  await reads.info();
  await reads.read(query(Cl.uint(1)));
  node.says = 2n;
  expect(await reads.read(query(Cl.uint(2)))).toBe(2n);
});

test("an answer that cannot be read is asked for again", async () => {
  const node = new CountingNode();
  const reads = new TipReads(node);
  await reads.info();
  const spoilt: Query<bigint> = {
    ...query(),
    read: () => {
      throw new Error("it has another shape");
    },
  };
  await expect(reads.read(spoilt)).rejects.toThrow("it has another shape");
  expect(await reads.read(query())).toBe(1n);
  expect(node.asked).toBe(2);
});
