import { expect, test } from "./fixtures.ts";
import { runDkg } from "./people.ts";
import { RelayProxy } from "./relay-proxy.ts";
import { everyone, openTrial } from "./trial.ts";

test("a relay that changes what it carries gets no key out of anybody, and every tab says who is not heard", async ({
  context,
  page,
  relay,
}) => {
  const proxy = new RelayProxy();
  try {
    const url = await proxy.start(relay.url);
    const trial = await openTrial(context, page, url);
    // From the beginning of the ceremony on: a tab that notices it earlier begins none.
    proxy.onFrame = ({ kind }) => {
      if (kind === "DKG_BEGIN") proxy.tampering = true;
    };
    await runDkg(trial.alice);
    await expect(
      page.getByText(/^No message from (Bob|Carol).* yet\. The relay may be the cause\./),
    ).toBeVisible({
      timeout: 60_000,
    });
    for (const { page: tab } of everyone(trial)) {
      await expect(tab.getByText("Messages arrive changed: the relay may be altering them")).toBeVisible();
      await expect(tab.getByRole("img", { name: /^Code: / })).toHaveCount(0);
      await expect(tab.getByText(/bcrt1/)).toHaveCount(0);
    }
  } finally {
    proxy.stop();
  }
});
