import { readFileSync } from "node:fs";
import { close, gather, makeKey } from "./ceremony.ts";
import { approveBy, setUpPeg } from "./peg-group.ts";
import { expect, test } from "./peg-site.ts";
import { go } from "./signing.ts";

const elsewhere = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

test.setTimeout(300_000);

test("the peg's coins are joined, its numbers are read and exported, and the fee wallet is emptied", async ({
  browser,
  page,
  site,
  complaints,
}) => {
  const group = await gather(browser, site.url, 2, ["Ann", "Ben"]);
  const address = await makeKey(group);
  const { coordinator, signers } = group;
  const link = await setUpPeg(group, site, signers);
  for (const amount of ["70000", "50000"]) await site.post("/api/bitcoin/devnet/faucet", { address, amount });
  await site.mine(3);

  await go(coordinator, "peg");
  await coordinator.page.getByRole("button", { name: "Join the peg’s coins" }).click();
  await expect(coordinator.page.getByText("Waits for the signers", { exact: true })).toBeVisible();
  await approveBy(signers);
  await go(coordinator, "peg");
  await expect(coordinator.page.getByText(/^Broadcast, 0 of/)).toBeVisible({ timeout: 60_000 });
  await site.mine(3);
  await expect(coordinator.page.getByText("Joined", { exact: true })).toBeVisible({ timeout: 60_000 });
  expect(await site.received(address)).toBe(120_000);

  await coordinator.page.getByRole("link", { name: "In numbers" }).click();
  await expect(coordinator.page.getByText(/The peg holds .* exist, all backed\./)).toBeVisible();
  const downloading = coordinator.page.waitForEvent("download");
  await coordinator.page.getByRole("button", { name: "CSV of peg balance against supply" }).click();
  const lines = readFileSync(await (await downloading).path(), "utf8").split("\r\n");
  expect(lines[0]).toBe("at,block,held_sat,supply_sat");
  expect(lines.at(-2)).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z,\d+,120000,0$/);
  await page.goto(link.replace(/\/in$/, "/numbers"));
  await expect(page.getByText(/The peg holds .* exist, all backed\./)).toBeVisible();

  await go(coordinator, "peg");
  await coordinator.page.getByLabel("Sweep to").fill(elsewhere);
  await coordinator.page.getByRole("button", { name: "Work it out" }).click();
  await coordinator.page.getByRole("button", { name: "Send it", exact: true }).click();
  await expect(coordinator.page.getByText("Sent", { exact: true })).toBeVisible();
  await site.mine(1);
  await expect(coordinator.page.getByText("Mined", { exact: true })).toBeVisible({ timeout: 60_000 });
  expect(await site.received(elsewhere)).toBeGreaterThan(900_000);
  expect(complaints).toEqual([]);
  await close(group);
});
