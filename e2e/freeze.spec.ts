import { expect, test } from "./fixtures.ts";
import { freeze } from "./freeze.ts";
import { runDkg } from "./people.ts";
import { approveRequest, askToSign, publicKeyOf, signatureOf, verifies } from "./signing.ts";
import { confirmCodes, openTrial, sameCode } from "./trial.ts";

test("a tab that is frozen in the middle is named while it is missing, and goes on when it thaws", async ({
  browser,
  context,
  page,
  relay,
  complaints,
}) => {
  const trial = await openTrial(context, page, relay.url);
  const frozen = await freeze(browser, trial.bob.page);
  try {
    await runDkg(trial.alice);
    for (const { page: tab } of [trial.alice, trial.carol]) {
      await expect(tab.getByRole("heading", { name: /^Waiting for Bob/ })).toBeVisible();
      await expect(tab.getByRole("img", { name: /^Code: / })).toHaveCount(0);
    }
  } finally {
    frozen.thaw();
  }
  await sameCode(trial);
  await confirmCodes(trial);

  const again = await freeze(browser, trial.carol.page);
  const message = "Signed while Carol slept.";
  try {
    await askToSign(trial.alice, message);
    await approveRequest(trial.bob);
    await signatureOf(trial.alice);
  } finally {
    again.thaw();
  }
  const signature = await signatureOf(trial.carol);
  expect(verifies(await publicKeyOf(trial.carol), message, signature)).toBe(true);
  expect(complaints).toEqual([]);
});
