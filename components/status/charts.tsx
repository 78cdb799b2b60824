import type { StatusView } from "../../lib/runtime/views/index.ts";
import { dayOf } from "../ui/format.ts";
import { useChartWidth } from "../ui/media.ts";
import { evenTop, marks, niceTop, spread } from "./scales.ts";

const left = 84;

/** One lane per signer, one dot per answer, a line at the median with its number. */
export function LatencyChart({ rows }: { readonly rows: StatusView["latency"] }) {
  const wide = useChartWidth();
  const right = wide - 20;
  const top = niceTop(Math.max(1, ...rows.flatMap(({ samplesMs }) => samplesMs)));
  const x = (ms: number): number => left + (ms / top) * (right - left);
  const height = rows.length * 36 + 30;
  const medians = rows.map(
    ({ name, medianMs }) => `${name} ${medianMs === undefined ? "no data" : `${Math.round(medianMs)} ms`}`,
  );
  return (
    <svg
      className="chart w-full"
      viewBox={`0 -8 ${wide} ${height + 8}`}
      role="img"
      aria-label={`Median answer time: ${medians.join(", ")}`}
    >
      {rows.map((row, at) => {
        const y = at * 36 + 24;
        return (
          <g key={row.seat}>
            <line className="axis" x1={left} x2={right} y1={y} y2={y} />
            <text className="strong" x={0} y={y + 4}>
              {row.name.length > 11 ? `${row.name.slice(0, 10)}…` : row.name}
            </text>
            {row.samplesMs.map((ms, dot) => (
              <circle key={dot} className={`dot s${(at % 8) + 1}`} cx={x(ms)} cy={y + spread(dot)} r={3} />
            ))}
            {row.medianMs !== undefined && (
              <>
                <line className="median" x1={x(row.medianMs)} x2={x(row.medianMs)} y1={y - 11} y2={y + 11} />
                <text className="strong" x={x(row.medianMs)} y={y - 14} textAnchor="middle">
                  {Math.round(row.medianMs)} ms
                </text>
              </>
            )}
          </g>
        );
      })}
      {marks(top).map((mark) => (
        <text key={mark} x={x(mark)} y={height - 4} textAnchor="middle">
          {mark}
        </text>
      ))}
    </svg>
  );
}

/** Rounds per day, stacked by how they ended. */
export function RoundsChart({ rows }: { readonly rows: StatusView["rounds"] }) {
  const wide = useChartWidth();
  const most = evenTop(Math.max(1, ...rows.map(({ done, refused, failed }) => done + refused + failed)));
  const width = Math.min(40, (wide - 58) / Math.max(1, rows.length));
  const y = (n: number): number => 110 - (n / most) * 100;
  const total = rows.reduce((sum, { done }) => sum + done, 0);
  return (
    <svg
      className="chart w-full"
      viewBox={`0 0 ${wide} 132`}
      role="img"
      aria-label={`Rounds per day: ${total} signed in ${rows.length} days`}
    >
      {[0, most / 2, most].map((mark) => (
        <g key={mark}>
          <line className="axis" x1={36} x2={wide - 10} y1={y(mark)} y2={y(mark)} />
          <text x={28} y={y(mark) + 4} textAnchor="end">
            {mark}
          </text>
        </g>
      ))}
      {rows.map((row, at) => {
        const x = 42 + at * width;
        const parts = [
          ["bar-done", row.done],
          ["bar-refused", row.refused],
          ["bar-failed", row.failed],
        ] as const;
        let base = 0;
        return (
          <g key={row.day}>
            {parts.map(([kind, n]) => {
              const rect = (
                <rect
                  key={kind}
                  className={kind}
                  x={x}
                  y={y(base + n)}
                  width={Math.max(2, width - 4)}
                  height={y(base) - y(base + n)}
                />
              );
              base += n;
              return rect;
            })}
            {at % Math.ceil(rows.length / (wide / 100)) === 0 && (
              <text x={x} y={128}>
                {dayOf(row.day)}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}
