import type { BrowserContext, Page } from "playwright/test";

/** Has a person's browser allow notifications and keep what it would have shown. */
export async function keepNotifications(context: BrowserContext): Promise<void> {
  await context.grantPermissions(["notifications"]);
  await context.addInitScript(() => {
    const browser = Notification;
    const shown: unknown[] = [];
    class Kept extends EventTarget {
      static get permission(): NotificationPermission {
        return browser.permission;
      }
      constructor(title: string, options: NotificationOptions) {
        super();
        shown.push({ title, ...options });
      }
    }
    Object.assign(globalThis, { Notification: Kept, shownNotifications: shown });
  });
}

/** Every notification since the page was loaded, with all that it says. */
export const notificationsOf = (page: Page): Promise<readonly unknown[]> =>
  page.evaluate(() => (globalThis as unknown as { shownNotifications: unknown[] }).shownNotifications);

/** Tells a page that it is behind another one, or in front again: here every page of a test is in front. */
export const turnTo = (page: Page, state: DocumentVisibilityState): Promise<void> =>
  page.evaluate((visibility) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => visibility });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);

/** Where the tab's icon is from. */
export const iconOf = (page: Page): Promise<string> =>
  page.locator('link[rel~="icon"]').evaluate((link: HTMLLinkElement) => new URL(link.href).pathname);
