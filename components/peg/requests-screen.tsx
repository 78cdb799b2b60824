"use client";
import { CircleCheck, CircleX, Clock, History, type LucideIcon } from "lucide-react";
import type { PegPageView, PegRequestRow } from "../../lib/runtime/views/index.ts";
import { Title } from "../frame/screen.tsx";
import { LinkButton } from "../ui/button.tsx";
import { dateTime, shortened } from "../ui/format.ts";
import { Amount } from "../ui/marks.tsx";
import { Panel } from "../ui/panel.tsx";
import { State } from "../ui/state.tsx";
import { ProblemNote } from "./problem.tsx";

const icons: Readonly<Record<PegRequestRow["tone"], LucideIcon>> = {
  go: CircleCheck,
  stop: CircleX,
  act: Clock,
  sun: Clock,
  wait: Clock,
};

/** The requests this browser made. */
export function RequestsScreen({ view }: { readonly view: Extract<PegPageView, { tag: "requests" }> }) {
  return (
    <div className="page">
      <Title
        place="peg-requests"
        sub={<p>Kept in this browser only. Each has its own link, which works anywhere.</p>}
      >
        Your requests
      </Title>
      {view.problem !== undefined && <ProblemNote problem={view.problem} />}
      <Panel flush title="Newest first">
        {view.requests.length === 0 ? (
          <div className="empty">
            <History className="icon" />
            <h3>No requests yet</h3>
            <p>What you peg in or out here appears in this list.</p>
            <LinkButton href={`#/${view.contract ?? ""}/in`}>Make a request</LinkButton>
          </div>
        ) : (
          <table className="table cards">
            <thead>
              <tr>
                <th scope="col">Request</th>
                <th scope="col">To</th>
                <th scope="col">State</th>
                <th scope="col" className="end">
                  Sent
                </th>
              </tr>
            </thead>
            <tbody>
              {view.requests.map((row) => (
                <tr key={row.txid}>
                  <th scope="row">
                    <a href={row.href}>
                      {row.direction === "in" ? "Peg in " : "Peg out "}
                      <Amount sats={row.sats} unit="BTC" />
                    </a>
                  </th>
                  <td data-label="To" className="mono">
                    {shortened(row.to)}
                  </td>
                  <td data-label="State">
                    <State tone={row.tone} icon={icons[row.tone]}>
                      {row.state}
                    </State>
                  </td>
                  <td data-label="Sent" className="end">
                    {dateTime(row.at)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Panel>
    </div>
  );
}
