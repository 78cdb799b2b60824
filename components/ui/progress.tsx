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

/** Steps done, in cells; the words beside it carry the meaning. */
export function Cells(props: { readonly done: number; readonly waiting: number; readonly total: number }) {
  return (
    <div className={props.total > 40 ? "cells many" : "cells"} aria-hidden="true">
      {Array.from({ length: props.total }, (_, at) => (
        <i
          key={at}
          className={at < props.done ? "done" : at < props.done + props.waiting ? "waiting" : undefined}
        />
      ))}
    </div>
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
