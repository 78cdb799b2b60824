import { expect, test } from "vitest";
import { hashOf, type Hash, type PartyId } from "../../../rounds/index.ts";
import type { Operation } from "../../../rounds/operation/operation.ts";
import type { CoordinatorRequest, LiveRequest, Standing } from "../../../rounds/signing/coordinator-state.ts";
import type { Round, RoundItem } from "../../../sbtc/peg/coordinator/rounds.ts";
import { proposalsToSign } from "../../../sbtc/peg/operation/kinds.ts";
import type { ActionProposal } from "../../../sbtc/peg/proposal.ts";
import { parseTxid } from "../../../sbtc/bytes.ts";
import { SeatFrost } from "./seat-frost.ts";

const contract = "ST1TNW5XKBHTZPN9M345JC8M1GZR5F0DJGAYMD3R6.sbtc";
const txid = (number: number) => parseTxid(number.toString(16).padStart(64, "0"));

const item = (number: number): RoundItem => {
  const action = { tag: "setWallet", key: new Uint8Array(32).fill(number), address: "bcrt1" } as const;
  const proposal: ActionProposal = { tag: "action", action, contract, chainId: 0x80000000, epoch: 0n };
  return { id: `pegIn:${txid(number)}:0`, proposal };
};
const round = (...numbers: readonly number[]): Round => ({
  number: 1,
  items: numbers.map(item),
  byHand: false,
});
const operationOf = ({ items }: Round): Operation => proposalsToSign(items.map(({ proposal }) => proposal));
const signature = (fill: number): Uint8Array => new Uint8Array(64).fill(fill);

type Ended =
  | { readonly tag: "signed"; readonly signatures: readonly Uint8Array[] }
  | { readonly tag: "failed" | "expired" }
  | { readonly tag: "cancelled"; readonly reason: string };

/** A seat whose requests stay until the test says how they end. */
class DeskOfRequests {
  requests = new Map<Hash, CoordinatorRequest>();
  asked: Operation[] = [];
  cancelled: Hash[] = [];
  frost: SeatFrost;
  #serial = 0;

