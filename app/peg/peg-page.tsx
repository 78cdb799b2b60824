"use client";
import { PegApp } from "../../components/peg/peg-app.tsx";
import { usePeg } from "../../lib/runtime/peg/use-peg.ts";

export function PegPage() {
  const [view, act] = usePeg();
  return <PegApp view={view} act={act} />;
}
