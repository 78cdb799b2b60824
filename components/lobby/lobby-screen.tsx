"use client";
import { KeyRound } from "lucide-react";
import type { Act, LobbyView, RunBlock } from "../../lib/runtime/views/index.ts";
import { listed, verb } from "../../lib/runtime/views/index.ts";
import { Title } from "../frame/screen.tsx";
import { StorageNotice } from "../storage/storage-notice.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { Needles } from "../ui/marks.tsx";
import { Note } from "../ui/note.tsx";
import { Approval } from "./approval.tsx";
import { CloseLobby, ClosedLobby } from "./close-lobby.tsx";
import { Invite, TrialTabs } from "./invite.tsx";
import { Preflight } from "./preflight.tsx";
import { RemoveMember } from "./remove-member.tsx";
import { SeatsTable } from "./seats-table.tsx";

function whyNot(why: RunBlock): React.ReactNode {
  switch (why.kind) {
    case "waiting-for":
      return (
        <>
          Waiting for <b>{listed(why.people, "everybody")}</b> to{" "}
          {why.step === "join" ? "join and approve the settings" : "approve the settings"}.
        </>
      );
    case "refused-by":
      return (
        <>
          <b>{listed(why.people)}</b> refused the settings. Talk first; then ask again, or remove{" "}
          {verb(why.people.length, "this person", "them")}.
        </>
      );
    case "version":
      return (
        <>
          <b>{listed(why.people)}</b> {verb(why.people.length, "runs", "run")} another version. Reload there
          first.
        </>
      );
    case "offline":
      return "This tab has no connection to the relay.";
    case "not-coordinator":
      return (
        <>
          Only <b>{why.coordinator}</b> starts the ceremony.
        </>
      );
    case "starting":
      return "The ceremony is starting.";
    case "closed":
      return "This lobby is closed.";
  }
}

function title(view: LobbyView): string {
  if (view.yourAnswer === "wanted") return `Do you agree to these settings?`;
  if (view.run.allowed) return "Everybody is ready";
  const { why } = view.run;
  switch (why.kind) {
    case "waiting-for":
      return `Waiting for ${listed(why.people, "everybody")}`;
    case "refused-by":
      return `${listed(why.people)} refused the settings`;
    case "version":
      return `${listed(why.people)} must reload`;
    case "offline":
      return "No connection to the relay";
    case "not-coordinator":
      return `Waiting for ${why.coordinator} to start`;
    case "starting":
      return "Starting the ceremony";
    case "closed":
      return "This lobby is closed";
  }
}

/** Who is here, what is missing, and the button that starts the ceremony or the reason why it cannot. */
export function LobbyScreen({ view, act }: { readonly view: LobbyView; readonly act: Act }) {
  const { approved, settings } = view;
  const total = settings.seats.length;
  const coordinator = view.role === "coordinator";
  if (!view.run.allowed && view.run.why.kind === "closed") return <ClosedLobby view={view} act={act} />;
  return (
    <div className="page">
      <Title
        place="lobby"
        live
        sub={
          <p>
            {approved.have} of {approved.total} seats have joined and approved the settings. All {total} are
            needed to make the key; after that, any {settings.threshold} can sign.
          </p>
        }
        side={
          <span className="quorum">
            <Needles of={approved} height={36} />
            <span>
              <b className="block">
                {approved.have} of {approved.total} approved
              </b>
              <span className="text-ink-2 text-sm">{approved.needed} needed for this step</span>
            </span>
          </span>
        }
      >
        {title(view)}
      </Title>
      <div className="split">
        <div className="stack">
          {view.error !== undefined && <ErrorNote error={view.error} act={act} />}
          {!coordinator && <Approval view={view} act={act} />}
          {view.trial !== undefined && <TrialTabs tabs={view.trial} />}
          <SeatsTable seats={view.seats} />
          {coordinator && view.yourAnswer !== undefined && <Approval view={view} act={act} />}
          {view.trial === undefined &&
            view.invites
              .filter(({ used }) => !used)
              .map((invite) => <Invite key={invite.url} invite={invite} />)}
        </div>
        <aside className="stack" aria-label="Before you start">
          {view.storage !== undefined && <StorageNotice storage={view.storage} act={act} calm />}
          <Preflight checks={view.preflight} />
          {coordinator ? (
            <div className="stack tight">
              <Button
                look="main"
                size="big"
                wide
                icon={<KeyRound className="icon" />}
                why={view.run.allowed ? undefined : whyNot(view.run.why)}
                onPress={() => act({ do: "run-dkg" })}
              >
                Run DKG
              </Button>
              {!view.run.allowed && view.run.why.kind === "refused-by" && (
                <Button wide onPress={() => act({ do: "ask-again" })}>
                  Ask everybody again
                </Button>
              )}
              {(view.removable !== undefined || view.closable === true) && (
                <div className="row -mx-4">
                  <RemoveMember names={view.removable ?? []} act={act} />
                  {view.closable === true && <CloseLobby act={act} />}
                </div>
              )}
            </div>
          ) : (
            view.yourAnswer !== "wanted" && (
              <Note tone="info" title="Nothing to do here now">
                <p>
                  Once everybody is ready, {view.coordinator} starts the ceremony. Keep this tab open; if it
                  closes, open the same link again and it goes on.
                </p>
              </Note>
            )
          )}
        </aside>
      </div>
    </div>
  );
}
