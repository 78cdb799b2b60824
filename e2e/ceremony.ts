import type { Browser } from "playwright/test";
import { expect } from "./fixtures.ts";
import {
  addressOf,
  approveSettings,
  codeOf,
  joinGroup,
  type Person,
  person,
  runDkg,
  sayMatches,
  startGroup,
} from "./people.ts";

/** A group of people, each with a browser of their own. */
export interface Group {
  readonly coordinator: Person;
  readonly signers: readonly Person[];
  readonly link: string;
}

/** Invites everybody and waits until all approved the settings. */
export async function gather(
  browser: Browser,
  url: string,
  threshold: number,
  names: readonly string[],
): Promise<Group> {
  const coordinator = await person(browser, "Mara");
  const link = await startGroup(coordinator, url, { name: "Team wallet", threshold, seats: names });
  const signers = await Promise.all(names.map((name) => person(browser, name)));
  await Promise.all(signers.map((signer) => joinGroup(signer, link)));
  await Promise.all(signers.map((signer) => approveSettings(signer)));
  return { coordinator, signers, link };
}

/** Runs the ceremony to the address. @returns the address every tab shows */
export async function makeKey({ coordinator, signers }: Group): Promise<string> {
  await runDkg(coordinator);
  const codes = await Promise.all([coordinator, ...signers].map(codeOf));
  expect(new Set(codes).size).toBe(1);
  await Promise.all(signers.map((signer) => sayMatches(signer)));
  const addresses = await Promise.all([coordinator, ...signers].map(addressOf));
  expect(new Set(addresses).size).toBe(1);
  return addresses[0] ?? "";
}

export const close = (group: Group): Promise<unknown> =>
  Promise.all([group.coordinator, ...group.signers].map(({ context }) => context.close()));
