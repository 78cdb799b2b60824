"use client";
import type { GroupView, RequestSummary } from "../../lib/runtime/views/index.ts";
import { listed } from "../../lib/runtime/views/index.ts";
import { EmptyInbox } from "../requests/inbox.tsx";
import { standing, stateLook } from "../requests/request-words.ts";
import { useNow } from "../ui/clock.tsx";
import { duration } from "../ui/format.ts";
import { plain } from "../ui/marks.tsx";
import { Panel } from "../ui/panel.tsx";
import { State } from "../ui/state.tsx";

function waits(request: RequestSummary): string {
  if (request.state === "needs-you")
    return `You, ${request.approvals.have} of ${request.approvals.needed} approved`;
  if (request.state === "waiting" || request.state === "signing")
    return listed(request.waitingFor, "The round");
  return "Nobody";
}

/** The newest requests, those that need this person first. */
export function RequestTable({ view }: { readonly view: GroupView }) {
  const now = useNow();
  const { inbox } = view;
  const rows = [...inbox.needsYou, ...inbox.waiting, ...inbox.done].slice(0, 6);
  const total = inbox.needsYou.length + inbox.waiting.length + inbox.done.length;
  return (
    <Panel
      title="Requests"
      side={total > rows.length ? <a href="#/requests">All {total} requests</a> : undefined}
      flush
    >
      {rows.length === 0 ? (
        <EmptyInbox canPropose={inbox.canPropose} total={view.overview.total} />
      ) : (
        <table className="table cards">
          <thead>
            <tr>
              <th scope="col">Request</th>
              <th scope="col">Content</th>
              <th scope="col">State</th>
              <th scope="col">Waiting for</th>
              <th scope="col" className="end">
                Age
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((request) => {
              const { tone, icon } = stateLook[request.yourAnswer === "refused" ? "refused" : request.state];
              return (
                <tr key={request.id} className={request.state === "needs-you" ? "need" : undefined}>
                  <th scope="row">
                    <a href={`#/requests/${request.id}`}>{request.title}</a>
                    {request.byPolicy === true && <span className="sub">Answered by your policy</span>}
                  </th>
                  <td data-label="Content">
                    <span className="block max-w-[18ch] truncate max-md:max-w-none lg:max-w-[32ch]">
                      {plain(request.subject)}
                    </span>
                  </td>
                  <td data-label="State">
                    <State tone={tone} icon={icon} filled>
                      {request.state === "waiting" ? "Waiting" : standing(request)}
                    </State>
                  </td>
                  <td data-label="Waiting for">{waits(request)}</td>
                  <td className="end" data-label="Age">
                    {duration(now - request.at)}
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
