import { expect, test } from "./fixture.ts";
import { intents } from "./intents.ts";

test("the question whom to remove holds the focus, begins at the safe answer, and Escape gives the focus back", async ({
  page,
  open,
}) => {
  await open("lobby", "light", 1440);
  const opener = page.getByRole("button", { name: "Remove somebody" });
  await opener.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Remove whom?" });
  await expect(dialog.getByRole("button", { name: "Keep everybody" })).toBeFocused();
  const reached = new Set<string>();
  for (let presses = 0; presses < 12; presses++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const { activeElement } = document;
      if (activeElement === document.body) return null;
      return activeElement?.closest("dialog") == null ? "behind it" : activeElement.textContent;
    });
    if (focused !== null) reached.add(focused);
  }
  expect([...reached].toSorted()).toEqual(["Keep everybody", "Remove Alice", "Remove Bob"]);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();
  expect(await intents(page)).toEqual([]);
});

test("whoever is chosen is removed once, however often it is pressed", async ({ page, open }) => {
  await open("lobby", "light", 320);
  await page.getByRole("button", { name: "Remove somebody" }).click();
  const dialog = page.getByRole("dialog", { name: "Remove whom?" });
  await dialog.getByRole("button", { name: "Remove Bob" }).dblclick();
  await expect(dialog).toBeHidden();
  expect(await intents(page)).toEqual([{ do: "remove-member", name: "Bob" }]);
});

test("a lobby is closed at the second word alone, and the safe button has the focus", async ({
  page,
  open,
}) => {
  await open("lobby", "light", 1440);
  const opener = page.getByRole("button", { name: "Close this lobby" });
  await opener.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Close this lobby?" });
  await expect(dialog.getByRole("button", { name: "Keep it open" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();
  expect(await intents(page)).toEqual([]);
  await opener.press("Enter");
  await dialog.getByRole("button", { name: "Close the lobby" }).click();
  expect(await intents(page)).toEqual([{ do: "close-lobby" }]);
});

test("a seat is removed at the second word, and one that may hold a share after its group's name was typed", async ({
  page,
  open,
}) => {
  await open("home", "light", 1440);
  await page.getByRole("button", { name: "Remove Board from this browser" }).press("Enter");
  const lobby = page.getByRole("dialog", { name: "Remove Board from this browser?" });
  await expect(lobby.getByRole("button", { name: "Keep it" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(lobby).toBeHidden();
  expect(await intents(page)).toEqual([]);

  await page.getByRole("button", { name: "Remove Alpha peg wallet from this browser" }).press("Enter");
  const held = page.getByRole("dialog", { name: "Remove Alpha peg wallet from this browser?" });
  await expect(held.getByText("Its backup was tested")).toBeVisible();
  const erase = held.getByRole("button", { name: "Erase this seat" });
  await held.getByLabel("Type Alpha peg wallet to erase it").fill("Alpha");
  await erase.press("Enter");
  expect(await intents(page)).toEqual([]);
  await held.getByLabel("Type Alpha peg wallet to erase it").fill("Alpha peg wallet");
  await erase.press("Enter");
  expect(await intents(page)).toEqual([{ do: "remove-seat", id: "a1", typed: "Alpha peg wallet" }]);
});

test("a weak threshold needs a second sentence, and the safe button has the focus", async ({
  page,
  open,
}) => {
  await open("create-weak", "light", 768);
  await page.getByRole("button", { name: "Create and get the invite link" }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "3 of 3 is a weak choice" });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Choose another number" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  expect(await intents(page)).toEqual([]);
  await page.getByRole("button", { name: "Create and get the invite link" }).press("Enter");
  await dialog.getByRole("button", { name: "Create 3 of 3 anyway" }).press("Enter");
  expect(await intents(page)).toMatchObject([{ do: "create-group", settings: { threshold: 3 } }]);
});
