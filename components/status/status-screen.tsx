"use client";
import { Ban, ChartNoAxesGantt, CircleCheck, CircleX, Clock, Table2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { RoundSummary, StatusView } from "../../lib/runtime/views/index.ts";
import { listed } from "../../lib/runtime/views/index.ts";
import { Title } from "../frame/screen.tsx";
import { dateTime, dayOf, duration } from "../ui/format.ts";
import { Panel } from "../ui/panel.tsx";
import { State } from "../ui/state.tsx";
import { Segments } from "../ui/tabs.tsx";
import { AvailabilityPanel } from "./availability.tsx";
import { LatencyChart, RoundsChart } from "./charts.tsx";

/** A chart with the table it is made of, one click away. */
function Charted(props: {
  readonly title: string;
  readonly empty: boolean;
  readonly chart: ReactNode;
  readonly table: ReactNode;
}) {
  const [form, setForm] = useState<"chart" | "table">("chart");
  return (
    <Panel
      title={props.title}
      flush
      side={
        <Segments
          label={`Show ${props.title.toLocaleLowerCase("en")} as`}
          value={form}
          onChange={setForm}
          items={[
            { value: "chart", label: "Chart", icon: ChartNoAxesGantt },
            { value: "table", label: "Table", icon: Table2 },
          ]}
        />
      }
    >
      {props.empty ? (
        <p className="help panel-body">No rounds yet. Numbers appear after the first one.</p>
      ) : form === "chart" ? (
        <div className="panel-body">{props.chart}</div>
      ) : (
        props.table
      )}
    </Panel>
  );
}

const words = { keygen: "Key made", "proof-of-life": "Shares tested", signing: "Signing" };
const looks = {
  done: { tone: "go", icon: CircleCheck, word: "Done" },
  refused: { tone: "stop", icon: Ban, word: "Refused" },
  failed: { tone: "stop", icon: CircleX, word: "Failed" },
  cancelled: { tone: "wait", icon: Ban, word: "Cancelled" },
  running: { tone: "act", icon: Clock, word: "Running" },
} as const;

function History({ rounds }: { readonly rounds: readonly RoundSummary[] }) {
  return (
    <Panel title="Rounds" flush>
      {rounds.length === 0 ? (
        <p className="help panel-body">No rounds yet.</p>
      ) : (
        <table className="table cards">
          <thead>
            <tr>
              <th scope="col">Round</th>
              <th scope="col">When</th>
              <th scope="col">Who</th>
              <th scope="col">Outcome</th>
              <th scope="col" className="end">
                Took
              </th>
            </tr>
          </thead>
          <tbody>
            {rounds.map((round) => {
              const look = looks[round.outcome];
              return (
                <tr key={round.id}>
                  <th scope="row">{words[round.kind]}</th>
                  <td data-label="When">{dateTime(round.at)}</td>
                  <td data-label="Who">
                    <span>
                      {listed(round.people)}
                      {round.note !== undefined && <span className="sub">{round.note}</span>}
                    </span>
                  </td>
                  <td data-label="Outcome">
                    <State tone={look.tone} icon={look.icon}>
                      {look.word}
                    </State>
                  </td>
                  <td className="end" data-label="Took">
                    {round.tookMs === undefined ? "" : duration(round.tookMs)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function LatencyTable({ rows }: { readonly rows: StatusView["latency"] }) {
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Signer</th>
          <th scope="col" className="end">
            Answers
          </th>
          <th scope="col" className="end">
            Median
          </th>
          <th scope="col" className="end">
            Slowest
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.seat}>
            <th scope="row">{row.name}</th>
            <td className="end">{row.samplesMs.length}</td>
            <td className="end">
              {row.medianMs === undefined ? "no data" : `${Math.round(row.medianMs)} ms`}
            </td>
            <td className="end">
              {row.samplesMs.length === 0 ? "" : `${Math.round(Math.max(...row.samplesMs))} ms`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function RoundsTable({ rows }: { readonly rows: StatusView["rounds"] }) {
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Day</th>
          <th scope="col" className="end">
            Done
          </th>
          <th scope="col" className="end">
            Refused
          </th>
          <th scope="col" className="end">
            Failed
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.day}>
            <th scope="row">{dayOf(row.day)}</th>
            <td className="end">{row.done}</td>
            <td className="end">{row.refused}</td>
            <td className="end">{row.failed}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How the group does: who was there, how fast people answer, how rounds ended. */
export function StatusScreen({ view }: { readonly view: StatusView }) {
  const rounds = view.rounds.filter(({ done, refused, failed }) => done + refused + failed > 0);
  return (
    <div className="page">
      <Title place="rounds" sub={<p>Measured by this tab. Others may see other numbers.</p>}>
        Rounds and signers
      </Title>
      <div className="stack">
        <AvailabilityPanel status={view} />
        <div className="grid gap-6 xl:grid-cols-2">
          <Charted
            title="Answer time, ms"
            empty={view.latency.every(({ samplesMs }) => samplesMs.length === 0)}
            chart={<LatencyChart rows={view.latency} />}
            table={<LatencyTable rows={view.latency} />}
          />
          <Charted
            title="Rounds per day"
            empty={rounds.length === 0}
            chart={
              <div className="stack tight">
                <RoundsChart rows={view.rounds} />
                <Key />
              </div>
            }
            table={<RoundsTable rows={view.rounds} />}
          />
        </div>
        <History rounds={view.history} />
      </div>
    </div>
  );
}

function Key() {
  return (
    <div className="legend">
      {(
        [
          ["bar-done", "Done"],
          ["bar-refused", "Refused"],
          ["bar-failed", "Failed"],
        ] as const
      ).map(([kind, word]) => (
        <span key={kind}>
          <svg className="chart swatch" viewBox="0 0 12 12" aria-hidden="true">
            <rect className={kind} width={12} height={12} />
          </svg>
          {word}
        </span>
      ))}
    </div>
  );
}
