import "fake-indexeddb/auto";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { beforeAll, describe, expect, test } from "vitest";
import { encodeJournal } from "../../rounds/core/journal.ts";
import { backupOf } from "../../rounds/index.ts";
import { checkProposal, refusedCodes } from "../../sbtc/peg/checks/check.ts";
import { SignedMemory } from "../../sbtc/peg/checks/memory.ts";
import { manualPolicy, type Policy } from "../../sbtc/peg/policy/policy.ts";
import type { Proposal } from "../../sbtc/peg/proposal.ts";
import { SignerWorld } from "../../sbtc/peg/testing/signer-world.ts";
import type { Txid } from "../../sbtc/bytes.ts";
import { networks } from "../../sbtc/network.ts";
import { encodePegOutRequest } from "../../sbtc/ops/peg-out-request.ts";
import { transactionWith } from "../../sbtc/testing/transactions.ts";
import { soloGroup } from "../../sbtc/testing/wallets.ts";
import { MemoryStore } from "../memory-store.ts";
import { freshMemory, loadMemory } from "../peg/host/memory.ts";
import { loadSigner, type KeptEntry } from "../peg/signer/storage.ts";
import type { PegMemory } from "../peg/signer/memory-file.ts";
import { Profiles } from "../store/profiles.ts";
import { writeBackup } from "../vault/backup.ts";
import { isVaultError } from "../vault/errors.ts";
import { createProfile } from "./new-seat.ts";
import type { SessionPorts } from "./ports.ts";
import { readBackup } from "./backup.ts";
import { decodeContents, encodeContents } from "./backup-contents.ts";
import { encodeSecrets, type SeatSecrets } from "./secrets.ts";
import { sealerOf } from "./sealer.ts";
import { type Person, Table } from "./testing/people.ts";

const passphrase = "correct horse battery staple";
const rng = { bytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)) };

let ann: Person;
let secrets: SeatSecrets;
let record: Uint8Array;
let group: string;

beforeAll(() => {
  ann = new Table(2, ["Ann", "Ben", "Cleo"]).ready().signer("Ann");
  secrets = { ...ann.secrets, identity: sha256(utf8ToBytes("person/Ann")) };
  record = backupOf(ann.party)!;
  group = ann.group.sealed.groupId;
});

const entryOf = (proposal: Proposal): KeptEntry => ({
  proposal,
  height: 9,
  at: 1_700_000_000_000,
  automatic: true,
  request: "07".repeat(32),
});
const automatic: Policy = {
  ...manualPolicy,
  mode: "automatic",
  most: { in: 5n, out: 6n },
  window: { blocks: 10, in: 50n, out: 60n },
  recipients: ["ST-HOLDER"],
  hours: { from: 60, to: 120 },
};

async function sealed(contents: Uint8Array): Promise<string> {
  const label = { group: "Test", seat: "Ann", made: new Date(0).toISOString() };
  const cost = { N: 2 ** 15, r: 8, p: 1 };
  const file = await writeBackup(contents, label, passphrase, rng.bytes, { cost });
  if (typeof file !== "string") throw new Error(file.code);
  return file;
}

/** What another browser has after it restored a file with these contents. */
async function restored(contents: Uint8Array) {
  const found = await readBackup(await sealed(contents), passphrase, rng, () => undefined);
  if (isVaultError(found)) throw new Error(found.code);
  const store = new MemoryStore();
  const kept = Object.assign(store, { close: () => Promise.resolve() });
  const ports = { rng, clock: { now: () => 5 }, openStore: () => Promise.resolve(kept) };
  const profiles = await Profiles.open(`restored-${rng.bytes(8).join("")}`);
  const seat = { ...found, role: "signer" } as const;
  const lock = { kind: "passphrase", passphrase } as const;
  const made = await createProfile(ports as unknown as SessionPorts, profiles, seat, lock);
  if (isVaultError(made)) throw new Error(made.code);
  const signer = await loadSigner(group, store, sealerOf(made.vault));
  return { ...signer, host: await loadMemory(store, group) };
}

