import type { Page } from "playwright/test";
import { dkgPrivateShares, dkgPublicShares } from "../lib/rounds/keygen/messages.ts";
import { trialSettings } from "../lib/runtime/seat/start.ts";
import { type Bend, CrookedPeer } from "./crooked-peer.ts";
import { expect, test } from "./fixtures.ts";
import { runDkg } from "./people.ts";

const flipped = (bytes: Uint8Array): Uint8Array => {
  const copy = bytes.slice();
  const last = copy.length - 1;
  copy[last] = (copy[last] ?? 0) ^ 1;
  return copy;
};

const unopenableShares: Bend = ({ kind, payload }) => {
  if (kind !== "DKG_PRIVATE_SHARES") return null;
  const shares = dkgPrivateShares.decode(payload);
  if (!shares.ok) return null;
  return dkgPrivateShares.encode({ ...shares.value, sealed: flipped(shares.value.sealed) });
};

const badProof: Bend = ({ kind, payload }) => {
  if (kind !== "DKG_PUBLIC_SHARES") return null;
  const shares = dkgPublicShares.decode(payload);
  if (!shares.ok) return null;
  return dkgPublicShares.encode({ ...shares.value, package: flipped(shares.value.package) });
};

async function expectNoKey(page: Page, culprit: string): Promise<void> {
  await expect(page.getByRole("heading", { name: "The ceremony stopped" })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(`${culprit} sent something that failed its check`)).toBeVisible();
  await expect(page.getByRole("img", { name: /^Code: / })).toHaveCount(0);
  await expect(page.getByText(/bcrt1/)).toHaveCount(0);
}

test("a signer whose shares do not open gets no key made, and every tab names that signer", async ({
  page,
  context,
  relay,
  complaints,
}) => {
  await page.goto(relay.url);
  await page.getByRole("link", { name: "Open three tabs" }).click();
  await page.getByRole("button", { name: "Create and get the invite link" }).click();
  const [bob] = await Promise.all([
    context.waitForEvent("page"),
    page.getByRole("link", { name: "the tab of Bob" }).click(),
  ]);
  const link = await page.getByRole("link", { name: "the tab of Carol" }).getAttribute("href");
  const carol = new CrookedPeer("signer", relay.url, "carol", unopenableShares);
  try {
    await carol.session.open("", new URL(link ?? "", relay.url).hash);
    await runDkg({ name: "Alice", context, page });
    for (const tab of [page, bob]) await expectNoKey(tab, "Carol");
    expect(complaints).toEqual([]);
  } finally {
    await carol.close();
  }
});

test("a coordinator who deals a false proof gets no key made, and every tab names the coordinator", async ({
  context,
  relay,
  complaints,
}) => {
  const alice = new CrookedPeer("coordinator", relay.url, "alice", badProof);
  try {
    await alice.session.open("", "#/try");
    await alice.session.act({ do: "create-group", settings: trialSettings });
    const links = () => (alice.view.tag === "lobby" ? (alice.view.lobby.trial ?? []) : []);
    await expect.poll(() => links().length).toBe(2);
    const tabs: Page[] = [];
    for (const { href } of links()) {
      const tab = await context.newPage();
      await tab.goto(`${relay.url}${href}`);
      tabs.push(tab);
    }
    await expect.poll(() => alice.view.tag === "lobby" && alice.view.lobby.run.allowed).toBe(true);
    await alice.session.act({ do: "run-dkg" });
    for (const tab of tabs) await expectNoKey(tab, "Alice");
    expect(complaints).toEqual([]);
  } finally {
    await alice.close();
  }
});
