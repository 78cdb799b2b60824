"use client";
import { useId } from "react";
import type { WorkView } from "../../lib/runtime/views/index.ts";
import { percent } from "./format.ts";

/** Work with a known share done: a bar and the number, in words for a screen reader too. */
export function Work(props: { readonly of: WorkView; readonly label: string }) {
  const id = useId();
  return (
    <div className="stack tight">
      <p id={id} className="help">
        {props.label}: {percent(props.of.done)}
      </p>
      <progress className="work" max={100} value={Math.round(props.of.done * 100)} aria-labelledby={id} />
    </div>
  );
}

/** Steps done, in cells; the words beside it carry the meaning. One path for each kind: hundreds of steps stay a small drawing. */
export function Cells(props: { readonly done: number; readonly waiting: number; readonly total: number }) {
  const { done, waiting, total } = props;
  const gap = total > 40 ? 0.16 : 0.08;
  const cells = (from: number, to: number): string =>
    Array.from(
      { length: Math.max(0, Math.min(to, total) - from) },
      (_, at) => `M${from + at + gap / 2} .5h${1 - gap}v9h${gap - 1}z`,
    ).join("");
  return (
    <svg
      className="cells"
      viewBox={`0 0 ${Math.max(1, total)} 10`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path className="done" d={cells(0, done)} />
      <path className="waiting" d={cells(done, done + waiting)} />
      <path d={cells(done + waiting, total)} />
    </svg>
  );
}

/** The shape of what comes. Text says what it is once it takes long. */
export function Skeleton(props: { readonly label: string; readonly rows?: number }) {
  const widths = ["w-1/2", "w-4/5", "w-2/3", "w-3/4", "w-1/3"];
  return (
    <div className="stack tight" aria-busy="true">
      <span className="spoken" role="status">
        {props.label}
      </span>
      {Array.from({ length: props.rows ?? 3 }, (_, at) => (
        <span key={at} className={`skeleton ${widths[at % widths.length] ?? ""}`} />
      ))}
    </div>
  );
}
