import { readRecord } from "../relay/site/build.ts";
import { join } from "node:path";
import { expect, test } from "./fixtures.ts";

test("the page says that the relay is connected, and which build it is", async ({
  page,
  relay,
  complaints,
}) => {
  await page.goto(relay.url);
  await expect(page.getByText("relay connected")).toBeVisible();
  const record = readRecord(join(import.meta.dirname, "../out"));
  await expect(page.getByText(record?.source.slice(0, 16) ?? "no build")).toBeVisible();
  expect(complaints).toEqual([]);
});

test("the page notices that the relay is gone, and that it is back", async ({ page, relay }) => {
  await page.goto(relay.url);
  await expect(page.getByText("relay connected")).toBeVisible();
  await relay.kill();
  await expect(page.getByText("relay not reachable")).toBeVisible();
  await relay.start();
  await expect(page.getByText("relay connected")).toBeVisible();
});
