import { expect, test } from "vitest";
import { hashOf, type Hash, type PartyId } from "../../../rounds/index.ts";
import { partyId, roundId } from "../../../rounds/core/names.ts";
import type { Decision } from "../../../rounds/core/decision.ts";
import type { CoordinatorRequest, Standing } from "../../../rounds/signing/coordinator-state.ts";
import type { Operation } from "../../../rounds/operation/operation.ts";
import type { BitcoinNode } from "../../../sbtc/bitcoin/node.ts";
import { chainParameters } from "../../../sbtc/bitcoin/spv/parameters.ts";
import { networks } from "../../../sbtc/network.ts";
import { messagesIn, type Round } from "../../../sbtc/peg/coordinator/rounds.ts";
import { proposalsOf } from "../../../sbtc/peg/operation/kinds.ts";
import { refuse } from "../../../sbtc/refusal.ts";
import type { StacksNode } from "../../../sbtc/stacks/node.ts";
import { MemoryNode } from "../../../sbtc/testing/memory-node.ts";
import { soloGroup } from "../../../sbtc/testing/wallets.ts";
import { MemoryStore } from "../../memory-store.ts";
import { Table } from "../../seat/testing/people.ts";
import { ManualClock } from "../../testing/manual-clock.ts";
import { PegDesk, type Judge } from "../signer/desk.ts";
import { PegSigner, type Review } from "../signer/signer.ts";
import { signerNetworks } from "../signer/sources.ts";
import { feeKeys } from "./fee-keys.ts";
import { hostView } from "./host-view.ts";
import { PegHost } from "./host.ts";
import { saveMemory, freshMemory } from "./memory.ts";
import { SeatFrost } from "./seat-frost.ts";

// Two devices hold the same coordinator: one of them came out of its backup. Their signers are the same tabs.

type Question = Extract<Decision, { tag: "approveOperation" }>;
const { roster, groupId } = new Table(2, ["Ann", "Ben", "Cleo"]).ready().coordinator.group.sealed;
const coordinator = partyId(new Uint8Array(32).fill(0xcc));
const passing: Review = {
  checks: [[{ id: "F1", state: "passed", says: "" }]],
  mayApprove: true,
  verdict: { tag: "approve" },
  final: null,
  at: 0,
};
const sealer = {
  seal: (_: string, bytes: Uint8Array) => bytes,
  open: (_: string, bytes: Uint8Array) => bytes,
};
const settled = async () => {
  for (let i = 0; i < 200; i++) await Promise.resolve();
};

/** A signer whose checks all pass: only who asks decides. */
class Signer {
  readonly store = new MemoryStore();
  readonly questions = new Map<string, { question: Question; tell: (no: string | null) => void }>();
  desk = this.open();

  open(): PegDesk {
    return new PegDesk({
      clock: new ManualClock(),
      open: async (): Promise<Judge> => {
        const { terms, contracts } = signerNetworks.devnet;
        const setting = {
          ...{ ...terms, network: networks.regtest, groupKey: soloGroup(1).key },
          expiredPegScripts: [],
        };
        const { start } = chainParameters.regtest;
        const signer = await PegSigner.open(
          {
            ...{ bitcoin: [new MemoryNode()], stacks: [], minSources: 1, store: this.store, sealer },
            ...{ clock: new ManualClock(), successor: () => null, alarm: () => false },
          },
          {
            group: groupId,
            roster,
            setting,
            parameters: chainParameters.regtest,
            start: { height: start.height, hash: start.hash },
            contractNetwork: contracts,
          },
        );
        return {
          highestEpoch: (who, epoch) => signer.highestEpoch(who, epoch),
          look: () => Promise.resolve(passing),
          approve: async (_, __, commit) => {
            await commit([]);
            return { ...passing, approved: true };
          },
        };
      },
      questions: () => [...this.questions.values()].map(({ question }) => question),
      answer: (id, verdict) => {
        const one = this.questions.get(id);
        this.questions.delete(id);
        one?.tell(verdict.tag === "yes" ? null : verdict.reason);
        return Promise.resolve();
      },
      onChange: () => undefined,
      onFault: (error) => {
        throw error;
      },
    });
  }
}

/** One device: its own memory of what it asked, its own disk. */
class Device {
  readonly store = new MemoryStore();
  readonly clock = new ManualClock();
  readonly requests = new Map<Hash, CoordinatorRequest>();
  readonly #signers: readonly Signer[];
  readonly #mark: number;
  #serial = 0;
  readonly frost = new SeatFrost({
    clock: this.clock,
    requests: () => this.requests,
    ask: (operation) => this.#ask(operation),
    cancel: () => Promise.resolve(),
    nameOf: () => "a signer",
    canDoWithout: (seats) => roster.seats.length - seats.length >= roster.threshold,
  });

  readonly group = { roster, groupId, key: soloGroup(1).key, frost: this.frost };

  constructor(signers: readonly Signer[], mark: number) {
    this.#signers = signers;
    this.#mark = mark;
  }

