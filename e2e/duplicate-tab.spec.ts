import { expect, test } from "./fixtures.ts";
import type { Person } from "./people.ts";
import { approveRequest, askToSign, publicKeyOf, signatureOf, verifies } from "./signing.ts";
import { trialWithKey } from "./trial.ts";

const elsewhere = { name: "This signer is active in another tab" } as const;

test("a second tab of a signer waits until it takes over, then the first one stops and the second signs", async ({
  context,
  page,
  relay,
  complaints,
}) => {
  const trial = await trialWithKey(context, page, relay.url);
  const first = trial.bob.page;
  const second: Person = { name: "Bob", context, page: await context.newPage() };
  await second.page.goto(first.url());
  await expect(second.page.getByRole("heading", elsewhere)).toBeVisible();
  await expect(first.getByRole("heading", { name: "Try-out" })).toBeVisible();

  await second.page.getByRole("button", { name: "Take over here" }).click();
  await expect(second.page.getByRole("heading", { name: "Try-out" })).toBeVisible();
  await expect(first.getByRole("heading", elsewhere)).toBeVisible();

  const message = "Signed in the second tab.";
  await askToSign(trial.alice, message);
  await approveRequest(second);
  const signature = await signatureOf(trial.alice);
  expect(verifies(await publicKeyOf(trial.alice), message, signature)).toBe(true);
  await expect(first.getByRole("heading", elsewhere)).toBeVisible();
  await expect(first.getByRole("button", { name: /^Approve/ })).toHaveCount(0);
  expect(complaints).toEqual([]);
});

test("closing or crashing the tab that holds a signer frees it for the next tab", async ({
  context,
  page,
  relay,
}) => {
  const trial = await trialWithKey(context, page, relay.url);
  const url = trial.bob.page.url();
  await trial.bob.page.close();
  const second = await context.newPage();
  await second.goto(url);
  await expect(second.getByRole("heading", { name: "Try-out" })).toBeVisible();

  const devtools = await context.newCDPSession(second);
  const crashed = second.waitForEvent("crash");
  void devtools.send("Page.crash").catch(() => undefined);
  await crashed;
  const third = await context.newPage();
  await third.goto(url);
  await expect(third.getByRole("heading", { name: "Try-out" })).toBeVisible();
});
