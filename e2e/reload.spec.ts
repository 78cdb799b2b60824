import { expect, test } from "./fixtures.ts";
import { runDkg, sayMatches } from "./people.ts";
import { approveRequest, askToSign, publicKeyOf, signatureOf, verifies } from "./signing.ts";
import { everyone, openTrial, sameAddress, sameCode, type Trial } from "./trial.ts";

const parties = ["alice", "bob", "carol"] as const satisfies readonly (keyof Trial)[];

for (const party of parties) {
  test(`the tab of ${party} may be reloaded at every stage, and all go on to one key and a signature`, async ({
    context,
    page,
    relay,
    complaints,
  }) => {
    const trial = await openTrial(context, page, relay.url);
    const reload = () => trial[party].page.reload();

    await reload();
    await expect(trial.alice.page.getByRole("heading", { name: "Everybody is ready" })).toBeVisible();
    await runDkg(trial.alice);
    await expect(trial[party].page.getByRole("heading", { name: "Everybody is ready" })).toBeHidden();
    await reload();
    const code = await sameCode(trial);
    await reload();
    expect(await sameCode(trial)).toBe(code);
    await sayMatches(trial[party]);
    await reload();
    for (const other of everyone(trial)) if (other !== trial[party]) await sayMatches(other);
    const address = await sameAddress(trial);
    await reload();
    expect(await sameAddress(trial)).toBe(address);

    const message = `Signed although ${party} reloaded.`;
    await askToSign(trial.alice, message);
    const signer = party === "carol" ? trial.carol : trial.bob;
    await approveRequest(signer);
    const signature = await signatureOf(trial.alice);
    expect(verifies(await publicKeyOf(signer), message, signature)).toBe(true);
    await reload();
    expect(await signatureOf(trial[party])).toBe(signature);
    expect(complaints).toEqual([]);
  });
}
