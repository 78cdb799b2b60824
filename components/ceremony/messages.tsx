"use client";
import { ChartNoAxesGantt, Clock, Table2 } from "lucide-react";
import { memo, Suspense, useRef, useState, type ReactNode } from "react";
import { lazyScreen } from "../frame/lazy-screen.tsx";
import type { BoardView, MessageView } from "../../lib/runtime/views/index.ts";
import { listed } from "../../lib/runtime/views/index.ts";
import { useNow } from "../ui/clock.tsx";
import { clockTime, duration } from "../ui/format.ts";
import { useWide } from "../ui/media.ts";
import { useNear } from "../ui/near.ts";
import { Skeleton } from "../ui/progress.tsx";
import { State } from "../ui/state.tsx";
import { Segments } from "../ui/tabs.tsx";

const MessageChart = lazyScreen(() =>
  import("./message-chart.tsx").then((m) => ({ default: m.MessageChart })),
);

function receivers(message: MessageView, board: BoardView): string {
  if (message.to.length === 0) return "to everyone";
  const names = board.rows.filter(({ seat }) => message.to.includes(seat)).map(({ name }) => name);
  return message.sealed ? `sealed for ${listed(names)}` : `to ${listed(names)}`;
}

function Late({ since }: { readonly since: number }) {
  return duration(useNow() - since);
}

function Standing({ message }: { readonly message: MessageView }) {
  if (message.state === "late") {
    return (
      <State tone="sun" icon={Clock}>
        Waiting {message.since !== undefined && <Late since={message.since} />}
      </State>
    );
  }
  return (
    <span className="text-ink-2">
      {{ delivered: "Delivered", expected: "Expected", refused: "Refused" }[message.state]}
    </span>
  );
}

const Row = memo(function Row(props: { readonly message: MessageView; readonly receivers: string }) {
  const { message, receivers } = props;
  return (
    <tr className={message.state === "late" ? "need" : undefined}>
      <td className="text-ink-3 text-sm whitespace-nowrap">
        {message.at === undefined ? (message.state === "late" ? "now" : "next") : clockTime(message.at)}
      </td>
      <td>
        <div className="flex flex-wrap items-center justify-between gap-x-4">
          <span>
            <b>{message.from.role === "relay" ? "Relay" : message.from.name}</b>
            <span className="sub mono wrap-anywhere">{message.kind}</span>
            <span className="sub">{receivers}</span>
          </span>
          <Standing message={message} />
        </div>
      </td>
    </tr>
  );
});

function Table({ board }: { readonly board: BoardView }) {
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Message</th>
        </tr>
      </thead>
      <tbody>
        {board.messages
          .filter(({ from }) => from.role !== "relay")
          .map((message) => (
            <Row key={message.id} message={message} receivers={receivers(message, board)} />
          ))}
      </tbody>
    </table>
  );
}

const Legend = memo(function Legend() {
  const lines = [
    ["", "To everyone"],
    ["sealed", "Sealed for one person"],
    ["late", "Late"],
    ["expected", "Expected next"],
  ] as const;
  return (
    <div className="legend xl:flex-col">
      {lines.map(([kind, words]) => (
        <span key={words}>
          <svg viewBox="0 0 28 10" aria-hidden="true" className="message-chart min-w-0!">
            <g className={kind}>
              <line className="path" x1="0" x2="28" y1="5" y2="5" />
            </g>
          </svg>
          {words}
        </span>
      ))}
    </div>
  );
});

/** The live chart of messages, the table behind it, and what is known about one of them beside it. */
export function Messages(props: {
  readonly board: BoardView;
  readonly selected: ReactNode;
  /** Somebody asked for a message: what is known is drawn, and announced, wherever the window stands. */
  readonly wanted: boolean;
}) {
  const { board, selected, wanted } = props;
  const [form, setForm] = useState<"chart" | "table">("chart");
  // A narrow window has no room for the chart.
  const chart = useWide() && form === "chart";
  const body = useRef<HTMLDivElement>(null);
  // Under a board of ten people the messages are far below: they are drawn for whoever goes there.
  const near = useNear(body) || wanted;
  return (
    <section className="panel" aria-labelledby="messages">
      <div className="panel-head">
        <h2 id="messages">Messages</h2>
        <span className="max-md:hidden">
          <Segments
            label="Show messages as"
            value={form}
            onChange={setForm}
            items={[
              { value: "chart", label: "Chart", icon: ChartNoAxesGantt },
              { value: "table", label: "Table", icon: Table2 },
            ]}
          />
        </span>
      </div>
      <div ref={body} className="panel-body messages max-md:p-0!">
        {near && (
          <>
            {chart ? (
              <div className="scroll" tabIndex={0} role="region" aria-label="Message chart">
                <Suspense fallback={<Skeleton label="Loading the chart" rows={5} />}>
                  <MessageChart board={board} />
                </Suspense>
              </div>
            ) : (
              <Table board={board} />
            )}
            <aside className="stack max-md:px-4 max-md:pb-4" aria-label="About the message">
              {selected}
              {chart && <Legend />}
            </aside>
          </>
        )}
      </div>
    </section>
  );
}
