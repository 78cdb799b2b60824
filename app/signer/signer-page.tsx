"use client";
import { SignerApp } from "../../components/apps/signer-app.tsx";
import { signerSession } from "../../lib/runtime/sessions.ts";
import { useTab } from "../../lib/runtime/tab/use-tab.ts";

export function SignerPage() {
  const [view, act] = useTab("signer", signerSession);
  return <SignerApp view={view} act={act} />;
}
