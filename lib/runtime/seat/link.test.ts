import { expect, test } from "vitest";
import { Identity } from "../../rounds/index.ts";
import { decodeLink, encodeLink, type InviteLink, pastedFragment } from "./link.ts";

const coordinator = new Identity(new Uint8Array(32).fill(7)).id;
const link: InviteLink = {
  invite: { relay: "https://relay.example", coordinator, lobbySecret: new Uint8Array(32).fill(9) },
  plan: { group: "Größe & co", network: "signet", threshold: 2, seats: ["Alice", "Bob & Eve", "Zoë"] },
  trialSeat: null,
};

test("a link brings back the invite and what the coordinator plans, whatever characters names have", () => {
  expect(decodeLink(encodeLink(link))).toEqual(link);
  expect(decodeLink(`#${encodeLink({ ...link, trialSeat: "Bob & Eve" })}`)).toEqual({
    ...link,
    trialSeat: "Bob & Eve",
  });
});

test("a link that was pasted with line breaks, or without its address, still works", () => {
  const fragment = encodeLink({ ...link, plan: { ...link.plan, seats: ["Alice"] } });
  const pasted = `  https://site.example/signer#${fragment.slice(0, 40)}\n   ${fragment.slice(40)} `;
  expect(pastedFragment(pasted)).toBe(fragment);
  expect(pastedFragment(fragment)).toBe(fragment);
});

test("a cut link is damaged, other text is no invite, and claims out of bounds are dropped", () => {
  const fragment = encodeLink(link);
  expect(decodeLink(fragment.slice(0, 60))).toBe("damaged");
  expect(decodeLink("hello")).toBe("not-an-invite");
  const [join] = fragment.split("&");
  expect(decodeLink(`${join ?? ""}&t=-1&network=moon&group=${"x".repeat(500)}`)).toMatchObject({
    plan: { threshold: 0, network: "devnet", group: "x".repeat(64), seats: [] },
  });
});
