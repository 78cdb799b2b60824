"use client";
import { Suspense, type ReactNode } from "react";
import type { PegAct, PegPageView } from "../../lib/runtime/views/index.ts";
import { pegProblemCopy } from "../../lib/runtime/views/index.ts";
import { lazyScreen } from "../frame/lazy-screen.tsx";
import { Screen, Title } from "../frame/screen.tsx";
import { Button } from "../ui/button.tsx";
import { Panel } from "../ui/panel.tsx";
import { Skeleton } from "../ui/progress.tsx";
import { ProblemNote } from "./problem.tsx";
import { PegNav } from "./peg-nav.tsx";

const Form = lazyScreen(() => import("./form-screen.tsx").then((m) => ({ default: m.FormScreen })));
const Status = lazyScreen(() => import("./status-screen.tsx").then((m) => ({ default: m.StatusScreen })));
const Requests = lazyScreen(() =>
  import("./requests-screen.tsx").then((m) => ({ default: m.RequestsScreen })),
);
const Wallet = lazyScreen(() => import("./wallet-screen.tsx").then((m) => ({ default: m.WalletScreen })));
const Dashboard = lazyScreen(() => import("./dashboard.tsx").then((m) => ({ default: m.PegDashboard })));
const Choose = lazyScreen(() => import("./choose-screen.tsx").then((m) => ({ default: m.ChooseScreen })));

function Starting({ title }: { readonly title: string }) {
  return (
    <div className="page">
      <Title place="peg-starting">{title}</Title>
      <Panel>
        <Skeleton label="Asking the chains" rows={4} />
      </Panel>
    </div>
  );
}

/** The heading that a view will have, so that it stands still while its screen loads. */
function headingOf(view: PegPageView): string {
  switch (view.tag) {
    case "form":
      return view.form.title;
    case "status":
      return view.status.title;
    case "requests":
      return "Your requests";
    case "wallet":
      return "Balance and transfer";
    case "numbers":
      return "Peg in numbers";
    case "starting":
    case "looking":
    case "failed":
    case "choose":
      return "Peg";
  }
}

function Content({ view, act }: { readonly view: PegPageView; readonly act: PegAct }): ReactNode {
  switch (view.tag) {
    case "starting":
      return <Starting title="Peg" />;
    case "looking":
      return (
        <div className="page">
          <Title place="peg-looking">Looking for the request</Title>
          {view.problem === undefined ? (
            <Panel>
              <Skeleton label="Asking the chains" rows={4} />
            </Panel>
          ) : (
            <ProblemNote problem={view.problem} />
          )}
        </div>
      );
    case "failed":
      return (
        <div className="page narrow">
          <Title place="peg-failed">{pegProblemCopy[view.problem.code].what}</Title>
          <div className="stack">
            <ProblemNote problem={view.problem} />
            <div className="row">
              <Button look="main" onPress={() => act({ do: "try-again" })}>
                Try again
              </Button>
            </div>
          </div>
        </div>
      );
    case "choose":
      return <Choose view={view} act={act} />;
    case "form":
      return <Form form={view.form} wallet={view.wallet} act={act} />;
    case "status":
      return <Status status={view.status} act={act} />;
    case "requests":
      return <Requests view={view} />;
    case "numbers":
      return view.numbers === undefined ? (
        <Starting title="Peg in numbers" />
      ) : (
        <Dashboard view={view.numbers} />
      );
    case "wallet":
      return <Wallet wallet={view.wallet} transfer={view.transfer} act={act} />;
  }
}

/** The testers' page, chosen by the tag of its view. */
export function PegApp({ view, act }: { readonly view: PegPageView; readonly act: PegAct }) {
  const chrome =
    view.network === undefined
      ? view.chrome
      : { ...view.chrome, group: { name: "Peg", network: view.network } };
  return (
    <Screen chrome={chrome} before={<PegNav view={view} act={act} />}>
      <Suspense fallback={<Starting title={headingOf(view)} />}>
        <Content view={view} act={act} />
      </Suspense>
    </Screen>
  );
}
