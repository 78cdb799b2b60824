import type { Page } from "playwright/test";
import { OwnBrowser } from "../test/own-browser.ts";
import { expect, test as base } from "./fixtures.ts";
import { iconOf } from "./notices.ts";
import { sayMatches } from "./people.ts";
import { approveRequest, askToSign, publicKeyOf, shownSignature, verifies } from "./signing.ts";
import { hrefOf, sameAddress, sameCode, startTrial, type Trial } from "./trial.ts";

const test = base.extend<{ readonly own: OwnBrowser }>({
  // Playwright reads the names of the fixtures a fixture needs from this pattern; this one needs none.
  own: async ({}, provide) => {
    const own = await OwnBrowser.start();
    await provide(own);
    await own.close();
  },
});

/** What each tab knows of itself: whether a person sees it. */
const sightOf = (pages: readonly Page[]): Promise<string[]> =>
  Promise.all(pages.map((page) => page.evaluate(() => document.visibilityState)));

test("three tabs of one window, of which a person sees one at a time, make a key and sign with it", async ({
  own,
  relay,
}) => {
  const { context } = own;
  const [alice] = context.pages();
  if (alice === undefined) throw new Error("the browser opened no tab");
  await startTrial(alice, relay.url);
  const open = async (name: string): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(await hrefOf(alice, name));
    return page;
  };
  const [bob, carol] = [await open("Bob"), await open("Carol")];
  const trial: Trial = {
    alice: { name: "Alice", context, page: alice },
    bob: { name: "Bob", context, page: bob },
    carol: { name: "Carol", context, page: carol },
  };
  await alice.bringToFront();
  expect(await sightOf([alice, bob, carol])).toEqual(["visible", "hidden", "hidden"]);

  await alice.getByRole("button", { name: "Run DKG" }).click();
  // Nobody has turned to the others: they worked while they were hidden, and say so where a person looks.
  await sameCode(trial);
  for (const page of [bob, carol]) {
    await expect(page).toHaveTitle(/^\(1\) Compare this code/);
    expect(await iconOf(page)).toBe("/icon-waiting.svg");
  }
  expect(await sightOf([alice, bob, carol])).toEqual(["visible", "hidden", "hidden"]);
  for (const person of [trial.alice, trial.bob, trial.carol]) {
    await person.page.bringToFront();
    await sayMatches(person);
  }
  await sameAddress(trial);

  const message = "Signed behind other tabs.";
  await alice.bringToFront();
  await askToSign(trial.alice, message);
  for (const page of [bob, carol]) await expect(page).toHaveTitle(/^\(1\) /);
  await bob.bringToFront();
  await approveRequest(trial.bob);
  const signature = await shownSignature(trial.bob);
  expect(verifies(await publicKeyOf(trial.bob), message, signature)).toBe(true);
  // Signed by two of three, the third is not asked any more, though nobody has looked at its tab.
  await expect(carol).not.toHaveTitle(/^\(/);
  expect(await sightOf([alice, bob, carol])).toEqual(["hidden", "visible", "hidden"]);
});
