import { expect, test } from "vitest";
import { networks } from "../../../sbtc/network.ts";
import { manualPolicy } from "../../../sbtc/peg/policy/policy.ts";
import type { PolicyForm } from "../../views/peg-policy.ts";
import { policyForm, readPolicyForm } from "./policy-form.ts";

const account = "ST1TNW5XKBHTZPN9M345JC8M1GZR5F0DJGAYMD3R6";
const form: PolicyForm = {
  mode: "automatic",
  ...{ inEach: "0.01", outEach: " 0.02 ", inWindow: "0.1", outWindow: "0.2", blocks: "144" },
  ...{ listed: true, recipients: `${account}\n\n${account}`, always: false, from: "22:00", to: "6:30" },
};
const faultsOf = (change: Partial<PolicyForm>): readonly string[] => {
  const read = readPolicyForm({ ...form, ...change }, networks.regtest);
  return read.ok ? [] : Object.keys(read.faults);
};

test("a policy is read exactly, and shown as it was read", () => {
  const read = readPolicyForm(form, networks.regtest);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  expect(read.limits).toEqual({
    mode: "automatic",
    most: { in: 1_000_000n, out: 2_000_000n },
    window: { blocks: 144, in: 10_000_000n, out: 20_000_000n },
    recipients: [account],
    hours: { from: 22 * 60, to: 6 * 60 + 30 },
  });
  expect(readPolicyForm(policyForm(read.limits), networks.regtest)).toEqual(read);
});

test("everything that is wrong is told at once, each at its field", () => {
  expect(faultsOf({ inEach: "0,01", blocks: "0", recipients: "Bob", to: "25:00" })).toEqual([
    "inEach",
    "blocks",
    "recipients",
    "hours",
  ]);
  expect(faultsOf({ outEach: "-1" })).toEqual(["outEach"]);
  expect(faultsOf({ recipients: " " })).toEqual(["recipients"]);
  // An address of another network is nobody here.
  expect(faultsOf({ recipients: "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4" })).toEqual(["recipients"]);
  expect(faultsOf({ from: "06:30" })).toEqual(["hours"]);
  expect(faultsOf({ inWindow: "0.009", outWindow: "0" })).toEqual(["inWindow", "outWindow"]);
});

test("what a manual policy does not use need not be filled in", () => {
  const unused = { listed: false, recipients: "Bob", always: true, from: "", to: "" };
  expect(faultsOf({ ...unused, mode: "manual" })).toEqual([]);
  expect(readPolicyForm(policyForm(manualPolicy), networks.regtest).ok).toBe(true);
});
