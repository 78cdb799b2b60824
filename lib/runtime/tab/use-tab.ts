"use client";
import { useEffect, useState, useSyncExternalStore } from "react";
import type { Act } from "../views/index.ts";
import type { PageKind, PageViews } from "./protocol.ts";
import { Tab } from "./tab.ts";

const idle = (): (() => void) => () => undefined;
const nothing: Act = () => undefined;

// One tab per page load, however often React mounts the page: a second worker would ask for the same seat.
let only: Tab<PageKind> | null = null;

/** Build hash and relay address, as the site's build wrote them into the page. */
function site(): { readonly build: string; readonly relay: string | null } {
  const meta = (name: string) =>
    document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";
  const relay = meta("hoarfrost-relay");
  return { build: meta("hoarfrost-build"), relay: relay === "" ? null : relay };
}

/**
 * A page's view and how to act on it. The view comes from this tab's worker; until it speaks, and on the server, it is `starting`.
 */
export function useTab<Page extends PageKind>(
  page: Page,
  starting: PageViews[Page],
  stopped: PageViews[Page],
): readonly [PageViews[Page], Act] {
  const [tab, setTab] = useState<Tab<Page> | null>(null);
  useEffect(() => {
    const { build, relay } = site();
    only ??= new Tab(page, build, relay, starting, stopped) as unknown as Tab<PageKind>;
    setTab(only as unknown as Tab<Page>);
  }, [page, starting, stopped]);
  const view = useSyncExternalStore(tab?.subscribe ?? idle, tab?.view ?? (() => starting), () => starting);
  return [view, tab?.act ?? nothing];
}
