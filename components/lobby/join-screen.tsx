"use client";
import { useState } from "react";
import type { Act, JoinView } from "../../lib/runtime/views/index.ts";
import { maxNameLength } from "../../lib/runtime/views/index.ts";
import { Title } from "../frame/screen.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { Choices, Field } from "../ui/field.tsx";
import { Panel } from "../ui/panel.tsx";
import { Skeleton } from "../ui/progress.tsx";
import { Settings } from "./approval.tsx";

function Paste({ act }: { readonly act: Act }) {
  const [link, setLink] = useState("");
  return (
    <Panel>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          act({ do: "open-link", link: link.trim() });
        }}
      >
        <Field
          label="Invite link"
          mono
          big
          value={link}
          onChange={setLink}
          placeholder="https://…/signer#…"
          help="The person who started the group has it. Paste it whole, from the first letter to the last."
          after={
            <Button submit look="main" size="big">
              Join
            </Button>
          }
        />
        <p className="help">
          Moving from another device? <a href="#/restore">Restore a signer from its backup file</a>.
        </p>
      </form>
    </Panel>
  );
}

function Choose({ view, act }: { readonly view: JoinView; readonly act: Act }) {
  const only = view.free.length === 1 ? view.free[0] : undefined;
  const [seat, setSeat] = useState(only === undefined ? "" : String(only.seat));
  const chosen = view.free.find((free) => String(free.seat) === seat);
  const [typed, setTyped] = useState<string>();
  const name = typed ?? chosen?.name ?? "";
  const [asked, setAsked] = useState(false);
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (chosen !== undefined && name.trim() !== "")
          act({ do: "take-seat", seat: chosen.seat, name: name.trim() });
      }}
    >
      {view.settings !== undefined && (
        <Panel title="You are invited to">
          <Settings of={view.settings} coordinator={view.coordinator} numbered={false} />
        </Panel>
      )}
      <Panel>
        <div className="stack">
          {only === undefined && (
            <Choices
              legend="Which seat is yours?"
              value={seat}
              onChange={(value) => {
                setSeat(value);
                setTyped(undefined);
              }}
              choices={view.free.map((free) => ({
                value: String(free.seat),
                label: free.name === "" ? "Somebody without a name yet" : free.name,
              }))}
            />
          )}
          <Field
            label="Your name"
            value={name}
            maxLength={maxNameLength}
            onChange={setTyped}
            autoComplete="name"
            help="The other members see it on their boards."
            error={
              asked && chosen === undefined
                ? "Choose a seat first"
                : asked && name.trim() === ""
                  ? "Type the name the others know you by"
                  : undefined
            }
          />
        </div>
      </Panel>
      <div className="stack tight">
        <Button submit look="main" size="big" busy={view.stage === "joining"} busyText="Taking the seat">
          Take this seat
        </Button>
        <p className="help">This agrees to nothing yet. You approve the settings on the next screen.</p>
      </div>
    </form>
  );
}

/** What somebody sees who opened an invite link, before anything is stored. */
export function JoinScreen({ view, act }: { readonly view: JoinView; readonly act: Act }) {
  const name = view.settings?.name;
  return (
    <div className="page narrow">
      <Title
        place={`join-${view.stage}`}
        sub={
          <p>
            {view.stage === "no-link"
              ? "You see the name, the people and the threshold before you agree to anything."
              : "Check who is in it before you take a seat."}
          </p>
        }
      >
        {name === undefined ? "Join a group" : `Join ${name}`}
      </Title>
      <div className="stack">
        {view.error !== undefined && <ErrorNote error={view.error} act={act} />}
        {(view.stage === "no-link" || view.stage === "refused") && <Paste act={act} />}
        {view.stage === "connecting" && (
          <Panel>
            <Skeleton label="Asking the coordinator for the settings" rows={5} />
            <p className="help mt-4">
              Asking the coordinator for the settings. The coordinator’s tab must be open.
            </p>
          </Panel>
        )}
        {(view.stage === "choose" || view.stage === "joining") && <Choose view={view} act={act} />}
      </div>
    </div>
  );
}
