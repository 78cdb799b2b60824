import type { PegDashboardView, PegQueueRow, PegSignerRow } from "../../lib/runtime/views/index.ts";
import { niceTop } from "../status/scales.ts";
import { dayOf, duration, percent } from "../ui/format.ts";
import { useChartWidth } from "../ui/media.ts";
import { queueWords } from "./queue-words.ts";

const left = 56;
const bottom = 120;
const btcOf = (sats: bigint): number => Number(sats) / 1e8;
const short = (value: number): string =>
  value >= 10 ? value.toFixed(0) : String(Number(value.toPrecision(2)));

function Axis(props: { readonly top: number; readonly unit: string; readonly right: number }) {
  const { top, unit, right } = props;
  return [0, top / 2, top].map((mark) => {
    const y = bottom - (mark / top) * 100;
    return (
      <g key={mark}>
        <line className="axis" x1={left} x2={right} y1={y} y2={y} />
        <text x={left - 6} y={y + 4} textAnchor="end">
          {short(mark)}
          {mark === top ? ` ${unit}` : ""}
        </text>
      </g>
    );
  });
}

/** What the peg holds and what exists, over time. */
export function BalanceChart({ rows }: { readonly rows: PegDashboardView["balance"] }) {
  const wide = useChartWidth();
  const right = wide - 10;
  const values = rows.flatMap(({ held, supply }) => [btcOf(held ?? 0n), btcOf(supply)]);
  const top = niceTop(Math.max(...values));
  const first = rows[0]?.at ?? 0;
  const span = Math.max(1, (rows.at(-1)?.at ?? 0) - first);
  const x = (at: number): number => left + ((at - first) / span) * (right - left);
  // A value stays until a block changes it, so the line goes in steps.
  const line = (points: readonly { readonly at: number; readonly sats: bigint }[]): string =>
    points
      .map(({ at, sats }, i) => {
        const y = bottom - (btcOf(sats) / top) * 100;
        return i === 0 ? `M${x(at)} ${y}` : `H${x(at)}V${y}`;
      })
      .join("");
  const holding = rows.flatMap(({ at, held }) => (held === undefined ? [] : [{ at, sats: held }]));
  const known = holding.length === rows.length;
  const last = rows.at(-1);
  const label =
    last === undefined
      ? ""
      : `${last.held === undefined ? "" : `Held ${short(btcOf(last.held))} BTC, `}${short(btcOf(last.supply))} sBTC exist`;
  return (
    <>
      <svg className="chart w-full" viewBox={`0 0 ${wide} 142`} role="img" aria-label={label}>
        <Axis top={top} unit="BTC" right={right} />
        {known && <path className="held" d={line(holding)} />}
        <path className="supply" d={line(rows.map(({ at, supply }) => ({ at, sats: supply })))} />
        <text x={left} y={138}>
          {dayOf(first)}
        </text>
        <text x={right} y={138} textAnchor="end">
          {dayOf(last?.at ?? first)}
        </text>
      </svg>
      <div className="legend">
        {(known ? (["held", "supply"] as const) : (["supply"] as const)).map((kind) => (
          <span key={kind}>
            <svg className="chart swatch" viewBox="0 0 24 12" aria-hidden="true">
              <path className={kind} d="M0 6H24" />
            </svg>
            {kind === "held" ? "Bitcoin held" : "sBTC in existence"}
          </span>
        ))}
      </div>
    </>
  );
}