describe("a backup of a signer", () => {
  test("brings back what it approved and what its policy said, switched off and marked as restored", async () => {
    const world = new SignerWorld();
    const request = await world.readyToPay();
    const payment = world.transaction(world.pay(request), { tag: "fulfilment", request: request.txid });
    const peg: PegMemory = {
      group,
      entries: [entryOf(await world.lockOf(request)), entryOf(payment)],
      policy: automatic,
      start: { height: 3, hash: world.tip },
    };
    const memory = { ...freshMemory, begunAt: 7, allowList: true };
    const hosts = [{ group, memory: utf8ToBytes(JSON.stringify(memory)) }];
    const kept = await restored(encodeContents({ secrets, record, peg: [peg], hosts }));
    // A coordinator keeps its lists, and does not go on by itself: the old device may still do so.
    expect(kept.host).toEqual({ ...memory, overtakenBy: 7 });
    expect(kept.entries).toEqual(peg.entries);
    expect(kept.policy).toEqual({ ...automatic, mode: "manual" });
    expect(kept).toMatchObject({ restored: true, next: 2 });
    expect(new SignedMemory(kept.entries).pinnedContract).toBe(world.contractId);
  }, 30_000);

  test("keeps a restored seat from serving a request twice, and from a second hand-off", async () => {
    const world = new SignerWorld();
    const request = await world.readyToPay();
    const { amount, signature } = request;
    const copy = transactionWith(
      [
        encodePegOutRequest({ amount, signature, memo: new Uint8Array() }, networks.regtest),
        { amount: 330n, script: request.recipientScript },
        { amount: 2_000n, script: world.group.script },
      ],
      [{ txid: "5e".repeat(32) as Txid }],
    );
    await world.mine([copy], 2);
    const replayed = { ...request, txid: copy.txid, feeOutpoint: { txid: copy.txid, vout: 2 } };
    const handed = world.action({ tag: "setWallet", address: "x", key: soloGroup(9).key });
    const entries = [entryOf(await world.lockOf(request)), entryOf(handed)];
    const peg = { group, entries, policy: automatic, start: null };
    const contents = decodeContents(encodeContents({ secrets, record, peg: [peg], hosts: [] }));
    if (contents === null || contents === "newer") throw new Error("it does not open");
    // A source that hides the first use finds out nothing beyond what the seat remembers.
    world.messages.clear();
    expect(await world.refusals(await world.lockOf(replayed))).toEqual([]);
    world.memory = new SignedMemory(contents.peg[0]?.entries);
    expect(await world.refusals(await world.lockOf(replayed))).toEqual(["signatureReplayed"]);
    const next = world.action({ tag: "setWallet", address: "y", key: soloGroup(8).key });
    const checks = checkProposal(next, {
      standing: world.standing,
      subject: { tag: "successor", successor: null },
    });
    expect(refusedCodes(checks)).toContain("secondHandOff");
  });

  test("of an earlier version opens, and marks the seat all the same", async () => {
    const old = encodeJournal({ secrets: encodeSecrets(secrets), record });
    const kept = await restored(old);
    expect(kept).toMatchObject({ entries: [], policy: manualPolicy, restored: true });
  }, 30_000);

  test("of a later version says so, and one with a hole in its memory is no backup", async () => {
    const base = { secrets: encodeSecrets(secrets), record };
    const read = async (contents: Uint8Array) =>
      readBackup(await sealed(contents), passphrase, rng, () => undefined);
    expect(await read(encodeJournal({ ...base, version: 3 }))).toMatchObject({ code: "unsupportedVersion" });
    const hole = { group, entries: [{ type: "sbtc/action/1" }], policy: null, start: null };
    expect(await read(encodeJournal({ ...base, version: 2, peg: [hole] }))).toMatchObject({
      code: "notABackup",
    });
  });
});
