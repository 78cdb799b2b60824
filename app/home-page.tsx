"use client";
import { HomeScreen } from "../components/home/home-screen.tsx";
import { homeSession } from "../lib/runtime/sessions.ts";
import { useTab } from "../lib/runtime/tab/use-tab.ts";

export function HomePage() {
  const [view, act] = useTab("home", homeSession);
  return <HomeScreen view={view} act={act} />;
}
