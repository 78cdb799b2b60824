"use client";
import { clsx } from "clsx";
import { memo, useMemo } from "react";
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
  readonly seats: ReadonlyMap<number, number>;
}

function lanesOf(seats: readonly number[]): Lanes {
  const gap = seats.length > 5 ? 96 : 140;
  return {
    width: left + 284 + (seats.length - 1) * gap + 56,
    coordinator: left,
    relay: left + 140,
    seats: new Map(seats.map((seat, at) => [seat, left + 284 + at * gap])),
  };
}

/** Where a message's line begins, and where it ends. */
interface Ends {
  readonly from: number;
  readonly to: readonly number[];
}

function endsOf({ from, to }: MessageView, lanes: Lanes): Ends {
  const x = (seat: number) => lanes.seats.get(seat) ?? left;
  if (from.role === "signer") return { from: x(from.seat), to: [lanes.relay] };
  if (from.role === "coordinator") return { from: lanes.coordinator, to: [lanes.relay] };
  return { from: lanes.relay, to: to.length === 0 ? [...lanes.seats.values()] : to.map(x) };
}

const distance = (a: number, b: number): number => Math.abs(a - b);
const farthest = ({ from, to }: Ends): number =>
  to.reduce((a, b) => (distance(b, from) > distance(a, from) ? b : a), from);
const nearest = ({ from, to }: Ends): number =>
  to.reduce((a, b) => (distance(b, from) < distance(a, from) ? b : a), to[0] ?? from);

const dot = (x: number, y: number): string => `M${x - 3} ${y}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0`;
const arrow = (x: number, y: number, from: number): string => `M${x} ${y}l${from < x ? -7 : 7} -3.6v7.2z`;

/** One message in its place. */
interface Placed {
  readonly message: MessageView;
  readonly y: number;
  readonly ends: Ends;
}

const lookOf = ({ sealed, state }: MessageView): string => clsx(sealed && "sealed", state);

/** All lines of one look as one path, and all their ends as another: a chart of hundreds of messages stays a small drawing. */
function Lines({ placed, look }: { readonly placed: readonly Placed[]; readonly look: string }) {
  const lines = placed.map(({ y, ends }) => `M${ends.from} ${y}H${farthest(ends)}`);
  const heads = placed.map(({ y, ends, message }) => {
    const arrows = message.state === "late" ? [] : ends.to.map((x) => arrow(x, y, ends.from));
    return dot(ends.from, y) + arrows.join("");
  });
  return (
    <g className={look}>
      <path className="path" d={lines.join("")} />
      <path className="head" d={heads.join("")} />
    </g>
  );
}

function Late({ since }: { readonly since: number }) {
  return `waiting ${duration(useNow() - since)}`;
}

/** What a line says, and when. */
const Words = memo(function Words(props: {
  readonly message: MessageView;
  readonly time: string;
  readonly x: number;
  readonly y: number;
}) {
  const { message, time, x, y } = props;
  return (
    <g className={lookOf(message)}>
      <text className="time" x={92} y={y + 4} textAnchor="end">
        {time}
      </text>
      <text className="kind" x={x} y={y + 4} textAnchor="middle">
        {message.state === "late" && message.since !== undefined ? (
          <Late since={message.since} />
        ) : (
          message.kind
        )}
      </text>
    </g>
  );
});

function groupsOf(placed: readonly Placed[]): ReadonlyMap<string, readonly Placed[]> {
  const groups = new Map<string, Placed[]>();
  for (const one of placed) {
    const look = lookOf(one.message);
    const group = groups.get(look);
    if (group === undefined) groups.set(look, [one]);
    else group.push(one);
  }
  return groups;
}

/** Messages in the order they came, between the people and the relay. The table behind it says the same in words. */
export function MessageChart({ board }: { readonly board: BoardView }) {
  const seats = board.rows.map(({ seat }) => seat).join();
  const lanes = useMemo(() => lanesOf(seats.split(",").map(Number)), [seats]);
  const labels = times(board.messages);
  const height = top + board.messages.length * lineHeight;
  const placed = board.messages.map((message, at): Placed => ({
    message,
    y: top + at * lineHeight,
    ends: endsOf(message, lanes),
  }));
  const columns = [
    { x: lanes.coordinator, name: board.coordinator, note: "coordinator" },
    { x: lanes.relay, name: "Relay", note: "cannot read" },
    ...board.rows.map(({ seat, name }) => ({ x: lanes.seats.get(seat) ?? left, name, note: `seat ${seat}` })),
  ];
  return (
    <svg
      className={clsx("chart message-chart", board.rows.length > 5 && "many")}
      width={lanes.width}
      viewBox={`0 0 ${lanes.width} ${height}`}
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
      {[...groupsOf(placed)].map(([look, group]) => (
        <Lines key={look} look={look} placed={group} />
      ))}
      {placed.map(({ message, y, ends }, at) => (
        <Words
          key={message.id}
          message={message}
          time={labels[at] ?? ""}
          x={(ends.from + nearest(ends)) / 2}
          y={y}
        />
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
