"use client";
import { useEffect } from "react";
import type { Session } from "../session.ts";
import { useSession } from "../use-session.ts";
import type { Act } from "../views/index.ts";
import type { PageKind, PageViews } from "./protocol.ts";
import { startTab } from "./tab.ts";

/** A page's view and how to act on it; starts the page's worker after the first paint. */
export function useTab<Page extends PageKind>(
  page: Page,
  session: Session<PageViews[Page]>,
): readonly [PageViews[Page], Act] {
  useEffect(() => startTab(page, session), [page, session]);
  return useSession(session);
}
