import { RelayProcess } from "../test/relay-process.ts";
import type { Kind } from "../lib/rounds/core/kind.ts";
import { expect, test } from "./fixtures.ts";
import { runDkg, sayMatches } from "./people.ts";
import { RelayProxy } from "./relay-proxy.ts";
import { type Moment, Reloads } from "./reloads.ts";
import {
  approveIfAsked,
  askToSign,
  go,
  publicKeyOf,
  refuseRequest,
  signatureNamed,
  verifies,
} from "./signing.ts";
import { everyone, hrefOf, sameAddress, sameCode, startTrial, type Trial } from "./trial.ts";

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

/** The lobby's messages as the coordinator's tab and as a member's see them. */
const lobby = {
  alice: [
    "received LOBBY_JOIN",
    "sent LOBBY_STATE",
    "sent LOBBY_ROSTER",
    "received APPROVE",
    "sent LOBBY_SEALED",
  ],
  bob: [
    "sent LOBBY_JOIN",
    "received LOBBY_STATE",
    "received LOBBY_ROSTER",
    "sent APPROVE",
    "received LOBBY_SEALED",
  ],
} as const satisfies Readonly<Record<string, readonly Moment[]>>;

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
      const tab = async (name: string) => ({ name, context, page: await context.newPage() });
      trial = { alice: await tab("Alice"), bob: await tab("Bob"), carol: await tab("Carol") };
      await startTrial(trial.alice.page, url);
      await expect.poll(() => proxy.parties.size).toBe(1);
      const [toBob, toCarol] = [
        await hrefOf(trial.alice.page, "Bob"),
        await hrefOf(trial.alice.page, "Carol"),
      ];
      reloads = party === "alice" ? await Reloads.of(proxy, trial.alice) : Reloads.next(proxy, trial.bob);
      reloads.arm(lobby[party]);
      await trial.bob.page.goto(toBob);
      await trial.carol.page.goto(toCarol);
    });
    test.afterAll(async () => {
      await trial.alice.context.close();
      proxy.stop();
      await relay.dispose();
    });

    for (const moment of lobby[party]) {
      test(`after it ${moment}, and the lobby goes on`, async () => {
        await expect.poll(() => reloads.done.has(moment), { timeout: 60_000 }).toBe(true);
      });
    }

    test("and everybody is ready all the same", async () => {
      await reloads.settled();
      const { page } = trial.alice;
      await expect(page.getByRole("heading", { name: "Everybody is ready" })).toBeVisible();
      reloads.arm([...keygen, ...both("FINGERPRINT_VERDICT")]);
      await runDkg(trial.alice);
    });

    for (const moment of keygen) {
      test(`after it ${moment}, and the key is made`, async () => {
        await expect.poll(() => reloads.done.has(moment), { timeout: 60_000 }).toBe(true);
      });
    }

    test("after each answer to the comparison that it sent or received, and all come to one address", async () => {
      await sameCode(trial);
      await reloads.settled();
      for (const person of everyone(trial)) {
        await sayMatches(person);
        // What is pressed while the tab is loaded anew would be lost: the reload that follows from this answer comes first.
        const moment = `${person === trial[party] ? "sent" : "received"} FINGERPRINT_VERDICT` as const;
        await expect.poll(() => reloads.done.has(moment), { timeout: 60_000 }).toBe(true);
        await reloads.settled();
      }
      await sameAddress(trial);
    });

    for (const { asks, after } of signing) {
      test(`after it ${after.join(" and ")}, and the signature comes out`, async () => {
        const message = `${party}: ${after.join(", ")}`;
        reloads.armNext(after);
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

    const refusal: Moment = party === "bob" ? "sent REFUSE" : "received REFUSE";
    test(`after it ${refusal}, and Bob's refusal stands while the others sign`, async () => {
      const message = `${party}: ${refusal}`;
      reloads.armNext([refusal]);
      await askToSign(trial.carol, message);
      await refuseRequest(trial.bob, message);
      await expect.poll(() => reloads.done.has(refusal), { timeout: 60_000 }).toBe(true);
      await reloads.settled();
      for (const person of [trial.alice, trial.carol]) await approveIfAsked(person, message);
      const signature = await signatureNamed(trial.carol, message);
      expect(verifies(await publicKeyOf(trial.carol), message, signature)).toBe(true);
      for (const person of everyone(trial)) {
        await go(person, "requests");
        await person.page.locator("a.item", { hasText: message }).click();
        const bob = person.page.locator("article.reader li.check", {
          has: person.page.locator("b", { hasText: /^Bob/ }),
        });
        await expect(bob.getByText(/^Refused/)).toBeVisible();
      }
    });
  });
}
