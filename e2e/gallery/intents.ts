import type { Page } from "playwright/test";
import type { Intent } from "../../lib/runtime/views/index.ts";

/** What a screen asked for so far, in order. */
export const intents = (page: Page): Promise<Intent[]> =>
  page.evaluate(() => (window as unknown as { galleryIntents: Intent[] }).galleryIntents);
