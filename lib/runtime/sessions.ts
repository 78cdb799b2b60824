import { createSession } from "./session.ts";
import type { CoordinatorView, HomePageView, SignerView, VerifyPageView } from "./views/index.ts";

/** One session per page and tab, in the state a page has before its driver has read anything. */
export const signerSession = createSession<SignerView>({ chrome: {}, tag: "starting" });
export const coordinatorSession = createSession<CoordinatorView>({ chrome: {}, tag: "starting" });
export const homeSession = createSession<HomePageView>({ chrome: {}, home: {} });
export const verifySession = createSession<VerifyPageView>({
  chrome: {},
  verify: { stage: "idle", lines: [] },
});
