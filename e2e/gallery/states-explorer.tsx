import type { ReactNode } from "react";
import { ExplorerScreen } from "../../components/explorer/explorer-screen.tsx";
import type { ExplorerPageView } from "../../lib/runtime/explorer/views.ts";
import * as explorer from "./samples/explorer.ts";

const shown = (view: ExplorerPageView): ReactNode => <ExplorerScreen view={view} mine={() => undefined} />;

export const explorerStates = {
  explorer: () => shown(explorer.overview),
  "explorer-empty": () => shown(explorer.empty),
  "explorer-loading": () => shown(explorer.loading),
  "explorer-absent": () => shown(explorer.absent),
  "explorer-missing": () => shown(explorer.missing),
  "explorer-failed": () => shown(explorer.failed),
  "explorer-block": () => shown(explorer.block),
  "explorer-tx": () => shown(explorer.tx),
  "explorer-call": () => shown(explorer.call),
};
