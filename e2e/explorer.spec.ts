import AxeBuilder from "@axe-core/playwright";
import { RelayProcess } from "../test/relay-process.ts";
import { expect, test } from "./fixtures.ts";

test("what happens on the devnet is seen in the explorer: paid, waiting, mined", async ({
  page,
  complaints,
}) => {
  const site = new RelayProcess({ HOARFROST_NETWORK: "devnet", HOARFROST_DEVNET_BLOCK_SECONDS: "0" });
  await site.start();
  try {
    await page.goto(`${site.url}/explorer`);
    await expect(page.getByText("No transaction waits.")).toBeVisible();
    await expect(page.getByText("No Stacks transaction yet")).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

    const post = (path: string, data: unknown) => page.request.post(site.url + path, { data });
    await post("/api/bitcoin/devnet/faucet", {
      address: "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080",
      amount: 5_000_000,
    });
    await post("/api/stacks/extended/v1/faucets/stx", {
      address: "ST1PQHQKV0RJXZFY1DGX8MNSNYVE3VGZJSRTPGZGM",
    });
    await page.getByRole("region", { name: "Waiting for a block" }).getByRole("link").click();
    await expect(page.getByText("Waiting for a block")).toBeVisible();
    await expect(page.getByRole("region", { name: "Outputs" })).toContainText("0.05000000");

    await page.goBack();
    await page.getByRole("button", { name: "Mine a block now" }).click();
    await expect(page.getByText("No transaction waits.")).toBeVisible();
    await page
      .getByRole("link", { name: /^Block \d+$/ })
      .first()
      .click();
    await expect(page.getByRole("row", { name: /^Payment/ })).toBeVisible();

    await page.getByRole("link", { name: "All blocks and transactions" }).click();
    await page.getByRole("link", { name: "Transfer of STX" }).click();
    await expect(page.getByText("500 STX", { exact: true })).toBeVisible();
    await expect(page.getByText("(ok true)")).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    expect(complaints).toEqual([]);
  } finally {
    await site.dispose();
  }
});
