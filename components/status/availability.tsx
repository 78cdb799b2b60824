"use client";
import { ChartNoAxesGantt, Table2, Wifi, WifiOff } from "lucide-react";
import { memo, useState } from "react";
import type { Availability, StatusView } from "../../lib/runtime/views/index.ts";
import { listed, verb } from "../../lib/runtime/views/index.ts";
import { clockMinutes, percent } from "../ui/format.ts";
import { Panel } from "../ui/panel.tsx";
import { State } from "../ui/state.tsx";
import { Segments } from "../ui/tabs.tsx";
import { halved } from "./scales.ts";

/** Where a bar begins, in a strip of 24. */
const tops = { online: 0, slow: 13, away: 22.5 };

/** All bars of one kind as one path: ten strips of a day are a small drawing. */
const bars = (bins: readonly Availability[], kind: keyof typeof tops): string =>
  bins.map((bin, at) => (bin === kind ? `M${at * 10 + 1} ${tops[kind]}h8V24h-8z` : "")).join("");

function Bars(props: {
  readonly bins: readonly Availability[];
  readonly label: string;
  readonly className: string;
}) {
  const { bins } = props;
  return (
    <svg
      className={`chart bars ${props.className}`}
      viewBox={`0 0 ${bins.length * 10} 24`}
      preserveAspectRatio="none"
      role="img"
      aria-label={props.label}
    >
      {(["online", "slow", "away"] as const).map((kind) => (
        <path key={kind} className={kind} d={bars(bins, kind)} />
      ))}
    </svg>
  );
}

/** Height says the state too: full, half, line. */
function Strip({ bins, label }: { readonly bins: readonly Availability[]; readonly label: string }) {
  return (
    <span className="block">
      <Bars bins={bins} label={label} className="max-md:hidden!" />
      <Bars bins={halved(bins)} label={label} className="md:hidden!" />
    </span>
  );
}

function margin(status: StatusView): string {
  const { have, total } = status.online;
  const who = status.noMarginFor;
  const now = `${have} of ${total} online now.`;
  if (have < status.online.needed)
    return `${now} ${status.online.needed - have} more ${verb(status.online.needed - have, "is", "are")} needed to sign.`;
  return who === undefined || who.length === 0
    ? now
    : `${now} If ${listed(who).replace(" and ", " or ")} leaves, signing waits.`;
}

const ticks = ({ from, to }: StatusView): string[] =>
  [0, 0.25, 0.5, 0.75].map((part) => clockMinutes(from + (to - from) * part)).concat("now");

function Chart({ status }: { readonly status: StatusView }) {
  return (
    <div className="panel-body stack tight">
      <div className="availability">
        {status.availability.map((row) => (
          <div key={row.seat} className="contents">
            <b className="truncate">{row.name}</b>
            <Strip bins={row.bins} label={`${row.name}: online ${percent(row.onlineShare)}`} />
            <span className="share">
              <b>{percent(row.onlineShare)}</b>
              <State tone={row.now === "online" ? "go" : "wait"} icon={row.now === "online" ? Wifi : WifiOff}>
                {row.now === "online" ? "Online" : "Away"}
              </State>
            </span>
          </div>
        ))}
        <span className="text-ink-2">Could sign</span>
        <svg
          className="chart h-2.5 w-full"
          viewBox={`0 0 ${status.couldSign.bins.length * 10} 10`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`Enough signers online ${percent(status.couldSign.share)} of the time`}
        >
          <path
            className="could"
            d={status.couldSign.bins.map((could, at) => (could ? `M${at * 10 + 1} 0h8v10h-8z` : "")).join("")}
          />
        </svg>
        <b>{percent(status.couldSign.share)}</b>
        <span />
        <span className="axis-line" aria-hidden="true">
          {ticks(status).map((tick, at) => (
            <span key={at} className={at === 1 || at === 3 ? "max-md:hidden" : undefined}>
              {tick}
            </span>
          ))}
        </span>
        <span />
      </div>
      <div className="legend">
        {(
          [
            ["online", 0, 12, "Online"],
            ["slow", 6, 6, "Slow, over 10 s"],
            ["away", 10.5, 1.5, "Away"],
          ] as const
        ).map(([kind, y, height, words]) => (
          <span key={kind}>
            <svg className="chart swatch" viewBox="0 0 12 12" aria-hidden="true">
              <rect className={kind} x={2} y={y} width={8} height={height} />
            </svg>
            {words}
          </span>
        ))}
      </div>
    </div>
  );
}

const hour = 3_600_000;

function Table({ status }: { readonly status: StatusView }) {
  const share = (bins: readonly Availability[], wanted: Availability): string =>
    percent(bins.filter((bin) => bin === wanted).length / Math.max(1, bins.length));
  return (
    <table className="table cards">
      <thead>
        <tr>
          <th scope="col">Signer</th>
          <th scope="col">Now</th>
          <th scope="col" className="end">
            Online
          </th>
          <th scope="col" className="end">
            Slow
          </th>
          <th scope="col" className="end">
            Away
          </th>
        </tr>
      </thead>
      <tbody>
        {status.availability.map((row) => (
          <tr key={row.seat}>
            <th scope="row">{row.name}</th>
            <td data-label="Now">{row.now === "online" ? "Online" : "Away"}</td>
            <td className="end" data-label="Online">
              {share(row.bins, "online")}
            </td>
            <td className="end" data-label="Slow">
              {share(row.bins, "slow")}
            </td>
            <td className="end" data-label="Away">
              {share(row.bins, "away")}
            </td>
          </tr>
        ))}
        <tr>
          <th scope="row">Enough to sign</th>
          <td data-label="Now">{status.online.have >= status.online.needed ? "Yes" : "No"}</td>
          <td className="end" data-label="Of the time">
            {percent(status.couldSign.share)}
          </td>
          <td />
          <td />
        </tr>
      </tbody>
    </table>
  );
}

/** When each signer was there, and when enough were: as a strip, and as a table behind it. */
export const AvailabilityPanel = memo(function AvailabilityPanel({
  status,
}: {
  readonly status: StatusView;
}) {
  const [form, setForm] = useState<"chart" | "table">("chart");
  return (
    <Panel
      title={status.to - status.from > hour ? "Signers, last 24 hours" : "Signers, last hour"}
      flush
      side={
        <span className="row">
          <span className="text-ink-2 text-sm" role="status">
            {margin(status)}
          </span>
          <Segments
            label="Show availability as"
            value={form}
            onChange={setForm}
            items={[
              { value: "chart", label: "Chart", icon: ChartNoAxesGantt },
              { value: "table", label: "Table", icon: Table2 },
            ]}
          />
        </span>
      }
    >
      {form === "chart" ? <Chart status={status} /> : <Table status={status} />}
    </Panel>
  );
});
