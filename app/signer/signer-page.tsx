"use client";
import { SignerApp } from "../../components/apps/signer-app.tsx";
import { signerSession } from "../../lib/runtime/sessions.ts";
import { useSession } from "../../lib/runtime/use-session.ts";

export function SignerPage() {
  const [view, act] = useSession(signerSession);
  return <SignerApp view={view} act={act} />;
}
