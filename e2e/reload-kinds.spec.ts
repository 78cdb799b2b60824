import type { Page } from "playwright/test";
import { RelayProcess } from "../test/relay-process.ts";
import type { Kind } from "../lib/rounds/core/kind.ts";
import { expect, test } from "./fixtures.ts";
import { runDkg, sayMatches } from "./people.ts";
import { RelayProxy } from "./relay-proxy.ts";
import { type Moment, Reloads } from "./reloads.ts";
import { approveIfAsked, askToSign, publicKeyOf, signatureNamed, verifies } from "./signing.ts";
import { everyone, openTrial, sameAddress, sameCode, type Trial } from "./trial.ts";

const both = (...kinds: readonly Kind[]): Moment[] =>
  kinds.flatMap((kind): Moment[] => [`sent ${kind}`, `received ${kind}`]);

const ceremony = [
  "DKG_PUBLIC_SHARES",
  "DKG_PRIVATE_SHARES",
  "DKG_END",
  "CERTIFIED",
  "LIFE_NONCE",
  "LIFE_SHARE",
] as const;

/** A request, who asks for it, and after which messages the tab is reloaded while it is signed. */
interface Round {
  readonly asks: keyof Trial;
  readonly after: readonly Moment[];
}

/**
 * The coordinator's tab and a signer's. Who asks for the first time asks for one-time numbers; later shares bring the next ones along, so
 * that NONCE_REQUEST and NONCE_RESPONSE are seen in first requests alone.
 */
const ways: readonly {
  readonly party: "alice" | "bob";
  readonly keygen: readonly Moment[];
  readonly signing: readonly Round[];
}[] = [
  {
    party: "alice",
    keygen: ["sent DKG_BEGIN", ...both(...ceremony)],
    signing: [
      { asks: "bob", after: ["received NONCE_REQUEST"] },
      { asks: "carol", after: ["sent NONCE_RESPONSE"] },
      { asks: "bob", after: ["received SIGN_SHARE_REQUEST"] },
      { asks: "bob", after: ["sent SIGN_SHARE_RESPONSE"] },
      { asks: "bob", after: ["received SIGNED"] },
    ],
  },
  {
    party: "bob",
    keygen: ["received DKG_BEGIN", ...both(...ceremony)],
    signing: [
      { asks: "bob", after: ["sent NONCE_REQUEST", "received NONCE_RESPONSE"] },
      { asks: "bob", after: ["sent SIGN_SHARE_REQUEST"] },
      { asks: "bob", after: ["received SIGN_SHARE_RESPONSE"] },
      { asks: "bob", after: ["sent SIGNED"] },
    ],
  },
];

for (const { party, keygen, signing } of ways) {
  test.describe.serial(`the tab of ${party} may be reloaded`, () => {
    const relay = new RelayProcess();
    const proxy = new RelayProxy();
    let reloads: Reloads;
    let trial: Trial;

    test.beforeAll(async ({ browser }) => {
      await relay.start();
      const url = await proxy.start(relay.url);
      const context = await browser.newContext();
      const page: Page = await context.newPage();
      trial = await openTrial(context, page, url);
      reloads = await Reloads.of(proxy, trial[party]);
      reloads.arm([...keygen, ...both("FINGERPRINT_VERDICT")]);
      await runDkg(trial.alice);
    });
    test.afterAll(async () => {
      await trial.alice.context.close();
      proxy.stop();
      await relay.dispose();
    });

    for (const moment of keygen) {
      test(`after it ${moment}, and the key is made`, async () => {
        await expect.poll(() => reloads.done.has(moment), { timeout: 60_000 }).toBe(true);
      });
    }

    test("after each answer to the comparison that it sent or received, and all come to one address", async () => {
      await sameCode(trial);
      for (const person of everyone(trial)) {
        await reloads.settled();
        await sayMatches(person);
      }
      await reloads.settled();
      await sameAddress(trial);
      expect([...reloads.done]).toEqual(expect.arrayContaining(both("FINGERPRINT_VERDICT")));
    });

    for (const { asks, after } of signing) {
      test(`after it ${after.join(" and ")}, and the signature comes out`, async () => {
        const message = `${party}: ${after.join(", ")}`;
        reloads.arm(after);
        await askToSign(trial[asks], message);
        for (const person of everyone(trial)) {
          await reloads.settled();
          await approveIfAsked(person, message);
        }
        const signature = await signatureNamed(trial.carol, message);
        await expect.poll(() => after.every((moment) => reloads.done.has(moment))).toBe(true);
        await reloads.settled();
        expect(verifies(await publicKeyOf(trial.carol), message, signature)).toBe(true);
      });
    }
  });
}
