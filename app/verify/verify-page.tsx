"use client";
import { VerifyScreen } from "../../components/verify/verify-screen.tsx";
import { verifySession } from "../../lib/runtime/sessions.ts";
import { useSession } from "../../lib/runtime/use-session.ts";

export function VerifyPage() {
  const [view, act] = useSession(verifySession);
  return <VerifyScreen view={view} act={act} />;
}