  constructor() {
    this.frost = this.open();
  }
  /** A tab that opens with what an earlier one left. */
  open(): SeatFrost {
    this.frost = new SeatFrost({
      clock: { now: () => 1_000, after: () => () => undefined },
      requests: () => this.requests,
      ask: (operation) => {
        this.asked.push(operation);
        this.put(operation);
        return Promise.resolve();
      },
      cancel: (digest, reason) => {
        this.cancelled.push(digest);
        this.end(digest, { tag: "cancelled", reason });
        return Promise.resolve();
      },
      nameOf: (id) => (id === "ann" ? "Ann" : "Ben"),
      canDoWithout: (seats) => seats.length < 2,
    });
    return this.frost;
  }
  put(operation: Operation): void {
    const request = { operation } as LiveRequest["request"];
    const digest = hashOf(new Uint8Array(32).fill(++this.#serial));
    this.requests.set(digest, {
      tag: "collectingShares",
      request,
      standings: new Map(),
      sessions: new Map(),
    });
  }
  end(digest: Hash, end: Ended, standings: ReadonlyMap<PartyId, Standing> = new Map()): void {
    const live = this.requests.get(digest);
    if (live === undefined) throw new Error("there is no such request");
    this.requests.set(digest, { ...live, standings, ...end });
    this.frost.tend();
  }
  get last(): Hash {
    const digest = [...this.requests.keys()].at(-1);
    if (digest === undefined) throw new Error("nothing was asked");
    return digest;
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

test("each proposal of a round gets the signatures of its own messages", async () => {
  const desk = new DeskOfRequests();
  const asked = desk.frost.sign(round(1, 2));
  await turn();
  desk.end(desk.last, { tag: "signed", signatures: [signature(1), signature(2)] });
  expect(await asked).toEqual({ tag: "signed", signatures: [[signature(1)], [signature(2)]] });
});

test("what was asked before a reload is found again, and nobody is asked twice", async () => {
  const desk = new DeskOfRequests();
  void desk.frost.sign(round(1));
  await turn();
  const again = desk.open().sign(round(1));
  await turn();
  expect(desk.asked).toEqual([operationOf(round(1))]);
  desk.end(desk.last, { tag: "signed", signatures: [signature(3)] });
  expect(await again).toEqual({ tag: "signed", signatures: [[signature(3)]] });
  expect(await desk.open().sign(round(1))).toEqual({ tag: "signed", signatures: [[signature(3)]] });
  expect(desk.asked).toHaveLength(1);
});

test("a request that is part of a new round is taken back, so that nobody reads the same twice", async () => {
  const desk = new DeskOfRequests();
  void desk.frost.sign(round(1));
  await turn();
  const first = desk.last;
  void desk.open().sign(round(1, 2));
  await turn();
  expect(desk.cancelled).toEqual([first]);
  expect(desk.asked).toHaveLength(2);
});

test("a question about the same deposit as of another block takes the earlier one back, also after a reload", async () => {
  const mint = (height: number): Round => {
    const hash = height.toString(16).padStart(64, "0");
    const action = {
      ...({ tag: "mint", amount: 5n, recipient: contract } as const),
      ...{ deposit: { txid: txid(7), vout: 0 }, burnBlock: { height, hash } },
    } as const;
    const proposal: ActionProposal = { tag: "action", action, contract, chainId: 0x80000000, epoch: 1n };
    return { number: 1, items: [{ id: `pegIn:${txid(7)}:0`, proposal }], byHand: false };
  };
  const desk = new DeskOfRequests();
  void desk.frost.sign(mint(100));
  await turn();
  const first = desk.last;
  void desk.open().sign(mint(101));
  await turn();
  expect(desk.cancelled).toEqual([first]);
  expect(desk.asked).toHaveLength(2);
});

test("a round is withdrawn from the people who have not answered it", async () => {
  const desk = new DeskOfRequests();
  const asked = desk.frost.sign(round(1));
  await turn();
  await desk.frost.withdraw(round(2));
  expect(desk.cancelled).toEqual([]);
  await desk.frost.withdraw(round(1));
  expect(desk.cancelled).toEqual([desk.last]);
  expect(await asked).toMatchObject({ tag: "refused" });
});

test("who refused, and why, comes back in words; after that the same may be asked anew", async () => {
  const desk = new DeskOfRequests();
  const asked = desk.frost.sign(round(1));
  await turn();
  const refused = new Map([
    ["ann" as PartyId, { tag: "refused", reason: "aboveCap" } as const],
    ["ben" as PartyId, { tag: "refused", reason: "Another reason: not on a Sunday" } as const],
  ]);
  desk.end(desk.last, { tag: "failed" }, refused);
  expect(await asked).toEqual({
    tag: "refused",
    reason: "Ann: The amount is above the cap for one operation; Ben: Another reason: not on a Sunday",
  });
  void desk.frost.sign(round(1));
  await turn();
  expect(desk.asked).toHaveLength(2);
});

test.each([
  [{ tag: "expired" } as const, "missing"],
  [{ tag: "failed" } as const, "missing"],
  [{ tag: "cancelled", reason: "by Mara" } as const, "refused"],
])("a round that ends as %o is %s", async (end, tag) => {
  const desk = new DeskOfRequests();
  const asked = desk.frost.sign(round(1));
  await turn();
  desk.end(desk.last, end);
  expect(await asked).toMatchObject({ tag });
});

test("a request that the machines did not take is missing, not waited for", async () => {
  const desk = new DeskOfRequests();
  desk.put = () => undefined;
  expect(await desk.frost.sign(round(1))).toMatchObject({ tag: "missing" });
});

test("a closed seat answers whoever still waits", async () => {
  const desk = new DeskOfRequests();
  const asked = desk.frost.sign(round(1));
  await turn();
  desk.frost.close();
  expect(await asked).toMatchObject({ tag: "missing" });
});
