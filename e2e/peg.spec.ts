import type { Page } from "playwright/test";
import { SoloPeg } from "../lib/runtime/peg/testing/solo-peg.ts";
import { RelayProcess } from "../test/relay-process.ts";
import { expect, test as base } from "./fixtures.ts";
import { signMessage } from "./peg-tester.ts";

const test = base.extend<{ site: RelayProcess; peg: SoloPeg }>({
  // Playwright reads the names of the fixtures a fixture needs from this pattern; this one needs none.
  site: async ({}, provide) => {
    const site = new RelayProcess({ HOARFROST_NETWORK: "devnet", HOARFROST_DEVNET_BLOCK_SECONDS: "0" });
    await site.start();
    await provide(site);
    await site.dispose();
  },
  peg: async ({ site }, provide) => {
    const peg = new SoloPeg(site.url);
    await peg.open();
    await provide(peg);
  },
});

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });
const next = (page: Page) => page.getByRole("button", { name: /^(Continue|It is right)/ }).click();

async function openPeg(page: Page, site: RelayProcess, peg: SoloPeg, wallet: string): Promise<void> {
  await page.goto(`${site.url}/peg`);
  await page.getByLabel("Link or contract").fill(peg.contract);
  await page.getByRole("button", { name: "Open the peg" }).click();
  await expect(heading(page, "Turn BTC into sBTC")).toBeVisible();
  await page.getByRole("button", { name: "Connect a wallet" }).click();
  await page.getByRole("button", { name: wallet, exact: true }).click();
  await page.getByRole("link", { name: "Balance and transfer" }).click();
  await page.getByRole("button", { name: "Get test coins" }).click();
  await expect(page.getByText("Sent: 1 BTC and STX for fees")).toBeVisible();
  await peg.mine(1);
}

const txidOf = (page: Page): string => /\/([0-9a-f]{64})$/.exec(page.url())?.[1] ?? "";

/** Fills in the form for a peg-in to one's own account. @returns the payment's txid */
async function pegIn(page: Page, amount: string, way: "deposit" | "direct"): Promise<string> {
  await page.getByRole("link", { name: "New request" }).click();
  await page.getByLabel("Amount in BTC").fill(amount);
  await next(page);
  await page.getByRole("button", { name: "Use my connected account" }).click();
  await next(page);
  if (way === "direct") await page.getByLabel("Directly to the peg wallet").check();
  await next(page);
  await next(page);
  await page.getByRole("button", { name: /^Pay [0-9.]+ BTC$/ }).click();
  await expect(heading(page, "Waiting for Bitcoin blocks")).toBeVisible();
  return txidOf(page);
}

test("a tester pegs in, sends sBTC on and pegs out, and each page says how far it is", async ({
  page,
  site,
  peg,
  complaints,
}) => {
  await openPeg(page, site, peg, "Test wallet");
  const deposit = await pegIn(page, "0.01", "deposit");
  await expect(page.getByText("Seen on chain, 0 of 2 blocks")).toBeVisible();
  await peg.mine(1);
  await expect(page.getByText("Seen on chain, 1 of 2 blocks")).toBeVisible();
  await peg.mine(1);
  await expect(heading(page, "Waiting for the signers")).toBeVisible();
  const credited = await peg.sweep(deposit);
  await expect(page.getByText(/Your deposit moved to the group, 0 of 2 blocks/)).toBeVisible();
  await peg.mine(2);
  const own = await page.evaluate(() =>
    (document.querySelector("dd .hex") as HTMLElement).innerText.replace(/\s/g, ""),
  );
  await peg.mint(deposit, credited, own);
  await expect(heading(page, "Your sBTC is there")).toBeVisible();

  await page.getByRole("link", { name: "Balance and transfer" }).click();
  await page.getByLabel("Amount in sBTC").fill("0.001");
  await page.getByLabel("Stacks address").fill("ST1TNW5XKBHTZPN9M345JC8M1GZR5F0DJGAYMD3R6");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.getByText("The chain carried out exactly this transfer.")).toBeVisible();

  const address = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
  const request = await pegOut(page, "0.002", address);
  await peg.mine(2);
  await expect(heading(page, "Waiting for the signers")).toBeVisible();
  await peg.lock(request);
  await expect(heading(page, "Signing your payment")).toBeVisible();
  const payout = await peg.fulfil(request);
  await expect(page.getByText("Broadcast, 0 of 2 blocks")).toBeVisible();
  await peg.mine(2);
  await peg.settle(request, payout);
  await expect(heading(page, "Your bitcoin are there")).toBeVisible();

  // the same amount to the same address a second time: said before anything is signed
  await startPegOut(page, "0.002", address);
  await expect(page.getByText("You asked for this amount at this address before")).toBeVisible();
  await page.getByRole("button", { name: "One satoshi more" }).click();
  await signMessage(page);
  await expect(page.getByText("Signed. The signature belongs to")).toBeVisible();

  await page.getByRole("link", { name: "Your requests" }).click();
  await expect(page.getByRole("row")).toHaveCount(3);
  expect(complaints).toEqual([]);
});

async function startPegOut(page: Page, amount: string, address: string): Promise<void> {
  await page.getByRole("link", { name: "New request" }).click();
  await page.getByText("Peg out", { exact: true }).click();
  await page.getByLabel("Amount in sBTC").fill(amount);
  await next(page);
  await page.getByLabel("Bitcoin address").fill(address);
  await next(page);
}

async function pegOut(page: Page, amount: string, address: string): Promise<string> {
  await startPegOut(page, amount, address);
  await signMessage(page);
  await next(page);
  await next(page);
  await page.getByRole("button", { name: "Send the request" }).click();
  await expect(heading(page, "Waiting for Bitcoin blocks")).toBeVisible();
  return txidOf(page);
}

for (const wallet of ["Test wallet, Leather’s way", "Test wallet, Xverse’s way"]) {
  test(`${wallet}: a direct peg-in is seen on chain, and its page opens in a browser that never saw it`, async ({
    page,
    browser,
    site,
    peg,
  }) => {
    await openPeg(page, site, peg, wallet);
    await pegIn(page, "0.005", "direct");
    await peg.mine(1);
    const other = await (await browser.newContext()).newPage();
    await other.goto(page.url());
    await expect(other.getByText("Seen on chain, 1 of 2 blocks")).toBeVisible();
    await other.context().close();
  });
}
