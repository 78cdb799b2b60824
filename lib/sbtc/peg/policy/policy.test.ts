import { describe, expect, test } from "vitest";
import { networks } from "../../network.ts";
import { SignedMemory, type SignedEntry } from "../checks/memory.ts";
import type { Check } from "../checks/result.ts";
import type { ActionProposal, Proposal } from "../proposal.ts";
import { dryRun, judgeByPolicy, manualPolicy, policyFault, policyRows, type Policy } from "./policy.ts";

const network = networks.regtest;
const passed: readonly Check[] = [{ id: "F1", state: "passed", says: "" }];
const noon = 12 * 3_600_000;
const policy: Policy = {
  ...manualPolicy,
  mode: "automatic",
  most: { in: 50_000n, out: 40_000n },
  window: { blocks: 10, in: 100_000n, out: 60_000n },
};
const burnBlock = { height: 5, hash: "11".repeat(32) };
const action = (one: ActionProposal["action"]): Proposal => ({
  tag: "action",
  action: one,
  contract: "ST3RBZ4TZ3EK22SZRKGFZYBCKD7WQ5B8FFRS57TT6.sbtc",
  chainId: 1,
  epoch: 1n,
});
const mint = (amount: bigint, number = 1): Proposal =>
  action({
    tag: "mint",
    amount,
    recipient: "ST-HOLDER",
    deposit: { txid: number.toString(16).padStart(64, "0"), vout: 1 },
    burnBlock,
  });
const lock = (amount: bigint, number = 1): Proposal =>
  action({
    tag: "lock",
    amount,
    script: new Uint8Array(22),
    address: "bcrt1-recipient",
    dialect: "D2",
    ownerSignature: new Uint8Array(65),
    txid: number.toString(16).padStart(64, "0"),
    burnBlock,
  });
const approvedAt = (height: number, ...proposals: Proposal[]): SignedEntry[] =>
  proposals.map((proposal) => ({ proposal, height, automatic: true }));
const reasonOf = (
  proposal: Proposal,
  change: {
    policy?: Partial<Policy>;
    memory?: SignedMemory;
    height?: number;
    now?: number;
    alarm?: boolean;
    checks?: readonly Check[];
  } = {},
) => {
  const verdict = judgeByPolicy({ ...policy, ...change.policy }, proposal, change.checks ?? passed, {
    network,
    memory: change.memory ?? new SignedMemory(),
    height: change.height ?? 100,
    now: change.now ?? noon,
    alarm: change.alarm ?? false,
  });
  return verdict.tag === "approve" ? "approved" : verdict.reason;
};

