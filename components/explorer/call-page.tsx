"use client";
import type { CallPageView } from "../../lib/runtime/explorer/views.ts";
import { Title } from "../frame/screen.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Note } from "../ui/note.tsx";
import { Panel } from "../ui/panel.tsx";
import { CallStateMark, ValueFacts } from "./values.tsx";

const endings: Readonly<Record<CallPageView["state"], string | null>> = {
  success: null,
  failed: "It failed: only its fee was paid.",
  waiting: "It waits to be mined.",
  dropped: "It left the queue without being mined.",
};

/** One Stacks transaction: what was called with what, and what came of it. */
export function CallPage({ view }: { readonly view: CallPageView }) {
  const ending = endings[view.state];
  return (
    <>
      <Title place={`call-${view.txid}`} side={<CallStateMark state={view.state} />}>
        {view.title}
      </Title>
      <div className="stack">
        {ending !== null && (
          <Note tone={view.state === "failed" ? "sun" : "info"} title={ending}>
            {view.means !== undefined && <p className="wrap-anywhere">{view.means}</p>}
          </Note>
        )}
        <Panel
          title="Transaction"
          side={
            <CopyButton text={`0x${view.txid}`} size="small" look="quiet">
              Copy id
            </CopyButton>
          }
        >
          <ValueFacts
            rows={[
              ["Id", { kind: "hex", hex: view.txid }],
              ...view.rows,
              ...(view.result === null ? [] : [["Result", { kind: "code", text: view.result }] as const]),
            ]}
          />
        </Panel>
        {view.args.length > 0 && (
          <Panel title="Arguments">
            <ValueFacts rows={view.args.map(({ name, value }) => [name, { kind: "code", text: value }])} />
          </Panel>
        )}
        {view.events.length > 0 && (
          <Panel title="Events" side={String(view.events.length)} flush>
            <ol>
              {view.events.map((event, at) => (
                <li key={at} className="border-line border-t px-4 py-3 first:border-t-0">
                  <b>{event.title}</b>
                  <p className="mono wrap-anywhere">{event.text}</p>
                </li>
              ))}
            </ol>
          </Panel>
        )}
        {view.source !== undefined && (
          <Panel title="Contract text" flush>
            <pre className="mono scroll max-h-[480px] p-4 text-xs" tabIndex={0} aria-label="Contract text">
              {view.source}
            </pre>
          </Panel>
        )}
      </div>
    </>
  );
}
