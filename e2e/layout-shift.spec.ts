import { expect, test } from "./fixtures.ts";
import { Shifts } from "./shifts.ts";
import { compareCodes, confirmCodes, everyone, openTrial } from "./trial.ts";

/** The sum for one tab over the whole way. By the usual measure a page is good below 0.1 for its worst five seconds. */
const most = 0.05;

test("nothing on the way from the home page to a key jumps under a reader, on a desk or on a phone", async ({
  context,
  page,
  relay,
}) => {
  const shifts = await Shifts.watch(context);
  context.on("page", (opened) => {
    // The first tab that the coordinator opens is Bob's: his is a phone.
    if (context.pages().length === 2) void opened.setViewportSize({ width: 390, height: 844 });
  });
  const trial = await openTrial(context, page, relay.url);
  await compareCodes(trial);
  await confirmCodes(trial);

  const jumps = everyone(trial).flatMap(({ name, page: tab }) => {
    const { sum, causes } = shifts.of(tab);
    return sum < most ? [] : [`${name} in all ${sum.toFixed(3)}`, ...causes];
  });
  expect(jumps).toEqual([]);

  // Had anything jumped, it would have been seen.
  const { page: carol } = trial.carol;
  await carol.evaluate(() => {
    const block = document.createElement("div");
    block.style.height = "200px";
    document.body.prepend(block);
  });
  await expect.poll(() => shifts.of(carol).sum).toBeGreaterThan(most);
});
