"use client";
import { ArrowLeft, ChartNoAxesGantt, Download, Table2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { PegDashboardView } from "../../lib/runtime/views/index.ts";
import { Title } from "../frame/screen.tsx";
import { Button } from "../ui/button.tsx";
import { dateTime, dayOf, duration } from "../ui/format.ts";
import { Amount } from "../ui/marks.tsx";
import { Panel } from "../ui/panel.tsx";
import { Segments } from "../ui/tabs.tsx";
import { BalanceChart, DurationChart, QueueChart, SignersChart, VolumeChart } from "./charts.tsx";
import { asCsv, asJson, type Row } from "./export.ts";
import { queueWords } from "./queue-words.ts";

interface Column {
  readonly label: string;
  readonly end?: boolean;
}

function download(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** A chart, the table it is made of, and both as a file. */
function Charted(props: {
  readonly title: string;
  readonly name: string;
  readonly chart: ReactNode;
  readonly columns: readonly Column[];
  readonly cells: readonly (readonly ReactNode[])[];
  readonly rows: readonly Row[];
  readonly empty: string;
}) {
  const { title, name, columns, cells, rows } = props;
  const [form, setForm] = useState<"chart" | "table">("chart");
  const lower = title.toLocaleLowerCase("en");
  return (
    <Panel
      title={title}
      flush
      side={
        rows.length > 0 && (
          <Segments
            label={`Show ${lower} as`}
            value={form}
            onChange={setForm}
            items={[
              { value: "chart", label: "Chart", icon: ChartNoAxesGantt },
              { value: "table", label: "Table", icon: Table2 },
            ]}
          />
        )
      }
    >
      {rows.length === 0 ? (
        <p className="help panel-body">{props.empty}</p>
      ) : form === "chart" ? (
        <div className="panel-body">{props.chart}</div>
      ) : (
        <table className="table cards">
          <thead>
            <tr>
              {columns.map(({ label, end }) => (
                <th key={label} scope="col" className={end === true ? "end" : undefined}>
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {cells.map((row, at) => (
              <tr key={at}>
                {row.map((cell, index) =>
                  index === 0 ? (
                    <th key={index} scope="row">
                      {cell}
                    </th>
                  ) : (
                    <td
                      key={index}
                      data-label={columns[index]?.label}
                      className={columns[index]?.end === true ? "end" : undefined}
                    >
                      {cell}
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {rows.length > 0 && (
        <div className="panel-body row border-line border-t pl-1.25!">
          {(["CSV", "JSON"] as const).map((kind) => (
            <Button
              key={kind}
              size="small"
              look="quiet"
              icon={<Download className="icon" />}
              onPress={() =>
                kind === "CSV"
                  ? download(`${name}.csv`, "text/csv", asCsv(rows))
                  : download(`${name}.json`, "application/json", asJson(rows))
              }
            >
              {kind}
              <span className="spoken"> of {lower}</span>
            </Button>
          ))}
        </div>
      )}
    </Panel>
  );
}

const btc = (sats: bigint) => <Amount sats={sats} unit="BTC" />;
const ways = { in: "Peg in", out: "Peg out" };

/** How the peg does, in numbers. */
export function PegDashboard(props: {
  readonly view: PegDashboardView;
  /** Where the coordinator's tab came from; the testers' page has its own navigation. */
  readonly back?: string;
}) {
  const { view, back } = props;
  const last = view.balance.at(-1);
  return (
    <div className="page">
      <Title
        place="peg-dashboard"
        sub={
          last === undefined ? undefined : (
            <p>
              {last.held === undefined ? null : <>The peg holds {btc(last.held)}; </>}
              <Amount sats={last.supply} unit="sBTC" /> exist
              {last.held === undefined
                ? "."
                : last.held >= last.supply
                  ? ", all backed."
                  : ", not all backed."}
              {view.cut === true && " The charts leave out what is older."}
            </p>
          )
        }
        side={
          back === undefined ? undefined : (
            <a href={back}>
              <ArrowLeft className="icon" /> Back to the peg
            </a>
          )
        }
      >
        Peg in numbers
      </Title>
      <div className="peg-grid even">
        <Charted
          title="Peg balance against supply"
          name="peg-balance"
          chart={<BalanceChart rows={view.balance} />}
          columns={[
            { label: "When" },
            { label: "Block" },
            { label: "Held", end: true },
            { label: "sBTC", end: true },
          ]}
          cells={view.balance.map(({ at, height, held, supply }) => [
            dateTime(at),
            height,
            held === undefined ? "not known here" : btc(held),
            btc(supply),
          ])}
          rows={view.balance.map(({ at, height, held, supply }) => ({
            at: new Date(at).toISOString(),
            block: height,
            held_sat: held ?? "",
            supply_sat: supply,
          }))}
          empty="No balance yet. It appears with the first block after the wallet is set."
        />
        <Charted
          title="Volume per day"
          name="peg-volume"
          chart={<VolumeChart rows={view.volume} />}
          columns={[
            { label: "Day (UTC)" },
            { label: "In", end: true },
            { label: "Out", end: true },
            { label: "Requests", end: true },
          ]}
          cells={view.volume.map(({ day, pegIn, pegOut, requests }) => [
            dayOf(day),
            btc(pegIn),
            btc(pegOut),
            requests,
          ])}
          rows={view.volume.map(({ day, pegIn, pegOut, requests }) => ({
            day: new Date(day).toISOString().slice(0, 10),
            peg_in_sat: pegIn,
            peg_out_sat: pegOut,
            requests,
          }))}
          empty="Nothing pegged in or out yet."
        />
        <Charted
          title="Time to fulfil"
          name="peg-times"
          chart={<DurationChart rows={view.durations} />}
          columns={[{ label: "When" }, { label: "Request" }, { label: "Took", end: true }]}
          cells={view.durations.map(({ at, direction, ms }) => [dateTime(at), ways[direction], duration(ms)])}
          rows={view.durations.map(({ at, direction, txid, ms }) => ({
            at: new Date(at).toISOString(),
            direction,
            txid,
            took_ms: ms,
          }))}
          empty="No request has ended yet."
        />
        {view.queue !== undefined && (
          <Charted
            title="Queue by state"
            name="peg-queue"
            chart={<QueueChart rows={view.queue} />}
            columns={[{ label: "State" }, { label: "Requests", end: true }, { label: "Amount", end: true }]}
            cells={view.queue.map(({ state, count, sats }) => [queueWords[state].word, count, btc(sats)])}
            rows={view.queue.map(({ state, count, sats }) => ({ state, requests: count, amount_sat: sats }))}
            empty="The queue is empty."
          />
        )}
        {view.signers !== undefined && (
          <Charted
            title="Signers’ answers"
            name="peg-signers"
            chart={<SignersChart rows={view.signers} />}
            columns={[
              { label: "Signer" },
              { label: "Answered", end: true },
              { label: "Asked", end: true },
              { label: "Median", end: true },
            ]}
            cells={view.signers.map(({ name, answered, asked, medianMs }) => [
              name,
              answered,
              asked,
              medianMs === undefined ? "no data" : duration(medianMs),
            ])}
            rows={view.signers.map(({ name, answered, asked, medianMs }) => ({
              name,
              answered,
              asked,
              median_ms: medianMs ?? "",
            }))}
            empty="No signer has been asked yet."
          />
        )}
      </div>
    </div>
  );
}