describe("a policy", () => {
  test("approves within its limits, and asks above them", () => {
    expect(reasonOf(mint(50_000n))).toBe("approved");
    expect(reasonOf(mint(50_001n))).toBe("aboveOperation");
    expect(reasonOf(lock(40_000n))).toBe("approved");
    expect(reasonOf(lock(40_001n))).toBe("aboveOperation");
  });
  test("counts many small requests together, over blocks and not over time", () => {
    const memory = new SignedMemory(approvedAt(95, mint(40_000n, 1), mint(40_000n, 2)));
    expect(reasonOf(mint(20_000n, 3), { memory })).toBe("approved");
    expect(reasonOf(mint(20_001n, 3), { memory })).toBe("aboveWindow");
    expect(reasonOf(mint(20_001n, 3), { memory, height: 105 })).toBe("approved");
  });
  test("counts a request once, however often it is asked for", () => {
    const memory = new SignedMemory(approvedAt(99, lock(40_000n), lock(40_000n), lock(40_000n)));
    expect(reasonOf(lock(40_000n), { memory })).toBe("approved");
    expect(reasonOf(lock(20_001n, 2), { memory })).toBe("aboveWindow");
  });
  test("never answers what a check refused, left out or asks about", () => {
    const refused: Check = { id: "F1", state: "refused", code: "notConfirmed", says: "", mayPass: true };
    expect(reasonOf(mint(1n), { checks: [...passed, refused] })).toBe("notApprovable");
    expect(reasonOf(mint(1n), { checks: [...passed, { id: "F2", state: "skipped" }] })).toBe("notApprovable");
    expect(reasonOf(mint(1n), { checks: [{ id: "F7", state: "asks", says: "" }] })).toBe("checksAsk");
    expect(reasonOf(mint(1n), { checks: [] })).toBe("notApprovable");
  });
  test("never answers for returns, rejections, hand-offs and new wallets", () => {
    const deposit = { txid: "ab".repeat(32), vout: 0 };
    expect(reasonOf(action({ tag: "setWallet", address: "x", key: new Uint8Array(32) }))).toBe("byHand");
    expect(reasonOf(action({ tag: "reject", reason: 1, deposit, burnBlock }))).toBe("byHand");
    const unsigned = new Uint8Array();
    const handOff = { tag: "handOff", cycle: 1n, nextKey: new Uint8Array(32) } as const;
    expect(reasonOf({ tag: "transaction", purpose: handOff, unsigned, spends: [] })).toBe("byHand");
  });
  test("keeps to its recipients and hours, also over midnight", () => {
    expect(reasonOf(mint(1n), { policy: { recipients: ["ST-OTHER"] } })).toBe("recipientNotListed");
    expect(reasonOf(mint(1n), { policy: { recipients: ["ST-HOLDER"] } })).toBe("approved");
    const night = { from: 22 * 60, to: 6 * 60 };
    expect(reasonOf(mint(1n), { policy: { hours: night } })).toBe("outsideHours");
    expect(reasonOf(mint(1n), { policy: { hours: night }, now: 23 * 3_600_000 })).toBe("approved");
    expect(reasonOf(mint(1n), { policy: { hours: night }, now: 5 * 3_600_000 })).toBe("approved");
    expect(reasonOf(mint(1n), { policy: { hours: night }, now: 6 * 3_600_000 })).toBe("outsideHours");
  });
  test("after a restore answers nothing for one window, and nothing at all until it is switched on", () => {
    expect(reasonOf(mint(1n), { policy: { restoredAt: 95 } })).toBe("restoredLately");
    expect(reasonOf(mint(1n), { policy: { restoredAt: 95 }, height: 105 })).toBe("approved");
    expect(reasonOf(mint(1n), { policy: manualPolicy })).toBe("manual");
  });
  test("is off while a member reports another code", () => {
    expect(reasonOf(mint(1n), { alarm: true })).toBe("alarm");
  });
  test("is shown as it takes effect, and tried on the past", () => {
    expect(policyRows(policy).map(({ value }) => value)).toContain("Up to 0.00050000 BTC");
    expect(policyRows(manualPolicy)).toEqual([{ rule: "Every request", value: "Waits for you" }]);
    const past = approvedAt(95, mint(50_000n, 1), mint(50_000n, 2), mint(10_000n, 3)).map((entry) => ({
      ...entry,
      at: noon,
    }));
    const verdicts = dryRun(policy, past, network).map(({ verdict }) =>
      verdict.tag === "ask" ? verdict.reason : "approved",
    );
    expect(verdicts).toEqual(["approved", "approved", "aboveWindow"]);
  });
  test("with impossible limits is refused before it is stored", () => {
    expect(policyFault(policy)).toBeNull();
    expect(policyFault({ ...policy, window: { ...policy.window, blocks: 0 } })).toBe("window");
    expect(policyFault({ ...policy, hours: { from: 0, to: 1_440 } })).toBe("hours");
    expect(policyFault({ ...policy, most: { in: -1n, out: 0n } })).toBe("caps");
    expect(policyFault({ ...policy, hours: { from: 60, to: 60 } })).toBe("hours");
    expect(policyFault({ ...policy, window: { ...policy.window, out: 39_999n } })).toBe("windowBelowOne");
    expect(policyFault(manualPolicy)).toBeNull();
  });
});
