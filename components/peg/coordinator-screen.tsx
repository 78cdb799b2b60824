"use client";
import { Blocks, ChartNoAxesCombined, Check, CircleX, Link2, Pause, Play } from "lucide-react";
import type { PegCommandAct, PegCoordinatorView, PegSetupStep } from "../../lib/runtime/views/index.ts";
import { Title } from "../frame/screen.tsx";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { dateTime } from "../ui/format.ts";
import { Amount, plain, Words } from "../ui/marks.tsx";
import { Note } from "../ui/note.tsx";
import { Facts, Panel } from "../ui/panel.tsx";
import { HandOff } from "./hand-off.tsx";
import { Elsewhere } from "./elsewhere.tsx";
import { FeeWallet } from "./fee-wallet.tsx";
import { Members } from "./members.tsx";
import { OneOff } from "./one-off.tsx";
import { PegLinks } from "./peg-links.tsx";
import { QueueTable } from "./queue-table.tsx";

function SetupStep(props: { readonly step: PegSetupStep; readonly at: number; readonly act: PegCommandAct }) {
  const { step, at, act } = props;
  return (
    <li className={step.state === "failed" ? "bad" : step.state}>
      <span className="dot" aria-hidden="true">
        {step.state === "done" ? (
          <Check className="icon" />
        ) : step.state === "failed" ? (
          <CircleX className="icon" />
        ) : (
          at
        )}
      </span>
      <h3>
        {step.title}
        <span className="spoken">, {step.state}</span>
      </h3>
      <span className="when">{step.at === undefined ? "" : dateTime(step.at)}</span>
      <p>
        <Words of={step.note} />
        <PegLinks links={step.links} />
      </p>
      {step.action !== undefined && (
        <div className="col-start-2 mt-2">
          <Button size="small" onPress={() => act({ do: "peg-setup", step: step.id })}>
            {step.action}
          </Button>
        </div>
      )}
    </li>
  );
}

function Halt({ view }: { readonly view: PegCoordinatorView }) {
  const { halt } = view;
  if (halt === undefined) return null;
  const titles = {
    unbacked: "Mints and payouts stand still: a minted deposit is missing on Bitcoin",
    "contract-halted": "The contract is halted",
    "source-down": "A source does not answer, so nothing is decided",
  };
  return (
    <Note tone={halt.why === "unbacked" ? "stop" : "sun"} title={titles[halt.why]}>
      <p>
        <Words of={halt.detail} />
      </p>
      {halt.deficit !== undefined && (
        <p>
          Missing: <Amount sats={halt.deficit} unit="BTC" />
        </p>
      )}
    </Note>
  );
}

const loopWords = {
  off: "Not started",
  running: "Running",
  paused: "Paused",
  elsewhere: "Running on another device",
  stopped: "Stopped",
};

function Loop({ view, act }: { readonly view: PegCoordinatorView; readonly act: PegCommandAct }) {
  const { loop } = view;
  const paused = loop.state === "paused";
  return (
    <Panel
      title="This tab’s work"
      side={
        loop.state === "running" || paused ? (
          <Button
            size="small"
            icon={paused ? <Play className="icon" /> : <Pause className="icon" />}
            onPress={() => act({ do: "peg-pause", paused: !paused })}
          >
            {paused ? "Go on" : "Pause"}
          </Button>
        ) : undefined
      }
    >
      <Facts
        rows={[
          ["State", loopWords[loop.state]],
          [
            "Now",
            <span key="n" role="status">
              <Words of={loop.doing} />
            </span>,
          ],
          ...(loop.tip === undefined
            ? []
            : ([
                ["Bitcoin", `Block ${loop.tip.bitcoin}`],
                ["Stacks", `Block ${loop.tip.stacks}`],
              ] as const)),
        ]}
      />
    </Panel>
  );
}

function Testers({ link }: { readonly link: string }) {
  return (
    <>
      <a className="inline-flex items-center gap-1.5" href={link} target="_blank" rel="noreferrer">
        <Link2 className="icon" /> The testers’ page
      </a>
      <CopyButton text={link}>Copy the link for testers</CopyButton>
    </>
  );
}

/** The coordinator's peg: setting it up, what is in the queue, and the few things to do by hand. */
export function PegCoordinatorScreen(props: {
  readonly view: PegCoordinatorView;
  readonly act: PegCommandAct;
}) {
  const { view, act } = props;
  const open = view.setup.filter(({ state }) => state !== "done");
  const stuck = view.queue.filter((item) => item.stuck !== undefined).length;
  return (
    <div className="page">
      <Title
        place="peg-coordinator"
        sub={
          <p>
            {open.length > 0
              ? `${view.setup.length - open.length} of ${view.setup.length} steps of setting up are done.`
              : stuck > 0
                ? `${stuck} ${stuck === 1 ? "request needs" : "requests need"} you.`
                : plain(view.loop.doing)}
          </p>
        }
        side={
          <span className="row">
            {view.numbers !== undefined && (
              <a className="inline-flex items-center gap-1.5" href="#/peg/numbers">
                <ChartNoAxesCombined className="icon" /> In numbers
              </a>
            )}
            {view.network === "devnet" && (
              <a
                className="inline-flex items-center gap-1.5"
                href="/explorer"
                target="_blank"
                rel="noreferrer"
              >
                <Blocks className="icon" /> Explorer
              </a>
            )}
            {view.testers !== undefined && <Testers link={view.testers} />}
          </span>
        }
      >
        Peg
      </Title>
      <div className="stack">
        <Elsewhere view={view} act={act} />
        <Halt view={view} />
        {view.problem !== undefined && (
          <Note tone="stop" title={view.problem.what}>
            <p className="wrap-anywhere">{view.problem.detail}</p>
          </Note>
        )}
        <div className="peg-grid">
          <div className="stack">
            {open.length > 0 && (
              <Panel title="Setting up" side={`${view.setup.length - open.length} of ${view.setup.length}`}>
                <ol className="timeline">
                  {view.setup.map((step, index) => (
                    <SetupStep key={step.id} step={step} at={index + 1} act={act} />
                  ))}
                </ol>
              </Panel>
            )}
            <QueueTable queue={view.queue} act={act} />
            <Members view={view} act={act} />
          </div>
          <div className="stack">
            <Loop view={view} act={act} />
            {view.handOff !== undefined && <HandOff view={view.handOff} busy={view.busy} act={act} />}
            {view.loop.state !== "off" && <OneOff view={view} act={act} />}
            <FeeWallet view={view} act={act} />
          </div>
        </div>
      </div>
    </div>
  );
}
