import { expect, test } from "vitest";
import type { Profile } from "../../store/profiles.ts";
import { homeView } from "./home.ts";

const profile = (change: Partial<Profile["label"]>, kinds: readonly string[]): Profile =>
  ({
    id: "ab".repeat(16),
    created: 1,
    lobby: "00".repeat(32),
    vault: { locks: kinds.map((kind) => ({ kind })) },
    label: {
      role: "signer",
      groupName: "Treasury",
      seatName: "Ana",
      threshold: 2,
      total: 3,
      state: "ready",
      ...change,
    },
  }) as unknown as Profile;

test("each seat of this browser leads to its own tab", () => {
  const { groups } = homeView([profile({}, ["device", "passphrase"])]);
  expect(groups).toEqual([
    {
      id: "ab".repeat(16),
      name: "Treasury",
      role: "signer",
      seatName: "Ana",
      quorum: { have: 0, needed: 2, total: 3 },
      needsYou: 0,
      state: "ready",
      locked: true,
      typeToRemove: "Treasury",
      backup: "none",
      href: `/signer?seat=${"ab".repeat(16)}#/`,
    },
  ]);
});

test("a coordinator without a seat has no seat's name, and a trial without a passphrase is not locked", () => {
  const [group] = homeView([profile({ role: "coordinator", seatName: "" }, ["device"])]).groups;
  expect(group).toMatchObject({
    role: "coordinator",
    locked: false,
    href: expect.stringMatching(/^\/coordinator\?/) as string,
  });
  expect(group).not.toHaveProperty("seatName");
});

test("a seat is erased without its group's name only where no key can have been made with it", () => {
  const states = ["lobby", "making-key", "ready", "stopped"] as const;
  const { groups } = homeView(states.map((state) => profile({ state }, ["device"])));
  expect(groups.map(({ typeToRemove }) => typeToRemove)).toEqual([
    undefined,
    "Treasury",
    "Treasury",
    "Treasury",
  ]);
});
