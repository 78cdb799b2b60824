"use client";
import { Hand } from "lucide-react";
import type { Act, ElsewhereView } from "../../lib/runtime/views/index.ts";
import { Title } from "../frame/screen.tsx";
import { Button, LinkButton } from "../ui/button.tsx";
import { ErrorNote } from "../ui/error-note.tsx";

/** A second tab of the same signer. Only one may sign, so this one waits or takes over. */
export function ElsewhereScreen({ view, act }: { readonly view: ElsewhereView; readonly act: Act }) {
  const asking = view.stage !== "active-elsewhere";
  return (
    <div className="page narrow">
      <Title
        place="elsewhere"
        sub={
          <p className="text-lg">
            You are {view.seatName} in {view.groupName}. Only one tab may sign at a time, so that no one-time
            number is used twice.
          </p>
        }
      >
        This signer is active in another tab
      </Title>
      <div className="stack">
        {view.error !== undefined && <ErrorNote error={view.error} act={act} />}
        {view.busyThere && (
          <p className="state sun whitespace-normal!">
            <Hand className="icon" />
            <span>
              The other tab is in the middle of a round. Taking over pauses it for a moment; nothing is lost.
            </span>
          </p>
        )}
        <div className="row">
          <Button look="main" size="big" busy={asking} onPress={() => act({ do: "take-over" })}>
            Take over here
          </Button>
          <LinkButton href="/" size="big">
            Leave it there
          </LinkButton>
        </div>
        <p className="help" role="status">
          {view.stage === "asking" && "Asking the other tab to finish what it stores."}
          {view.stage === "taking" && "The other tab has stopped. Opening your signer here."}
          {view.stage === "active-elsewhere" &&
            "After taking over you unlock here; the other tab sends nothing more."}
        </p>
      </div>
    </div>
  );
}
