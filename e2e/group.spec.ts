import { close, gather, makeKey } from "./ceremony.ts";
import { expect, test } from "./fixtures.ts";
import { askToSign, approveRequest, publicKeyOf, signatureOf, verifies } from "./signing.ts";

for (const [threshold, names] of [
  [2, ["Alice", "Bob", "Carol"]],
  [3, ["Alice", "Bob", "Carol", "Dave", "Erin"]],
] as const) {
  test(`${threshold} of ${names.length}, from invite to a signature that others accept`, async ({
    browser,
    relay,
  }) => {
    const group = await gather(browser, relay.url, threshold, names);
    const address = await makeKey(group);
    expect(address).toMatch(/^bcrt1p[0-9a-z]{58}$/);
    const message = "The quick brown fox signs nothing by itself.";
    await askToSign(group.coordinator, message);
    for (const signer of group.signers.slice(0, threshold)) await approveRequest(signer);
    const signature = await signatureOf(group.coordinator);
    expect(verifies(await publicKeyOf(group.coordinator), message, signature)).toBe(true);
    await close(group);
  });
}
