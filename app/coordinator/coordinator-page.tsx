"use client";
import { CoordinatorApp } from "../../components/apps/coordinator-app.tsx";
import { coordinatorSession } from "../../lib/runtime/sessions.ts";
import { useTab } from "../../lib/runtime/tab/use-tab.ts";

export function CoordinatorPage() {
  const [view, act] = useTab("coordinator", coordinatorSession);
  return <CoordinatorApp view={view} act={act} />;
}
