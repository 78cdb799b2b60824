"use client";
import { Bot, Clock, PenLine } from "lucide-react";
import { useRef } from "react";
import type { InboxView, RequestSummary } from "../../lib/runtime/views/index.ts";
import { useFocusOn } from "../frame/screen.tsx";
import { LinkButton } from "../ui/button.tsx";
import { useNow } from "../ui/clock.tsx";
import { clockMinutes, dayOf, duration } from "../ui/format.ts";
import { Needles, plain } from "../ui/marks.tsx";
import { State } from "../ui/state.tsx";
import { kindIcon, standing, stateLook } from "./request-words.ts";

function Right({ request, now }: { readonly request: RequestSummary; readonly now: number }) {
  const { state, expiresAt } = request;
  if (state === "needs-you" && expiresAt !== undefined) {
    return (
      <State tone="sun" icon={Clock}>
        {duration(expiresAt - now)} left
      </State>
    );
  }
  if (state === "waiting" || state === "signing") return <span>{standing(request)}</span>;
  const { tone, icon } = stateLook[request.yourAnswer === "refused" ? "refused" : state];
  return (
    <State tone={tone} icon={icon}>
      {standing(request)}
    </State>
  );
}

function Item(props: { readonly request: RequestSummary; readonly open: boolean; readonly now: number }) {
  const { request, now } = props;
  const Icon = kindIcon[request.kind];
  const old = now - request.at > 86_400_000;
  return (
    <li>
      <a className="item" href={`#/requests/${request.id}`} aria-current={props.open ? "true" : undefined}>
        <Icon className="icon" />
        <b className="truncate">{request.title}</b>
        <span className="text-ink-2">
          {request.size ?? (old ? dayOf(request.at) : clockMinutes(request.at))}
        </span>
        <span className="sub">
          <span className="subject">{plain(request.subject)}</span>
          <Right request={request} now={now} />
        </span>
        {request.byPolicy === true && (
          <span className="sub">
            <State tone="act" icon={Bot}>
              Answered by your policy
            </State>
          </span>
        )}
      </a>
    </li>
  );
}

function Group(props: {
  readonly title: string;
  readonly side: string;
  readonly requests: readonly RequestSummary[];
  readonly open: string | undefined;
}) {
  const now = useNow();
  if (props.requests.length === 0) return null;
  return (
    <>
      <h2>
        <span>{props.title}</span>
        <span>{props.side}</span>
      </h2>
      <ul>
        {props.requests.map((request) => (
          <Item key={request.id} request={request} open={props.open === request.id} now={now} />
        ))}
      </ul>
    </>
  );
}

export function EmptyInbox({ canPropose, total }: { readonly canPropose: boolean; readonly total: number }) {
  return (
    <div className="empty">
      <Needles of={{ have: 0, needed: Math.max(1, total - 1), total }} height={44} />
      <h2>No requests yet</h2>
      <p>When somebody proposes one, it appears here and in the tab title.</p>
      {canPropose && (
        <LinkButton href="#/compose" size="small">
          Sign a test message
        </LinkButton>
      )}
    </div>
  );
}

/** A narrow screen shows the list alone, which then needs the heading of the screen. */
function ListTitle() {
  const ref = useRef<HTMLHeadingElement>(null);
  useFocusOn("requests", ref);
  return (
    <h1 ref={ref} tabIndex={-1} className="px-4 pt-4 lg:hidden">
      Requests
    </h1>
  );
}

/** Needs you, waiting for others, done; the nearest deadline first, as the view orders them. */
export function Inbox(props: {
  readonly view: InboxView;
  readonly open: string | undefined;
  readonly total: number;
  /** A request was chosen: on a narrow screen it takes the place of the list. */
  readonly reading: boolean;
}) {
  const { view, open } = props;
  const empty = view.needsYou.length + view.waiting.length + view.done.length === 0;
  return (
    <nav className="list" aria-label="Requests">
      {!props.reading && <ListTitle />}
      {view.canPropose && (
        <div className="border-line border-b p-3">
          <LinkButton href="#/compose" wide icon={<PenLine className="icon" />}>
            New message to sign
          </LinkButton>
        </div>
      )}
      {empty && <EmptyInbox canPropose={false} total={props.total} />}
      <Group title="Needs you" side={String(view.needsYou.length)} requests={view.needsYou} open={open} />
      <Group
        title="Waiting for others"
        side={String(view.waiting.length)}
        requests={view.waiting}
        open={open}
      />
      <Group title="Done" side={String(view.done.length)} requests={view.done} open={open} />
    </nav>
  );
}
