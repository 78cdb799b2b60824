"use client";
import { ExplorerScreen } from "../../components/explorer/explorer-screen.tsx";
import { usePlace } from "../../components/frame/fragment.ts";
import { useExplorer } from "../../lib/runtime/explorer/use-explorer.ts";

export function ExplorerPage() {
  const [view, mine] = useExplorer(usePlace());
  return <ExplorerScreen view={view} mine={mine} />;
}
