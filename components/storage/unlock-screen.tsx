"use client";
import { Fingerprint, LockOpen } from "lucide-react";
import { useState } from "react";
import type { Act, UnlockView } from "../../lib/runtime/views/index.ts";
import { Title } from "../frame/screen.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { duration } from "../ui/format.ts";
import { Panel } from "../ui/panel.tsx";
import { Work } from "../ui/progress.tsx";
import { Passphrase } from "./passphrase.tsx";

function sub(view: UnlockView): string {
  const who = `You are ${view.seatName} in ${view.groupName}.`;
  return view.idleLockedAfterMs === undefined
    ? who
    : `${who} Locked by itself after ${duration(view.idleLockedAfterMs)} without use.`;
}

/** Opens the sealed secrets of this signer. The work takes about a second on purpose, and says how far it is. */
export function UnlockScreen({ view, act }: { readonly view: UnlockView; readonly act: Act }) {
  const [passphrase, setPassphrase] = useState("");
  const [asked, setAsked] = useState(false);
  const working = view.work !== undefined;
  return (
    <div className="page narrow">
      <Title place="unlock" sub={<p>{sub(view)}</p>}>
        Unlock this signer
      </Title>
      <div className="stack">
        {view.error !== undefined && <ErrorNote error={view.error} act={act} />}
        <Panel>
          <div className="stack">
            {view.methods.includes("passkey") && (
              <Button
                look="main"
                size="big"
                wide
                icon={<Fingerprint className="icon" />}
                onPress={() => {
                  if (!working) act({ do: "unlock", with: "passkey" });
                }}
              >
                Unlock with passkey
              </Button>
            )}
            {view.methods.includes("passphrase") && (
              <form
                className="stack"
                onSubmit={(event) => {
                  event.preventDefault();
                  setAsked(true);
                  if (!working && passphrase !== "") act({ do: "unlock", with: "passphrase", passphrase });
                }}
              >
                <Passphrase
                  label="Passphrase"
                  value={passphrase}
                  onChange={setPassphrase}
                  fresh={false}
                  error={asked && passphrase === "" ? "Type the passphrase of this signer" : undefined}
                />
                <Button
                  submit
                  look={view.methods.includes("passkey") ? "plain" : "main"}
                  size="big"
                  icon={<LockOpen className="icon" />}
                  busy={working}
                >
                  Unlock
                </Button>
              </form>
            )}
            {view.work !== undefined && (
              <div role="status">
                <Work of={view.work} label="Passphrase work done" />
              </div>
            )}
          </div>
        </Panel>
        <p className="help">
          A locked tab hears nothing and tells nobody that a decision waits. What was asked meanwhile is here
          once it is open.
        </p>
        <p className="help">
          {view.methods.includes("passphrase")
            ? "The passphrase stays in this tab. Nobody can reset it; if it is lost,"
            : "The passkey stays on its device. Nobody can replace it; if it is lost,"}{" "}
          <a href="#/restore">restore from a backup</a>.
        </p>
      </div>
    </div>
  );
}
