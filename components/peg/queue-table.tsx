"use client";
import { ListOrdered } from "lucide-react";
import type { PegCommandAct, PegQueueItem } from "../../lib/runtime/views/index.ts";
import { Button } from "../ui/button.tsx";
import { useNow } from "../ui/clock.tsx";
import { Copyable } from "../ui/copyable.tsx";
import { duration } from "../ui/format.ts";
import { Amount, Words } from "../ui/marks.tsx";
import { Panel } from "../ui/panel.tsx";
import { State } from "../ui/state.tsx";
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

/** What is in the queue: those that need somebody first, then the oldest. */
export function QueueTable(props: { readonly queue: readonly PegQueueItem[]; readonly act: PegCommandAct }) {
  const now = useNow();
  const rank = (item: PegQueueItem): number => (item.stuck === undefined ? 1 : 0);
  const rows = [...props.queue].sort((a, b) => rank(a) - rank(b) || a.since - b.since);
  return (
    <Panel title="Queue" side={`${rows.length} ${rows.length === 1 ? "request" : "requests"}`} flush>
      {rows.length === 0 ? (
        <div className="empty">
          <ListOrdered className="icon" />
          <h3>Nothing in the queue</h3>
          <p>Requests appear by themselves once they are on the Bitcoin chain.</p>
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
                        {word}
                        {item.confirmations !== undefined &&
                          ` ${item.confirmations.have} of ${item.confirmations.needed}`}
                      </State>
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
