import { readRecord } from "../relay/site/build.ts";
import { join } from "node:path";
import { expect, test } from "./fixtures.ts";

test("every page loads under the strict policy and says which build it is", async ({
  page,
  relay,
  complaints,
}) => {
  const record = readRecord(join(import.meta.dirname, "../out"));
  const build = record?.source.slice(0, 16) ?? "no build";
  for (const path of ["/", "/coordinator", "/signer", "/verify"]) {
    await page.goto(relay.url + path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByRole("contentinfo")).toContainText(new RegExp([...build].join("\\s*")));
  }
  expect(complaints).toEqual([]);
});

test("a tab notices that the relay is gone, and that it is back", async ({ page, relay }) => {
  await page.goto(`${relay.url}/coordinator#/try`);
  await page.getByRole("button", { name: "Create and get the invite link" }).click();
  await expect(page.getByText("Relay connected")).toBeVisible();
  await relay.kill();
  await expect(page.getByText(/Relay not reachable|Connecting to the relay/)).toBeVisible();
  await relay.start();
  await expect(page.getByText("Relay connected")).toBeVisible({ timeout: 30_000 });
});
