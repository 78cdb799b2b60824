"use client";
import { Check, CircleX, Undo2 } from "lucide-react";
import type { PegAct, PegStatusView, PegStep, Sentence } from "../../lib/runtime/views/index.ts";
import { pegStopCopy } from "../../lib/runtime/views/index.ts";
import { Title } from "../frame/screen.tsx";
import { Button, LinkButton } from "../ui/button.tsx";
import { useNow } from "../ui/clock.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Copyable } from "../ui/copyable.tsx";
import { dateTime, duration } from "../ui/format.ts";
import { Amount, Words } from "../ui/marks.tsx";
import { Note } from "../ui/note.tsx";
import { Facts, Panel } from "../ui/panel.tsx";
import { PegLinks } from "./peg-links.tsx";

const spokenState = { done: "done", now: "now", next: "to come", bad: "stopped" };

function Step({ step, at }: { readonly step: PegStep; readonly at: number }) {
  return (
    <li className={step.state} aria-current={step.state === "now" ? "step" : undefined}>
      <span className="dot" aria-hidden="true">
        {step.state === "done" ? (
          <Check className="icon" />
        ) : step.state === "bad" ? (
          <CircleX className="icon" />
        ) : (
          at
        )}
      </span>
      <h3>
        {step.title}
        <span className="spoken">, {spokenState[step.state]}</span>
      </h3>
      <span className="when">
        {step.at !== undefined ? dateTime(step.at) : step.state === "now" ? "now" : ""}
      </span>
      <p>
        <Words of={step.note} />
        <PegLinks links={step.links} />
      </p>
    </li>
  );
}

function Stop({ status, act }: { readonly status: PegStatusView; readonly act: PegAct }) {
  const { stop } = status;
  if (stop === undefined) return null;
  const { what, next } = pegStopCopy[stop.code];
  const again = status.link.replace(/^[^#]*/, "").replace(/\/[0-9a-f]{64}$/, "");
  return (
    <Note
      tone={stop.tone}
      title={what}
      actions={
        stop.next === "new-request" ? (
          <LinkButton size="small" href={again}>
            Make a new request
          </LinkButton>
        ) : stop.next === "retry-later" ? (
          <Button size="small" onPress={() => act({ do: "try-again" })}>
            Ask again
          </Button>
        ) : stop.next === "contact" ? (
          <CopyButton size="small" text={`${what}. ${status.link}`}>
            Copy a report for the coordinator
          </CopyButton>
        ) : undefined
      }
    >
      <p>{next}</p>
      {stop.detail !== undefined && <p className="help wrap-anywhere">{stop.detail}</p>}
      <p className="mono text-xs">{stop.code}</p>
    </Note>
  );
}

function Reclaim({ status, act }: { readonly status: PegStatusView; readonly act: PegAct }) {
  const { reclaim } = status;
  if (reclaim === undefined) return null;
  const { state, blocksLeft, lockBlocks } = reclaim;
  return (
    <Panel title="Way back">
      <div className="stack tight">
        <p className="text-ink-2">
          {state === "done"
            ? "You took this deposit back."
            : `Not minted ${lockBlocks} blocks after its payment, it is yours to take back with the key of the wallet that made it.`}
        </p>
        {state !== "done" && (
          <Button
            icon={<Undo2 className="icon" />}
            busy={state === "working"}
            busyText={state === "working" ? "Waiting for your wallet" : undefined}
            why={state === "locked" ? `${blocksLeft} more blocks` : undefined}
            onPress={() => act({ do: "reclaim" })}
          >
            Take the deposit back
          </Button>
        )}
        {reclaim.problem !== undefined && (
          <Note tone="stop" title="It was not taken back">
            <p className="wrap-anywhere">{reclaim.problem}</p>
          </Note>
        )}
      </div>
    </Panel>
  );
}

function Asked({ status }: { readonly status: PegStatusView }) {
  const now = useNow();
  const { at, problem } = status.asked;
  if (problem !== undefined)
    return (
      <Note tone="sun" title="A source cannot be asked just now">
        <p>This is what was known {duration(now - at)} ago. It is asked again by itself.</p>
        <p className="help wrap-anywhere">{problem}</p>
      </Note>
    );
  return null;
}

/** An address alone can be taken along; a sentence is read. */
function Fact({ label, value }: { readonly label: string; readonly value: Sentence }) {
  const [only] = value;
  if (value.length === 1 && only?.kind === "address")
    return <Copyable value={only.address} what={`what stands at “${label}”:`} />;
  return (
    <span className="wrap-anywhere">
      <Words of={value} />
    </span>
  );
}

/** Where to go once nothing is left to wait for. */
function Next({ status }: { readonly status: PegStatusView }) {
  if (!status.final || status.stop !== undefined) return null;
  const peg = status.link
    .replace(/^[^#]*/, "")
    .replace(/\/[0-9a-f]{64}$/, "")
    .replace(/\/(in|out)$/, "");
  return (
    <div className="row">
      <LinkButton href={`${peg}/wallet`}>See your balance</LinkButton>
      <LinkButton look="quiet" href={`${peg}/in`}>
        Make another request
      </LinkButton>
    </div>
  );
}

/** One request: how far it came, and what to do where it does not go on. */
export function StatusScreen({ status, act }: { readonly status: PegStatusView; readonly act: PegAct }) {
  const at = status.steps.findIndex(({ state }) => state === "now" || state === "bad");
  const step = at < 0 ? status.steps.length : at + 1;
  return (
    <div className="page">
      <Title
        place={`peg-status-${status.txid}`}
        live
        sub={<p>{status.lead}</p>}
        side={
          <CopyButton text={status.link} label="Copy the link of this page">
            Copy link
          </CopyButton>
        }
      >
        {status.title}
      </Title>
      <div className="peg-grid">
        <div className="stack">
          <Stop status={status} act={act} />
          <Asked status={status} />
          <Panel
            title="Progress"
            side={
              status.final
                ? `${step} of ${status.steps.length}`
                : `Step ${step} of ${status.steps.length}, updates by itself`
            }
          >
            <ol className="timeline">
              {status.steps.map((one, index) => (
                <Step key={one.id} step={one} at={index + 1} />
              ))}
            </ol>
          </Panel>
          <Next status={status} />
        </div>
        <div className="stack">
          {(status.amount !== undefined || status.facts.length > 0) && (
            <Panel title={status.direction === "in" ? "Peg in" : "Peg out"}>
              <div className="stack tight">
                {status.amount !== undefined && (
                  <p className="receipt">
                    <Amount sats={status.amount.sats} unit={status.amount.unit} />
                  </p>
                )}
                <Facts
                  rows={status.facts.map(({ label, value }) => [
                    label,
                    <Fact key={label} label={label} value={value} />,
                  ])}
                />
              </div>
            </Panel>
          )}
          <Reclaim status={status} act={act} />
        </div>
      </div>
    </div>
  );
}
