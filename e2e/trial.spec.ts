import { expect, test } from "./fixtures.ts";
import { approveRequest, askToSign, publicKeyOf, signatureOf, verifies } from "./signing.ts";
import { compareCodes, confirmCodes, openTrial } from "./trial.ts";

test("a newcomer gets from the home page to a signature that others accept, with three tabs of one browser", async ({
  context,
  page,
  relay,
  complaints,
}) => {
  const trial = await openTrial(context, page, relay.url);
  await compareCodes(trial);
  expect(await confirmCodes(trial)).toMatch(/^bcrt1p[0-9a-z]{58}$/);
  const message = "Three tabs, one key.";
  await askToSign(trial.alice, message);
  await expect(page.getByRole("heading", { level: 1, name: new RegExp(message) })).toBeVisible();
  await approveRequest(trial.bob);
  const signature = await signatureOf(trial.carol);
  expect(verifies(await publicKeyOf(trial.carol), message, signature)).toBe(true);
  expect(verifies(await publicKeyOf(trial.carol), `${message} `, signature)).toBe(false);
  expect(complaints).toEqual([]);
});
