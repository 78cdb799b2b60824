import { expect, test } from "./fixtures.ts";
import { runDkg } from "./people.ts";
import { RelayProxy } from "./relay-proxy.ts";
import { Reloads } from "./reloads.ts";
import { confirmCodes, openTrial, sameCode } from "./trial.ts";

const ways = [
  { party: "alice", moment: "sent CERTIFICATE" },
  { party: "bob", moment: "received CERTIFICATE" },
] as const;

for (const { party, moment } of ways) {
  test(`a tab that the relay kept from the last messages is given the certificate, and ${party}'s is reloaded after it ${moment}`, async ({
    context,
    page,
    relay,
  }) => {
    const proxy = new RelayProxy();
    try {
      const trial = await openTrial(context, page, await proxy.start(relay.url));
      const ofBob = await Reloads.of(proxy, trial.bob);
      const bob = ofBob.party;
      const reloads = party === "bob" ? ofBob : await Reloads.of(proxy, trial[party]);
      reloads.arm([moment]);
      // What the others end with reaches Bob as noise. The relay takes the same frame again for a duplicate, so a new one must help.
      proxy.spoils = ({ party: reader, kind }) => reader === bob && kind === "DKG_END";
      await runDkg(trial.alice);
      await expect.poll(() => reloads.done.has(moment), { timeout: 60_000 }).toBe(true);
      await reloads.settled();
      await sameCode(trial);
      await confirmCodes(trial);
    } finally {
      proxy.stop();
    }
  });
}
