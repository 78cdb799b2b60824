"use client";
import { clsx } from "clsx";
import { memo, useId, type ReactNode } from "react";
import type { BoardCell, BoardRow, BoardStepId, BoardView } from "../../lib/runtime/views/index.ts";
import { possessive } from "../../lib/runtime/views/index.ts";
import { useNow } from "../ui/clock.tsx";
import { clockTime, duration } from "../ui/format.ts";
import { usePaced } from "../ui/paced.ts";
import { Panel } from "../ui/panel.tsx";
import type { Tone } from "../ui/state.tsx";
import { stepWords } from "./step-words.ts";

export interface CellAt {
  readonly row: number;
  readonly step: BoardStepId;
}

/** Rows drawn anew with one frame: the change of a large board comes in pieces. */
const rowsAtOnce = 2;

const circle = "M2 12a10 10 0 1 0 20 0a10 10 0 1 0-20 0";

/** Each sign is one path: a board of ten people holds sixty of them, and every element costs when it is styled and laid out. */
const signs = {
  minus: "M5 12h14",
  check: `${circle}M8 12.5l3 3 5-6`,
  send: `${circle}M12 16V8M8.5 11.5L12 8l3.5 3.5`,
  dot: `${circle}M11 12h2`,
  clock: `${circle}M12 7v5l3.5 2`,
  ban: `${circle}M5 5l14 14`,
  cross: `${circle}M9 9l6 6M15 9l-6 6`,
};

/** How a cell looks: colour, sign, words, and a line of small print. */
interface Face {
  readonly tone: Tone;
  readonly sign: keyof typeof signs;
  readonly words: ReactNode;
  readonly note?: ReactNode;
}

const words = { received: "Received", sent: "Sent", verified: "Verified" };

/** A narrow cell breaks before a time, not within it. */
function Since({ at }: { readonly at: number }) {
  return duration(useNow() - at).replaceAll(" ", "\u00a0");
}

function faceOf(cell: BoardCell): Face {
  switch (cell.state) {
    case "not-yet":
      return { tone: "wait", sign: "minus", words: "Not yet" };
    case "not-needed":
      return { tone: "wait", sign: "minus", words: "Not needed" };
    case "received":
    case "sent":
    case "verified":
      return {
        tone: "go",
        sign: cell.state === "sent" ? "send" : "check",
        words: cell.count === undefined ? words[cell.state] : `${cell.count[0]} of ${cell.count[1]}`,
        note: clockTime(cell.at),
      };
    case "partly":
      return {
        tone: "act",
        sign: "dot",
        words: `${cell.count[0]} of ${cell.count[1]}`,
        note:
          cell.needs.length > 1
            ? `needs ${cell.needs.length} more`
            : cell.needs.length === 1
              ? `needs ${possessive(cell.needs)}`
              : undefined,
      };
    case "waiting":
      return {
        tone: cell.late ? "sun" : "act",
        sign: "clock",
        words: (
          <>
            Waiting <Since at={cell.since} />
          </>
        ),
        note: cell.lastSeenAt !== undefined && (
          <>
            last seen <Since at={cell.lastSeenAt} /> ago
          </>
        ),
      };
    case "refused":
      return { tone: "stop", sign: "ban", words: "Refused", note: cell.reason ?? clockTime(cell.at) };
    case "invalid":
      return { tone: "stop", sign: "cross", words: "Invalid", note: cell.what };
  }
}

const look = (cell: BoardCell): string | undefined =>
  cell.state === "waiting" && cell.late
    ? "hot"
    : cell.state === "invalid" || cell.state === "refused"
      ? "bad"
      : undefined;

const Cell = memo(function Cell(props: {
  readonly cell: BoardCell;
  readonly step: BoardStepId;
  readonly row: number;
  /** The element that names whose row this is. */
  readonly head: string;
  readonly onOpen: ((at: CellAt) => void) | undefined;
}) {
  const { cell, step, row, head, onOpen } = props;
  const { tone, sign, words, note } = faceOf(cell);
  const id = `${head}-${step}`;
  const inside = (
    <>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={signs[sign]} />
      </svg>
      {words}
      {note !== undefined && note !== false && <small>{note}</small>}
    </>
  );
  return (
    <td className={look(cell)} data-label={stepWords[step].head}>
      {onOpen === undefined ? (
        <span className={clsx("cell", tone)}>{inside}</span>
      ) : (
        <button
          type="button"
          id={id}
          className={clsx("cell", tone)}
          aria-labelledby={`${head} ${id}`}
          onClick={() => onOpen({ row, step })}
        >
          {inside}
        </button>
      )}
    </td>
  );
});

const notYet: BoardCell = { state: "not-yet" };

const Row = memo(function Row(props: {
  readonly row: BoardRow;
  readonly at: number;
  readonly steps: readonly BoardStepId[];
  readonly onOpen: ((at: CellAt) => void) | undefined;
}) {
  const { row, at, steps, onOpen } = props;
  const id = useId();
  return (
    <tr>
      <th scope="row" id={id}>
        {row.name}
        {row.you && <span className="text-ink-3 font-normal"> you</span>}
      </th>
      {steps.map((step, index) => (
        <Cell key={step} cell={row.cells[index] ?? notYet} step={step} row={at} head={id} onOpen={onOpen} />
      ))}
    </tr>
  );
});

const rowHeight = 61;

const seatOf = ({ seat }: BoardRow): number => seat;

/** Signers by steps; every cell says in words where it stands. A cell opens what is known about its message. */
export function Matrix(props: { readonly board: BoardView; readonly onOpen?: (at: CellAt) => void }) {
  const { board, onOpen } = props;
  const rows = usePaced(board.rows, seatOf, rowsAtOnce);
  // Rows whose turn has not come have their room kept.
  const missing = rows.filter((row) => row === undefined).length;
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
          {rows.map((row, at) =>
            row === undefined ? null : (
              <Row key={row.seat} row={row} at={at} steps={board.steps} onOpen={onOpen} />
            ),
          )}
          {missing > 0 && (
            <tr className="room">
              <td colSpan={board.steps.length + 1} style={{ height: missing * rowHeight }} />
            </tr>
          )}
        </tbody>
      </table>
    </Panel>
  );
}
