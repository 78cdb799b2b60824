"use client";
import { Suspense, useMemo } from "react";
import type { Act, GroupView, NextGroupView } from "../../lib/runtime/views/index.ts";
import { usePlace } from "../frame/fragment.ts";
import { Title } from "../frame/screen.tsx";
import { SeatsTable } from "../lobby/seats-table.tsx";
import { Inbox, EmptyInbox } from "../requests/inbox.tsx";
import { Review } from "../requests/review.tsx";
import { Skeleton } from "../ui/progress.tsx";
import { Overview } from "./overview.tsx";
import { SideNav, type Section } from "./side-nav.tsx";
import { lazyScreen } from "../frame/lazy-screen.tsx";

const Compose = lazyScreen(() => import("../requests/compose.tsx").then((m) => ({ default: m.Compose })));
const Status = lazyScreen(() =>
  import("../status/status-screen.tsx").then((m) => ({ default: m.StatusScreen })),
);
const Peg = lazyScreen(() =>
  import("../peg/coordinator-screen.tsx").then((m) => ({ default: m.PegCoordinatorScreen })),
);
const PegNumbers = lazyScreen(() =>
  import("../peg/dashboard.tsx").then((m) => ({ default: m.PegDashboard })),
);
const Policy = lazyScreen(() =>
  import("../peg/policy-screen.tsx").then((m) => ({ default: m.PolicyScreen })),
);
const Backup = lazyScreen(() =>
  import("../storage/backup-screen.tsx").then((m) => ({ default: m.BackupScreen })),
);

const NextGroup = lazyScreen(() => import("./next-group.tsx").then((m) => ({ default: m.NextGroup })));

/** True where the next group waits for an answer of this person. */
const wantsYou = (next: NextGroupView): boolean =>
  next.stage === "compare" || (next.stage === "lobby" && next.lobby.yourAnswer === "wanted");

interface Props {
  readonly view: GroupView;
  readonly act: Act;
}

function Requests({ view, act, id }: Props & { readonly id: string | undefined }) {
  const all = view.inbox;
  const chosen = id ?? all.needsYou[0]?.id ?? all.waiting[0]?.id ?? all.done[0]?.id;
  const request = view.requests.find((candidate) => candidate.id === chosen);
  return (
    <div className={`mail ${id === undefined ? "listing" : "reading"}`}>
      <Inbox view={all} open={chosen} total={view.overview.total} reading={id !== undefined} />
      {request === undefined ? (
        <div className="reader">
          <div className="body">
            <Title place="requests">{id === undefined ? "Requests" : "This request is not here"}</Title>
            {id === undefined ? (
              <EmptyInbox canPropose={all.canPropose} total={view.overview.total} />
            ) : (
              <p className="text-ink-2">
                It may not have arrived yet, or it belongs to another group.{" "}
                <a href="#/requests">Show all requests</a>.
              </p>
            )}
          </div>
        </div>
      ) : (
        <Review key={request.id} request={request} act={act} />
      )}
    </div>
  );
}

function Members({ view }: Props) {
  return (
    <div className="page">
      <Title
        place="members"
        sub={<p>The members and the threshold are part of the key. Changing them makes a new key.</p>}
      >
        Members
      </Title>
      <SeatsTable seats={view.seats} title={`${view.seats.length} seats`} />
    </div>
  );
}

function Content({ view, act }: Props) {
  const [section, id] = usePlace();
  switch (section) {
    case "requests":
      return <Requests view={view} act={act} id={id} />;
    case "compose":
      return (
        <Compose
          view={view.compose}
          mine={view.requests.filter(({ canCancel }) => canCancel).map((request) => request.id)}
          act={act}
        />
      );
    case "members":
      return <Members view={view} act={act} />;
    case "rounds":
      return <Status view={view.status} />;
    case "peg":
      return view.peg === undefined ? (
        <Overview view={view} act={act} />
      ) : id === "numbers" && view.peg.numbers !== undefined ? (
        <PegNumbers view={view.peg.numbers} back="#/peg" />
      ) : (
        <Peg view={view.peg} act={(command) => act({ do: "peg", command })} />
      );
    case "next":
      return view.next === undefined ? (
        <Overview view={view} act={act} />
      ) : (
        <NextGroup view={view.next} act={act} />
      );
    case "policy":
      return view.policy === undefined ? (
        <Overview view={view} act={act} />
      ) : (
        <Policy view={view.policy} act={act} />
      );
    case "backup":
      return (
        <Backup
          view={view.backup}
          oldKeys={view.oldKeys ?? []}
          seatName={view.seats.find(({ you }) => you)?.name ?? "coordinator"}
          act={act}
        />
      );
    default:
      return <Overview view={view} act={act} />;
  }
}

const sectionOf = (part: string | undefined): Section => {
  switch (part) {
    case "requests":
    case "compose":
      return "requests";
    case "members":
    case "rounds":
    case "backup":
    case "peg":
    case "next":
    case "policy":
      return part;
    default:
      return "overview";
  }
};

/** A group that has a key: sections are places in the URL, so reload and the back button work. */
export function GroupScreen({ view, act }: Props) {
  const [part] = usePlace();
  const needsYou = view.inbox.needsYou.length;
  const hasPeg = view.peg !== undefined;
  const hasPolicy = view.policy !== undefined;
  const hasNext = view.next !== undefined;
  const missing = useMemo(
    (): readonly Section[] => [
      ...(hasPeg ? [] : ["peg" as const]),
      ...(hasPolicy ? [] : ["policy" as const]),
      ...(hasNext ? [] : ["next" as const]),
    ],
    [hasPeg, hasPolicy, hasNext],
  );
  return (
    <div className="shell">
      <SideNav
        at={sectionOf(part)}
        needsYou={needsYou}
        without={missing}
        nextNeedsYou={view.next !== undefined && wantsYou(view.next)}
        act={act}
      />
      <div className="flex min-w-0 flex-col">
        <Suspense
          fallback={
            <div className="page">
              <Skeleton label="Loading" rows={5} />
            </div>
          }
        >
          <Content view={view} act={act} />
        </Suspense>
      </div>
    </div>
  );
}
