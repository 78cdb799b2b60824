"use client";
import { VerifyScreen } from "../../components/verify/verify-screen.tsx";
import { verifySession } from "../../lib/runtime/sessions.ts";
import { useTab } from "../../lib/runtime/tab/use-tab.ts";

export function VerifyPage() {
  const [view, act] = useTab("verify", verifySession);
  return <VerifyScreen view={view} act={act} />;
}
