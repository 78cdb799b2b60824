"use client";
import { CoordinatorApp } from "../../components/apps/coordinator-app.tsx";
import { coordinatorSession } from "../../lib/runtime/sessions.ts";
import { useSession } from "../../lib/runtime/use-session.ts";

export function CoordinatorPage() {
  const [view, act] = useSession(coordinatorSession);
  return <CoordinatorApp view={view} act={act} />;
}
