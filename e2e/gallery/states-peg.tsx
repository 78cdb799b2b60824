import { PegCoordinatorScreen } from "../../components/peg/coordinator-screen.tsx";
import { PegDashboard } from "../../components/peg/dashboard.tsx";
import { PegApp } from "../../components/peg/peg-app.tsx";
import type { PegPageView } from "../../lib/runtime/views/index.ts";
import { chromeMara } from "./samples/people.ts";
import * as coordinator from "./samples/peg-coordinator.ts";
import * as peg from "./samples/peg.ts";
import { framed } from "./states.tsx";

const ignore = (): void => undefined;
const app = (view: PegPageView) => () => <PegApp view={view} act={ignore} />;

export const pegStates = {
  "peg-choose": app(peg.choose),
  "peg-amount": app(peg.amountBad),
  "peg-recipient": app(peg.recipient),
  "peg-way": app(peg.way),
  "peg-check": app(peg.check),
  "peg-pay": app(peg.payReady),
  "peg-pay-short": app(peg.payShort),
  "peg-sign-used": app(peg.signUsed),
  "peg-wallet-choosing": app(peg.walletChoosing),
  "peg-wallet": app(peg.walletPage),
  "peg-requests": app(peg.requests),
  "peg-requests-empty": app(peg.requestsEmpty),
  "peg-status": app(peg.statusOut),
  "peg-status-done": app(peg.statusDone),
  "peg-status-stopped": app(peg.statusStopped),
  "peg-coordinator": () =>
    framed(chromeMara, <PegCoordinatorScreen view={coordinator.running} act={ignore} />),
  "peg-coordinator-setup": () =>
    framed(chromeMara, <PegCoordinatorScreen view={coordinator.settingUp} act={ignore} />),
  "peg-hand-off": () =>
    framed(chromeMara, <PegCoordinatorScreen view={coordinator.handedOver} act={ignore} />),
  "peg-hand-off-waits": () =>
    framed(chromeMara, <PegCoordinatorScreen view={coordinator.handingOver} act={ignore} />),
  "peg-coordinator-one-offs": () =>
    framed(chromeMara, <PegCoordinatorScreen view={coordinator.oneOffs} act={ignore} />),
  "peg-numbers": app({ ...peg.walletPage, tag: "numbers", numbers: coordinator.dashboardOfTesters }),
  "peg-dashboard": () => framed(chromeMara, <PegDashboard view={coordinator.dashboard} />),
  "peg-dashboard-empty": () => framed(chromeMara, <PegDashboard view={coordinator.dashboardEmpty} />),
};
