import { expect, test } from "./fixtures.ts";
import { approveSettings, joinGroup, person, startGroup, unlock } from "./people.ts";
import { RelayProxy } from "./relay-proxy.ts";
import { type Moment, Reloads } from "./reloads.ts";

/**
 * The messages of a lobby that does not go well, as the coordinator's tab and as the tab of the member who refused see them. How one goes
 * well is in `reload-kinds.spec.ts`.
 */
const ways = [
  { who: "the coordinator", after: ["received DECLINE", "sent LOBBY_REFUSE"] },
  { who: "the member who refused", after: ["sent DECLINE", "received LOBBY_REFUSE"] },
] as const satisfies readonly { readonly who: string; readonly after: readonly [Moment, Moment] }[];

for (const { who, after } of ways) {
  const [declined, refused] = after;
  test(`the tab of ${who} may be reloaded after it ${declined} and after it ${refused}, and the seat goes to somebody else`, async ({
    browser,
    relay,
  }) => {
    const proxy = new RelayProxy();
    const url = await proxy.start(relay.url);
    const [mara, alice, stranger] = [
      await person(browser, "Mara"),
      await person(browser, "Alice"),
      await person(browser, "Bob"),
    ];
    const coordinates = who === "the coordinator";
    const early = coordinates ? Reloads.next(proxy, mara, unlock) : null;
    const seats = ["Alice", "Bob"];
    const link = await startGroup(mara, url, { name: "Team wallet", threshold: 2, seats });
    await joinGroup(alice, link);
    await expect.poll(() => proxy.parties.size).toBe(2);
    const reloads = early ?? Reloads.next(proxy, stranger, unlock);
    await joinGroup(stranger, link);
    await approveSettings(alice);
    const reloaded = async (moment: Moment) => {
      await expect.poll(() => reloads.done.has(moment), { timeout: 60_000 }).toBe(true);
      await reloads.settled();
    };

    reloads.arm(after);
    await stranger.page.getByRole("button", { name: "Refuse" }).click();
    await reloaded(declined);
    await expect(mara.page.getByRole("heading", { name: "Bob refused the settings" })).toBeVisible();
    await expect(stranger.page.getByText("You refused these settings")).toBeVisible();

    await mara.page.getByRole("button", { name: "Remove somebody" }).click();
    await mara.page.getByRole("button", { name: "Remove Bob" }).click();
    await reloaded(refused);
    await expect(mara.page.getByRole("heading", { name: "Waiting for Bob" })).toBeVisible();
    await expect(stranger.page.getByText("You were removed from this group").first()).toBeVisible();

    const bob = await person(browser, "Bob");
    await joinGroup(bob, link);
    await approveSettings(alice);
    await approveSettings(bob);
    await expect(mara.page.getByRole("heading", { name: "Everybody is ready" })).toBeVisible();
    await expect(stranger.page.getByText("You were removed from this group").first()).toBeVisible();
    for (const { context } of [mara, alice, stranger, bob]) await context.close();
    proxy.stop();
  });
}

for (const who of ["the coordinator", "a member"] as const) {
  const moment: Moment = who === "a member" ? "received LOBBY_CLOSED" : "sent LOBBY_CLOSED";
  test(`the tab of ${who} may be reloaded after it ${moment}, and the lobby stays closed for everybody`, async ({
    browser,
    relay,
  }) => {
    const proxy = new RelayProxy();
    const url = await proxy.start(relay.url);
    const [mara, alice, late] = [
      await person(browser, "Mara"),
      await person(browser, "Alice"),
      await person(browser, "Bob"),
    ];
    const early = who === "a member" ? null : Reloads.next(proxy, mara, unlock);
    const seats = ["Alice", "Bob"];
    const link = await startGroup(mara, url, { name: "Team wallet", threshold: 2, seats });
    await expect.poll(() => proxy.parties.size).toBe(1);
    const reloads = early ?? Reloads.next(proxy, alice, unlock);
    await joinGroup(alice, link);
    await expect(mara.page.getByRole("heading", { name: "Waiting for Bob" })).toBeVisible();

    reloads.arm([moment]);
    await mara.page.getByRole("button", { name: "Close this lobby" }).click();
    await mara.page.getByRole("button", { name: "Close the lobby" }).click();
    await expect.poll(() => reloads.done.has(moment), { timeout: 60_000 }).toBe(true);
    await reloads.settled();
    for (const { page } of [mara, alice])
      await expect(page.getByRole("heading", { level: 1, name: "This lobby is closed" })).toBeVisible();
    await expect(mara.page.getByText("Alice is told so.")).toBeVisible();
    await expect(alice.page.getByText("The coordinator closed this lobby").first()).toBeVisible();

    await joinGroup(late, link);
    await expect(late.page.getByText("The coordinator closed this lobby").first()).toBeVisible();
    await mara.page.getByRole("link", { name: "Start another group" }).click();
    await expect(mara.page.getByLabel("Group name")).toBeVisible();
    for (const { context } of [mara, alice, late]) await context.close();
    proxy.stop();
  });
}
