"use client";
import { Check, Download } from "lucide-react";
import type { PegCommandAct, PegCoordinatorView, PegHandOffView } from "../../lib/runtime/views/index.ts";
import { listed } from "../../lib/runtime/views/index.ts";
import { Button } from "../ui/button.tsx";
import { Amount, Hex, Words } from "../ui/marks.tsx";
import { Note } from "../ui/note.tsx";
import { Panel } from "../ui/panel.tsx";

/** The way of the peg to its next group: where it is, what it waits for, and what has moved. */
export function HandOff(props: {
  readonly view: PegHandOffView;
  readonly busy: PegCoordinatorView["busy"];
  readonly act: PegCommandAct;
}) {
  const { view, busy, act } = props;
  const { to } = view;
  const isDone = view.steps.every(({ state }) => state === "done");
  return (
    <Panel title={isDone ? "Handed over" : "Hand-off"} side={`${to.threshold} of ${to.total}`}>
      <div className="stack tight">
        <p role="status">
          {isDone
            ? `The peg is with ${listed(to.people)}. What is still paid to the old address is looked for and follows.`
            : `To ${to.name}: ${listed(to.people)}.`}
        </p>
        {view.stuck !== undefined && (
          <Note tone="sun" title="It waits">
            <p className="wrap-anywhere">{view.stuck}.</p>
            <div className="row">
              <Button size="small" busy={busy === "peg-hand-off"} onPress={() => act({ do: "peg-hand-off" })}>
                Try again
              </Button>
            </div>
          </Note>
        )}
        <ol className="timeline">
          {view.steps.map((step, at) => (
            <li key={step.title} className={step.state}>
              <span className="dot" aria-hidden="true">
                {step.state === "done" ? <Check className="icon" /> : at + 1}
              </span>
              <h3>
                {step.title}
                <span className="spoken">, {step.state}</span>
              </h3>
              <span className="when" />
              {step.note !== undefined && (
                <p>
                  <Words of={step.note} />
                </p>
              )}
            </li>
          ))}
        </ol>
        {view.moved.map(({ txid, sats, confirmed }) => (
          <p key={txid}>
            <Amount sats={sats} unit="BTC" /> {confirmed ? "moved" : "on the way"} in <Hex value={txid} />
          </p>
        ))}
        <div className="row">
          <Button
            size="small"
            icon={<Download className="icon" />}
            onPress={() => act({ do: "peg-introduction" })}
          >
            Save the record for members who leave
          </Button>
          {view.canStop && (
            <Button
              size="small"
              look="harm"
              busy={busy === "peg-hand-off-stop"}
              onPress={() => act({ do: "peg-hand-off-stop" })}
            >
              Give it up
            </Button>
          )}
        </div>
      </div>
    </Panel>
  );
}
