import { expect, test } from "./fixtures.ts";
import { approveRequest, askToSign, publicKeyOf, signatureOf, verifies } from "./signing.ts";
import { trialWithKey } from "./trial.ts";

test("a signer who is away while the others sign is replaced, by name, and the signature comes out", async ({
  context,
  page,
  relay,
  complaints,
}) => {
  const trial = await trialWithKey(context, page, relay.url);
  await trial.bob.page.close();
  const message = "Signed without Bob.";
  await askToSign(trial.alice, message);
  await approveRequest(trial.carol);
  const signature = await signatureOf(trial.alice);
  expect(verifies(await publicKeyOf(trial.carol), message, signature)).toBe(true);
  const result = page.getByRole("region", { name: "Signature" });
  await signatureOf(trial.alice);
  await expect(result.getByText("you and Carol", { exact: true })).toBeVisible();
  await expect(result.getByText(/^Bob( had not answered yet; (Alice|Carol) took the place)?$/)).toBeVisible();
  expect(complaints).toEqual([]);
});
