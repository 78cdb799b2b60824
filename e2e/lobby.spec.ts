import { expect, test } from "./fixtures.ts";
import { approveSettings, joinGroup, person, startGroup } from "./people.ts";

test("a stranger in a seat is removed before anything is made, and the right person takes it", async ({
  browser,
  relay,
}) => {
  const coordinator = await person(browser, "Mara");
  const link = await startGroup(coordinator, relay.url, {
    name: "Team wallet",
    threshold: 2,
    seats: ["Alice", "Bob"],
  });
  const [alice, stranger] = [await person(browser, "Alice"), await person(browser, "Bob")];
  await joinGroup(alice, link);
  await joinGroup(stranger, link);
  await approveSettings(alice);
  await stranger.page.getByRole("button", { name: "Refuse" }).click();

  const { page } = coordinator;
  await expect(page.getByRole("heading", { name: "Bob refused the settings" })).toBeVisible();
  await page.getByRole("button", { name: "Remove somebody" }).click();
  await page.getByRole("button", { name: "Remove Bob" }).click();
  await expect(stranger.page.getByText("You were removed from this group").first()).toBeVisible();

  const bob = await person(browser, "Bob");
  await joinGroup(bob, link);
  await approveSettings(alice);
  await approveSettings(bob);
  await expect(page.getByRole("heading", { name: "Everybody is ready" })).toBeVisible();
  for (const { page: tab } of [alice, bob])
    await expect(tab.getByRole("heading", { name: /^Waiting for .* to start$/ })).toBeVisible();
  for (const { context } of [coordinator, alice, stranger, bob]) await context.close();
});