/** In and out per day, side by side. */
export function VolumeChart({ rows }: { readonly rows: PegDashboardView["volume"] }) {
  const wide = useChartWidth();
  const right = wide - 10;
  const top = niceTop(Math.max(...rows.flatMap(({ pegIn, pegOut }) => [btcOf(pegIn), btcOf(pegOut)])));
  const width = (right - left) / Math.max(1, rows.length);
  const height = (sats: bigint): number => (btcOf(sats) / top) * 100;
  const sum = (pick: (row: PegDashboardView["volume"][number]) => bigint): string =>
    short(rows.reduce((total, row) => total + btcOf(pick(row)), 0));
  const label = `In ${sum(({ pegIn }) => pegIn)} BTC, out ${sum(({ pegOut }) => pegOut)} BTC in ${rows.length} days`;
  return (
    <>
      <svg className="chart w-full" viewBox={`0 0 ${wide} 142`} role="img" aria-label={label}>
        <Axis top={top} unit="BTC" right={right} />
        {rows.map(({ day, pegIn, pegOut }, at) => {
          const x = left + at * width;
          const bar = Math.max(2, (width - 4) / 2);
          return (
            <g key={day}>
              <rect className="peg-in" x={x} y={bottom - height(pegIn)} width={bar} height={height(pegIn)} />
              <rect
                className="peg-out"
                x={x + bar}
                y={bottom - height(pegOut)}
                width={bar}
                height={height(pegOut)}
              />
              {at % Math.ceil(rows.length / (wide / 100)) === 0 && (
                <text x={x} y={138}>
                  {dayOf(day)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <div className="legend">
        {(["peg-in", "peg-out"] as const).map((kind) => (
          <span key={kind}>
            <svg className="chart swatch" viewBox="0 0 12 12" aria-hidden="true">
              <rect className={kind} width={12} height={12} />
            </svg>
            {kind === "peg-in" ? "In" : "Out"}
          </span>
        ))}
      </div>
    </>
  );
}

const median = (values: readonly number[]): number | undefined =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** One dot per finished request, a line at each direction's median. */
export function DurationChart({ rows }: { readonly rows: PegDashboardView["durations"] }) {
  const wide = useChartWidth();
  const right = wide - 10;
  const most = Math.max(1, ...rows.map(({ ms }) => ms));
  const x = (ms: number): number => 76 + (ms / most) * (right - 76);
  const lanes = (["in", "out"] as const).map((direction) => {
    const times = rows.filter((row) => row.direction === direction).map(({ ms }) => ms);
    return { direction, times, middle: median(times) };
  });
  const said = lanes.map(
    ({ direction, middle }) =>
      `${direction === "in" ? "Peg in" : "Peg out"} ${middle === undefined ? "no data" : duration(middle)}`,
  );
  return (
    <svg
      className="chart w-full"
      viewBox={`0 0 ${wide} 112`}
      role="img"
      aria-label={`Median time: ${said.join(", ")}`}
    >
      {lanes.map(({ direction, times, middle }, at) => {
        const y = 32 + at * 44;
        return (
          <g key={direction}>
            <line className="axis" x1={76} x2={right} y1={y} y2={y} />
            <text className="strong" x={0} y={y + 4}>
              {direction === "in" ? "Peg in" : "Peg out"}
            </text>
            {times.map((ms, dot) => (
              <circle
                key={dot}
                className={`dot ${direction === "in" ? "s1" : "s6"}`}
                cx={x(ms)}
                cy={y + ((dot * 7) % 13) - 6}
                r={3}
              />
            ))}
            {middle !== undefined && (
              <>
                <line className="median" x1={x(middle)} x2={x(middle)} y1={y - 11} y2={y + 11} />
                <text className="strong" x={x(middle)} y={y - 14} textAnchor="middle">
                  {duration(middle)}
                </text>
              </>
            )}
          </g>
        );
      })}
      <text x={76} y={108}>
        0
      </text>
      <text x={right} y={108} textAnchor="end">
        {duration(most)}
      </text>
    </svg>
  );
}

interface Lane {
  readonly label: string;
  readonly share: number;
  readonly words: string;
}

/** One bar per row with its number beside it. */
function Lanes({ lanes, label }: { readonly lanes: readonly Lane[]; readonly label: string }) {
  const wide = useChartWidth();
  const bar = wide - 220;
  return (
    <svg
      className="chart w-full"
      viewBox={`0 0 ${wide} ${lanes.length * 28 + 4}`}
      role="img"
      aria-label={label}
    >
      {lanes.map((lane, at) => (
        <g key={lane.label}>
          <text className="strong" x={0} y={at * 28 + 18}>
            {lane.label}
          </text>
          <rect className="room" x={130} y={at * 28 + 6} width={bar} height={16} />
          <rect className="yours" x={130} y={at * 28 + 6} width={bar * Math.min(1, lane.share)} height={16} />
          <text x={138 + bar} y={at * 28 + 18}>
            {lane.words}
          </text>
        </g>
      ))}
    </svg>
  );
}

/** How many requests are in each state. */
export function QueueChart({ rows }: { readonly rows: readonly PegQueueRow[] }) {
  const most = Math.max(1, ...rows.map(({ count }) => count));
  const lanes = rows.map(({ state, count }) => ({
    label: queueWords[state].word,
    share: count / most,
    words: String(count),
  }));
  return <Lanes lanes={lanes} label={lanes.map(({ label, words }) => `${label} ${words}`).join(", ")} />;
}

/** Which share of what it was asked each signer answered. */
export function SignersChart({ rows }: { readonly rows: readonly PegSignerRow[] }) {
  const lanes = rows.map(({ name, answered, asked }) => {
    const share = asked === 0 ? 0 : answered / asked;
    return {
      label: name.length > 16 ? `${name.slice(0, 15)}…` : name,
      share,
      words: asked === 0 ? "not asked" : percent(share),
    };
  });
  return <Lanes lanes={lanes} label={lanes.map(({ label, words }) => `${label} ${words}`).join(", ")} />;
}
