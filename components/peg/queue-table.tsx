"use client";
import { CircleCheck, ListOrdered } from "lucide-react";
import { useState } from "react";
import type { PegCommandAct, PegQueueItem, PegQueueState } from "../../lib/runtime/views/index.ts";
import { Button } from "../ui/button.tsx";
import { useNow } from "../ui/clock.tsx";
import { Copyable } from "../ui/copyable.tsx";
import { duration } from "../ui/format.ts";
import { Amount, Words } from "../ui/marks.tsx";
import { Panel } from "../ui/panel.tsx";
import { State } from "../ui/state.tsx";
import { Segments } from "../ui/tabs.tsx";
import { PegLinks } from "./peg-links.tsx";
import { queueWords } from "./queue-words.ts";

const offers = {
  retry: { words: "Retry", command: "peg-retry" },
  process: { words: "Process this one now", command: "peg-process" },
  mark: { words: "Mark for a person", command: "peg-mark" },
} as const;

function Stuck({ item, act }: { readonly item: PegQueueItem; readonly act: PegCommandAct }) {
  const { stuck } = item;
  if (stuck === undefined) return null;
  return (
    <div className="stack tight mt-2">
      <p className="text-ink-2 text-sm">
        <Words of={stuck.why} /> <span className="mono text-xs">{stuck.code}</span>
      </p>
      <div className="row">
        {stuck.offers.map((offer) => (
          <Button key={offer} size="small" onPress={() => act({ do: offers[offer].command, item: item.id })}>
            {offers[offer].words}
          </Button>
        ))}
      </div>
    </div>
  );
}

const ends: ReadonlySet<PegQueueState> = new Set(["minted", "returned", "settled", "refunded"]);
const isFinished = (item: PegQueueItem): boolean => ends.has(item.state) && item.stuck === undefined;

const nothing = {
  open: {
    title: "Nothing in the queue",
    words: "Requests appear by themselves once they are on the Bitcoin chain.",
  },
  finished: { title: "Nothing has finished yet", words: "What was minted, paid or given back stays here." },
};

/** What is in the queue: open or finished requests; those that need somebody first, then the oldest, finished ones from the newest. */
export function QueueTable(props: { readonly queue: readonly PegQueueItem[]; readonly act: PegCommandAct }) {
  const now = useNow();
  const rank = (item: PegQueueItem): number => (item.stuck === undefined ? 1 : 0);
  const [shown, show] = useState<"open" | "finished">("open");
  const finished = props.queue.filter(isFinished);
  const open = props.queue.filter((item) => !isFinished(item));
  const rows =
    shown === "open"
      ? open.sort((a, b) => rank(a) - rank(b) || a.since - b.since)
      : finished.sort((a, b) => b.since - a.since);
  return (
    <Panel
      title="Queue"
      side={
        <Segments
          label="Show requests that are"
          value={shown}
          items={[
            { value: "open", label: `Open ${open.length}`, icon: ListOrdered },
            { value: "finished", label: `Finished ${finished.length}`, icon: CircleCheck },
          ]}
          onChange={show}
        />
      }
      flush
    >
      {rows.length === 0 ? (
        <div className="empty">
          <ListOrdered className="icon" />
          <h3>{nothing[shown].title}</h3>
          <p>{nothing[shown].words}</p>
        </div>
      ) : (
        <table className="table cards">
          <thead>
            <tr>
              <th scope="col">Request</th>
              <th scope="col">To</th>
              <th scope="col">State</th>
              <th scope="col" className="end">
                Since
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((item) => {
              const { word, tone, icon } = queueWords[item.state];
              return (
                <tr key={item.id} className={item.stuck === undefined ? undefined : "need"}>
                  <th scope="row" className="whitespace-normal!">
                    {item.direction === "in" ? "Peg in " : "Peg out "}
                    <Amount sats={item.sats} unit="BTC" />
                    <PegLinks links={item.links} />
                  </th>
                  <td data-label="To">
                    <Copyable value={item.to} what="the recipient" short />
                  </td>
                  <td data-label="State">
                    <div>
                      <State tone={tone} icon={icon}>
                        {item.asked === true && item.state === "confirming" ? "Confirmed" : word}
                        {item.confirmations !== undefined &&
                          ` ${item.confirmations.have} of ${item.confirmations.needed}`}
                      </State>
                      {item.asked === true && <p className="text-ink-2 text-sm">The signers are asked</p>}
                      <Stuck item={item} act={props.act} />
                    </div>
                  </td>
                  <td data-label="Since" className="end">
                    {duration(now - item.since)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
