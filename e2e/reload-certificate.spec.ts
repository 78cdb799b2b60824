import { join } from "node:path";
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
  test(`a tab that a forgetful relay kept from the key's certificate gets it, and ${party}'s is reloaded after it ${moment}`, async ({
    context,
    page,
    relay,
  }, { outputDir }) => {
    const proxy = new RelayProxy();
    try {
      const url = await proxy.start(relay.url);
      const trial = await openTrial(context, page, url);
      const bob = (await Reloads.of(proxy, trial.bob)).party;
      const reloads = await Reloads.of(proxy, trial[party]);
      reloads.arm([moment]);

      // Bob hears nothing of what the others end with, and they all come to the certificate.
      const certified = new Set<string>();
      proxy.loses = (frame) => {
        if (frame.direction === "sent" && frame.kind === "CERTIFIED") certified.add(frame.party);
        return frame.party === bob && frame.direction === "received" && frame.kind === "DKG_END";
      };
      await runDkg(trial.alice);
      await expect.poll(() => certified.size).toBe(2);
      expect(certified).not.toContain(bob);
      // The relay comes back without anything it kept: what Bob missed is nowhere but in the others' tabs.
      await relay.kill();
      proxy.loses = () => false;
      await relay.start(undefined, { HOARFROST_DATA_DIR: join(outputDir, "another-relay") });

      await expect.poll(() => reloads.done.has(moment), { timeout: 60_000 }).toBe(true);
      await reloads.settled();
      await sameCode(trial);
      await confirmCodes(trial);
    } finally {
      proxy.stop();
    }
  });
}
