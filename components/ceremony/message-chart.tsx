"use client";
import { clsx } from "clsx";
import type { BoardView, MessageView } from "../../lib/runtime/views/index.ts";
import { listed } from "../../lib/runtime/views/index.ts";
import { useNow } from "../ui/clock.tsx";
import { duration, exactTime } from "../ui/format.ts";

const lineHeight = 27;
const top = 60;
const left = 132;

/** Milliseconds after the first; the full time where the minute changes. */
function times(messages: readonly MessageView[]): string[] {
  let last = "";
  let next = false;
  return messages.map(({ at, state }) => {
    if (at === undefined) {
      if (state === "late") return "now";
      if (next) return "";
      next = true;
      return "next";
    }
    const full = exactTime(at);
    const text =
      last.slice(0, 8) === full.slice(0, 8)
        ? full.slice(8)
        : last.slice(0, 5) === full.slice(0, 5)
          ? full.slice(6)
          : full;
    last = full;
    return text;
  });
}

interface Lanes {
  readonly width: number;
  readonly relay: number;
  readonly coordinator: number;
  readonly seat: (seat: number) => number;
}

function lanes(board: BoardView): Lanes {
  const gap = board.rows.length > 5 ? 96 : 140;
  const place = new Map(board.rows.map(({ seat }, at) => [seat, left + 284 + at * gap]));
  return {
    width: left + 284 + (board.rows.length - 1) * gap + 56,
    coordinator: left,
    relay: left + 140,
    seat: (seat) => place.get(seat) ?? left,
  };
}

function Arrow({ x, y, from }: { readonly x: number; readonly y: number; readonly from: number }) {
  const d = from < x ? -7 : 7;
  return <path className="head" d={`M${x} ${y}l${d} -3.6v7.2z`} />;
}

/** The short label that a line carries. */
function label(message: MessageView, now: number): string {
  if (message.state === "late" && message.since !== undefined)
    return `waiting ${duration(now - message.since)}`;
  return message.kind;
}

function Line(props: {
  readonly message: MessageView;
  readonly y: number;
  readonly lanes: Lanes;
  readonly now: number;
  readonly board: BoardView;
}) {
  const { message, y, now, board } = props;
  const { relay, seat, coordinator } = props.lanes;
  const from =
    message.from.role === "signer"
      ? seat(message.from.seat)
      : message.from.role === "relay"
        ? relay
        : coordinator;
  const targets =
    message.from.role === "relay"
      ? message.to.length === 0
        ? board.rows.map((row) => seat(row.seat))
        : message.to.map(seat)
      : [relay];
  const far = targets.reduce(
    (a, b) => (Math.abs(b - from) > Math.abs(a - from) ? b : a),
    targets[0] ?? relay,
  );
  const text = label(message, now);
  const width = text.length * (message.state === "late" ? 6.8 : 6.5) + 12;
  const near = targets.reduce((a, b) => (Math.abs(b - from) < Math.abs(a - from) ? b : a), far);
  const middle = (from + near) / 2;
  return (
    <g className={clsx(message.sealed && "sealed", message.state)}>
      <line className="path" x1={from} x2={far} y1={y} y2={y} />
      <circle className="head" cx={from} cy={y} r={3} />
      {message.state !== "late" && targets.map((x) => <Arrow key={x} x={x} y={y} from={from} />)}
      <rect className="back" x={middle - width / 2} y={y - 8} width={width} height={16} />
      <text className="kind" x={middle} y={y + 4} textAnchor="middle">
        {text}
      </text>
    </g>
  );
}

/** Messages in the order they came, between the people and the relay. The table behind it says the same in words. */
export function MessageChart({ board }: { readonly board: BoardView }) {
  const now = useNow();
  const place = lanes(board);
  const labels = times(board.messages);
  const height = top + board.messages.length * lineHeight;
  const columns = [
    { x: place.coordinator, name: board.coordinator, note: "coordinator" },
    { x: place.relay, name: "Relay", note: "cannot read" },
    ...board.rows.map(({ seat, name }) => ({ x: place.seat(seat), name, note: `seat ${seat}` })),
  ];
  return (
    <svg
      className={clsx("chart message-chart", board.rows.length > 5 && "many")}
      width={place.width}
      viewBox={`0 0 ${place.width} ${height}`}
      role="img"
      aria-label={spoken(board)}
    >
      {columns.map(({ x, name, note }) => (
        <g key={note}>
          <line className={clsx("lane", name === "Relay" && "relay")} x1={x} x2={x} y1={42} y2={height} />
          <text className="strong" x={x} y={16} textAnchor="middle">
            {name.length > 12 ? `${name.slice(0, 11)}…` : name}
          </text>
          <text x={x} y={31} textAnchor="middle">
            {note}
          </text>
        </g>
      ))}
      {board.messages.map((message, at) => (
        <g key={message.id}>
          <g className={message.state === "late" ? "late" : undefined}>
            <text className="time" x={92} y={top + at * lineHeight + 4} textAnchor="end">
              {labels[at]}
            </text>
          </g>
          <Line message={message} y={top + at * lineHeight} lanes={place} now={now} board={board} />
        </g>
      ))}
    </svg>
  );
}

function spoken(board: BoardView): string {
  const delivered = board.messages.filter(({ state }) => state === "delivered").length;
  const late = board.messages.filter(({ state }) => state === "late").map(fromName);
  const head = `${delivered} messages so far.`;
  return late.length === 0
    ? head
    : `${head} Waiting for ${listed(late)}. The table view lists every message.`;
}

export function fromName(message: MessageView): string {
  return message.from.role === "relay" ? "Relay" : message.from.name;
}
