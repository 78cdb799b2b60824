import { expect, test } from "./fixtures.ts";
import { runDkg, sayMatches } from "./people.ts";
import { approveRequest, askToSign, go, publicKeyOf, signatureOf, verifies } from "./signing.ts";
import { everyone, openTrial, sameAddress, sameCode } from "./trial.ts";

test("a relay that is killed between any two steps costs nobody anything", async ({
  context,
  page,
  relay,
  complaints,
}) => {
  const trial = await openTrial(context, page, relay.url);
  const crash = async () => {
    await relay.kill();
    await relay.start();
  };

  await crash();
  await runDkg(trial.alice);
  await expect(trial.bob.page.getByRole("heading", { name: "Everybody is ready" })).toBeHidden();
  await crash();
  const code = await sameCode(trial);
  await crash();
  await sayMatches(trial.alice);
  // What is answered while the relay is away is kept, and sent when it is back.
  await relay.kill();
  await sayMatches(trial.bob);
  await sayMatches(trial.carol);
  await relay.start();
  const address = await sameAddress(trial);
  expect(code).toMatch(/^[0-9a-f]{8}$/);

  const message = "Signed through a relay that came back.";
  await relay.kill();
  await askToSign(trial.alice, message);
  await relay.start();
  await approveRequest(trial.bob);
  await crash();
  const signature = await signatureOf(trial.alice);
  expect(verifies(await publicKeyOf(trial.carol), message, signature)).toBe(true);
  for (const person of everyone(trial)) {
    await person.page.reload();
    await go(person, "");
  }
  expect(await sameAddress(trial)).toBe(address);
  expect(complaints).toEqual([]);
});
