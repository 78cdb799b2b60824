"use client";
import { HomeScreen } from "../components/home/home-screen.tsx";
import { homeSession } from "../lib/runtime/sessions.ts";
import { useSession } from "../lib/runtime/use-session.ts";

export function HomePage() {
  const [view, act] = useSession(homeSession);
  return <HomeScreen view={view} act={act} />;
}
