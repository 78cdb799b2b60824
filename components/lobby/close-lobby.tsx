"use client";
import { useState } from "react";
import type { Act, LobbyView } from "../../lib/runtime/views/index.ts";
import { listed, verb } from "../../lib/runtime/views/index.ts";
import { Title } from "../frame/screen.tsx";
import { Button, LinkButton } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { Note } from "../ui/note.tsx";

/** For a coordinator who began with the wrong settings, or whose group does not come together. */
export function CloseLobby({ act }: { readonly act: Act }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button look="quiet" onPress={() => setOpen(true)}>
        Close this lobby
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title="Close this lobby?">
        <p className="text-ink-2">
          Nobody can join with its link any more, and everybody who did is told. No key was made, so nothing
          can be lost. It cannot be opened again; you can start another group at any time.
        </p>
        <div className="row">
          <Button look="main" onPress={() => setOpen(false)}>
            Keep it open
          </Button>
          <Button
            look="harm"
            onPress={() => {
              setOpen(false);
              act({ do: "close-lobby" });
            }}
          >
            Close the lobby
          </Button>
        </div>
      </Dialog>
    </>
  );
}

/** What is left of a lobby that was closed: why nothing goes on here, and where it can. */
export function ClosedLobby({ view, act }: { readonly view: LobbyView; readonly act: Act }) {
  const others = view.seats.flatMap(({ name, you, presence }) =>
    you || presence === "not-joined" ? [] : [name],
  );
  return (
    <div className="page">
      <Title place="lobby" live sub={<p>No key is made here.</p>}>
        This lobby is closed
      </Title>
      <div className="stack">
        {view.error !== undefined && <ErrorNote error={view.error} act={act} />}
        {view.role === "coordinator" && (
          <Note
            tone="info"
            title="You closed it"
            actions={
              <LinkButton href="/coordinator" look="main">
                Start another group
              </LinkButton>
            }
          >
            <p>
              Its link leads nowhere any more.{" "}
              {others.length === 0
                ? "Nobody had joined."
                : `${listed(others)} ${verb(others.length, "is", "are")} told so.`}
            </p>
          </Note>
        )}
      </div>
    </div>
  );
}
