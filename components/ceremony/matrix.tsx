"use client";
import { Ban, CircleCheck, CircleDot, CircleX, Clock, Minus, Send } from "lucide-react";
import { clsx } from "clsx";
import { memo } from "react";
import type { BoardCell, BoardRow, BoardStepId, BoardView } from "../../lib/runtime/views/index.ts";
import { possessive } from "../../lib/runtime/views/index.ts";
import { useNow } from "../ui/clock.tsx";
import { clockTime, duration } from "../ui/format.ts";
import { Panel } from "../ui/panel.tsx";
import { State } from "../ui/state.tsx";
import { stepWords } from "./step-words.ts";

export interface CellAt {
  readonly row: number;
  readonly step: BoardStepId;
}

const words = { received: "Received", sent: "Sent", verified: "Verified" };

function Waiting({ cell }: { readonly cell: Extract<BoardCell, { state: "waiting" }> }) {
  const now = useNow();
  return (
    <>
      <State tone={cell.late ? "sun" : "act"} icon={Clock}>
        Waiting {duration(now - cell.since)}
      </State>
      {cell.lastSeenAt !== undefined && <small>last seen {duration(now - cell.lastSeenAt)} ago</small>}
    </>
  );
}

const Cell = memo(function Cell({ cell }: { readonly cell: BoardCell }) {
  switch (cell.state) {
    case "not-yet":
      return (
        <State tone="wait" icon={Minus}>
          Not yet
        </State>
      );
    case "not-needed":
      return (
        <State tone="wait" icon={Minus}>
          Not needed
        </State>
      );
    case "received":
    case "sent":
    case "verified":
      return (
        <>
          <State tone="go" icon={cell.state === "sent" ? Send : CircleCheck}>
            {cell.count === undefined ? words[cell.state] : `${cell.count[0]} of ${cell.count[1]}`}
          </State>
          <small>{clockTime(cell.at)}</small>
        </>
      );
    case "partly":
      return (
        <>
          <State tone="act" icon={CircleDot}>
            {cell.count[0]} of {cell.count[1]}
          </State>
          {cell.needs.length > 0 && (
            <small>
              {cell.needs.length > 1 ? `needs ${cell.needs.length} more` : `needs ${possessive(cell.needs)}`}
            </small>
          )}
        </>
      );
    case "waiting":
      return <Waiting cell={cell} />;
    case "refused":
      return (
        <>
          <State tone="stop" icon={Ban}>
            Refused
          </State>
          <small>{cell.reason ?? clockTime(cell.at)}</small>
        </>
      );
    case "invalid":
      return (
        <>
          <State tone="stop" icon={CircleX}>
            Invalid
          </State>
          <small>{cell.what}</small>
        </>
      );
  }
});

const look = (cell: BoardCell): string | undefined =>
  cell.state === "waiting" && cell.late
    ? "hot"
    : cell.state === "invalid" || cell.state === "refused"
      ? "bad"
      : undefined;

const notYet: BoardCell = { state: "not-yet" };

const Row = memo(function Row(props: {
  readonly row: BoardRow;
  readonly at: number;
  readonly steps: readonly BoardStepId[];
  readonly onOpen: ((at: CellAt) => void) | undefined;
}) {
  const { row, at, steps, onOpen } = props;
  return (
    <tr>
      <th scope="row">
        {row.name}
        {row.you && <span className="text-ink-3 font-normal"> you</span>}
      </th>
      {steps.map((step, index) => {
        const cell = row.cells[index] ?? notYet;
        return (
          <td key={step} className={clsx(look(cell))} data-label={stepWords[step].head}>
            {onOpen === undefined ? (
              <span className="cell">
                <Cell cell={cell} />
              </span>
            ) : (
              <button type="button" className="cell" onClick={() => onOpen({ row: at, step })}>
                <span className="spoken">{row.name}, </span>
                <Cell cell={cell} />
              </button>
            )}
          </td>
        );
      })}
    </tr>
  );
});

/** Signers by steps; every cell says in words where it stands. A cell opens what is known about its message. */
export function Matrix(props: { readonly board: BoardView; readonly onOpen?: (at: CellAt) => void }) {
  const { board, onOpen } = props;
  return (
    <Panel
      title="Who has done what"
      side={onOpen === undefined ? undefined : "Select a cell to see the message"}
      flush
    >
      <table className="matrix">
        <thead>
          <tr>
            <th scope="col">Signer</th>
            {board.steps.map((step) => (
              <th key={step} scope="col">
                {stepWords[step].head}
                <span className="sub">{stepWords[step].note}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {board.rows.map((row, at) => (
            <Row key={row.seat} row={row} at={at} steps={board.steps} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
