import { expect, test } from "./fixtures.ts";
import { sayMatches } from "./people.ts";
import { go } from "./signing.ts";
import { compareCodes, everyone, openTrial } from "./trial.ts";

test("one 'Does not match' stops every tab for good, and no tab ever shows an address", async ({
  context,
  page,
  relay,
  complaints,
}) => {
  const trial = await openTrial(context, page, relay.url);
  await compareCodes(trial);
  await sayMatches(trial.alice);
  await sayMatches(trial.bob);
  await trial.carol.page.getByRole("button", { name: "Does not match" }).click();

  for (const { page: tab } of everyone(trial)) {
    await expect(tab.getByRole("heading", { name: "Stop. Do not use this key" })).toBeVisible();
    await expect(tab.getByRole("row", { name: /^Carol.*Does not match/ })).toBeVisible();
    await expect(tab.getByText(/bcrt1/)).toHaveCount(0);
    await expect(tab.getByRole("button", { name: "Matches", exact: true })).toHaveCount(0);
  }
  // Neither a reload nor a place typed into the address bar leads past it.
  for (const person of everyone(trial)) {
    await person.page.reload();
    await go(person, "requests");
    await expect(person.page.getByRole("heading", { name: "Stop. Do not use this key" })).toBeVisible();
    await expect(person.page.getByText(/bcrt1/)).toHaveCount(0);
  }
  expect(complaints).toEqual([]);
});

test("nothing but an answer leads past the comparison", async ({ context, page, relay }) => {
  const trial = await openTrial(context, page, relay.url);
  await compareCodes(trial);
  await sayMatches(trial.alice);
  await sayMatches(trial.bob);
  for (const place of ["", "requests", "compose", "backup"]) {
    for (const person of everyone(trial)) {
      await go(person, place);
      await expect(person.page.getByRole("img", { name: /^Code: / })).toBeVisible();
      await expect(person.page.getByText(/bcrt1/)).toHaveCount(0);
    }
  }
  await expect(trial.alice.page.getByText("2 of 3 confirmed")).toBeVisible();
});
