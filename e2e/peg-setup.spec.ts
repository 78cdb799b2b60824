import { RelayProcess } from "../test/relay-process.ts";
import { close, gather, makeKey } from "./ceremony.ts";
import { expect, test as base } from "./fixtures.ts";

const test = base.extend<{ site: RelayProcess }>({
  // Playwright reads the names of the fixtures a fixture needs from this pattern; this one needs none.
  site: async ({}, provide) => {
    const site = new RelayProcess({ HOARFROST_NETWORK: "devnet", HOARFROST_DEVNET_BLOCK_SECONDS: "0" });
    await site.start();
    await provide(site);
    await site.dispose();
  },
});

test("a group that has just made its key becomes the authority of a contract of its own", async ({
  browser,
  site,
}) => {
  test.setTimeout(400_000);
  const group = await gather(browser, site.url, 2, ["Alice", "Bob", "Carol"]);
  await makeKey(group);
  const { page } = group.coordinator;
  await page.goto(`${page.url().split("#")[0] ?? ""}#/peg`);
  await expect(page.getByRole("heading", { name: "Fill the fee wallet" })).toBeVisible();
  const stacks = (
    await page
      .getByText(/^ST[0-9A-Z]{30,}$/)
      .first()
      .innerText()
  ).replace(/\s+/g, "");
  const bitcoin = (
    await page
      .getByText(/^bcrt1q[0-9a-z]+$/)
      .first()
      .innerText()
  ).replace(/\s+/g, "");
  const post = (path: string, body: object) =>
    fetch(`${site.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  await post(`/api/stacks/extended/v1/faucets/stx?address=${stacks}`, {});
  await post("/api/bitcoin/devnet/faucet", { address: bitcoin, amount: "5000000" });
  await post("/api/bitcoin/devnet/mine", { blocks: 1 });
  await page.getByRole("button", { name: "Start" }).click();
  for (const signer of group.signers.slice(0, 2)) {
    await signer.page.getByRole("link", { name: /^Requests/ }).click();
    await signer.page.getByRole("button", { name: /^Approve/ }).click({ timeout: 120_000 });
  }
  await expect(page.getByRole("button", { name: "Copy the link for testers" })).toBeVisible({
    timeout: 120_000,
  });
  await expect(page.getByText("Running", { exact: true })).toBeVisible();
  await close(group);
});