  /** Its tab, opened on its own disk. The chains do not answer: who coordinates does not depend on them. */
  async open(begunAt: number): Promise<PegHost> {
    const known = await this.store.get(`peg-host/${groupId}`);
    if (known === null) await saveMemory(this.store, groupId, { ...freshMemory, begunAt });
    const down = new Proxy({}, { get: () => () => Promise.reject(unreachable()) });
    return PegHost.open(
      {
        ...{ bitcoin: down as BitcoinNode, stacks: down as StacksNode, store: this.store, clock: this.clock },
        ...{
          rng: { bytes: (length) => new Uint8Array(length) },
          groups: () => [this.group],
          faucet: null,
          signers: () => [],
          site: "",
        },
        onChange: () => undefined,
        onFault: (error) => {
          throw error;
        },
      },
      { ...this.group, fees: feeKeys(new Uint8Array(32).fill(1), groupId) },
    );
  }

  async #ask(operation: Operation): Promise<void> {
    const digest = hashOf(new Uint8Array(32).fill(this.#mark + ++this.#serial));
    const standings = new Map<PartyId, Standing>();
    const request = {
      ...{ groupId, coordinator, expiry: 10, operation, messages: [] },
      roundId: roundId(new Uint8Array(16)),
    };
    this.requests.set(digest, { tag: "collectingShares", request, standings, sessions: new Map() });
    let yes = 0;
    for (const [i, signer] of this.#signers.entries()) {
      const id = `${digest}/${i}`;
      const question: Question = {
        ...{ tag: "approveOperation", id, digest, request },
        view: { title: "", fields: [] },
      };
      const tell = (no: string | null): void => {
        const seat = roster.seats[i]!.identity;
        if (no === null) yes += 1;
        else standings.set(seat, { tag: "refused", reason: no });
        const live = { request, standings: new Map(standings), sessions: new Map() };
        const count = (proposalsOf(operation) ?? []).reduce((sum, one) => sum + messagesIn(one), 0);
        const signatures = Array.from({ length: count }, () => new Uint8Array(64));
        if (yes >= roster.threshold) this.requests.set(digest, { tag: "signed", ...live, signatures });
        else if (standings.size > roster.seats.length - roster.threshold)
          this.requests.set(digest, { tag: "failed", ...live });
        this.frost.tend();
      };
      signer.questions.set(id, { question, tell });
      signer.desk.tend();
    }
    await settled();
  }
}

function unreachable(): Error {
  try {
    return refuse("nodeUnreachable", "nobody answers");
  } catch (error) {
    return error as Error;
  }
}

const roundOf = (number: number): Round => ({
  number,
  byHand: false,
  items: [
    {
      id: `pegIn:${number.toString(16).padStart(64, "0")}:0` as Round["items"][number]["id"],
      proposal: {
        ...{ tag: "action", contract: "ST1TNW5XKBHTZPN9M345JC8M1GZR5F0DJGAYMD3R6.sbtc" },
        ...{ chainId: 0x80000000, epoch: 0n },
        action: { tag: "setWallet", address: "bcrt1", key: new Uint8Array(32).fill(number) },
      },
    },
  ],
});

test("signers answer the device that took over last; the other stops, says so, and can take over again", async () => {
  const signers = [new Signer(), new Signer(), new Signer()];
  const [old, restored] = [new Device(signers, 0), new Device(signers, 100)];
  const first = await old.open(1_000);
  expect((await old.frost.sign(roundOf(1))).tag).toBe("signed");
  await restored.open(2_000);
  expect((await restored.frost.sign(roundOf(2))).tag).toBe("signed");

  const refused = await old.frost.sign(roundOf(3));
  await settled();
  expect(refused.tag).not.toBe("signed");
  expect(first.snapshot().memory.overtakenBy).toBe(2_000);
  expect(hostView(first.snapshot()).loop.state).toBe("elsewhere");

  // A reload forgets nothing of it, and neither do the signers.
  first.close();
  for (const signer of signers) signer.desk = signer.open();
  const again = await old.open(1_000);
  expect(hostView(again.snapshot()).loop.state).toBe("elsewhere");
  await again.command({ do: "peg-take-over" });
  expect(hostView(again.snapshot()).loop.state).toBe("off");
  expect((await old.frost.sign(roundOf(3))).tag).toBe("signed");
  expect((await restored.frost.sign(roundOf(4))).tag).not.toBe("signed");
});

test("one signer that lies about a later device stops nobody", async () => {
  const signers = [new Signer(), new Signer(), new Signer()];
  const device = new Device(signers, 0);
  const host = await device.open(1_000);
  const [liar] = signers;
  liar!.desk.close();
  const signed = device.frost.sign(roundOf(1));
  for (const { tell } of [...liar!.questions.values()]) tell("laterCoordinator 99999999999999999999");
  expect((await signed).tag).toBe("signed");
  expect(host.snapshot().memory.overtakenBy).toBeNull();
});
