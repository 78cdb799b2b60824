import { join } from "node:path";
import type { Page } from "playwright/test";
import { readRecord } from "../relay/site/build.ts";
import { expect, test } from "./fixtures.ts";

async function openLobby(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/coordinator#/try`);
  await page.getByRole("button", { name: "Create and get the invite link" }).click();
  await expect(page.getByText("Relay connected")).toBeVisible();
}

test("a tab says which build it is, and notices that the relay is gone and that it is back", async ({
  page,
  relay,
  complaints,
}) => {
  await openLobby(page, relay.url);
  const record = readRecord(join(import.meta.dirname, "../out"));
  await expect(
    page.getByRole("contentinfo").getByText(record?.source.slice(0, 16) ?? "no build"),
  ).toBeVisible();
  await relay.kill();
  await expect(page.getByText("Relay connected")).toBeHidden();
  await expect(page.getByText(/^Relay not reachable/)).toBeVisible();
  await relay.start();
  await expect(page.getByText("Relay connected")).toBeVisible();
  expect(complaints).toEqual([]);
});
