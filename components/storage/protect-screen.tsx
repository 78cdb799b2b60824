"use client";
import { Fingerprint, Lock } from "lucide-react";
import { useState } from "react";
import type { Act, ProtectView } from "../../lib/runtime/views/index.ts";
import { Title } from "../frame/screen.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { Panel } from "../ui/panel.tsx";
import { Work } from "../ui/progress.tsx";
import { Passphrase, passphraseProblem } from "./passphrase.tsx";

/** Seals this signer before it holds anything. A passkey is offered where the browser can unlock data with it. */
export function ProtectScreen({ view, act }: { readonly view: ProtectView; readonly act: Act }) {
  const [passphrase, setPassphrase] = useState("");
  const [asked, setAsked] = useState(false);
  const working = view.work !== undefined;
  const problem = passphraseProblem(passphrase, view.minLength);
  return (
    <div className="page narrow">
      <Title
        place="protect"
        sub={
          <p>
            Your share of {view.groupName} is stored in this browser. The passphrase seals it, so that a
            stolen device alone is useless.
          </p>
        }
      >
        Choose a passphrase
      </Title>
      <div className="stack">
        {view.error !== undefined && <ErrorNote error={view.error} act={act} />}
        <Panel>
          <form
            className="stack"
            onSubmit={(event) => {
              event.preventDefault();
              setAsked(true);
              if (!working && problem === undefined) act({ do: "protect", with: "passphrase", passphrase });
            }}
          >
            <Passphrase
              label={`Passphrase for ${view.seatName}`}
              value={passphrase}
              onChange={setPassphrase}
              fresh
              error={asked ? problem : undefined}
              help={`At least ${view.minLength} characters. Several unrelated words are easy to keep. A password manager may fill it in.`}
            />
            <Button submit look="main" size="big" icon={<Lock className="icon" />} busy={working}>
              Seal with this passphrase
            </Button>
            {view.work !== undefined && (
              <div role="status">
                <Work of={view.work} label="Passphrase work done" />
              </div>
            )}
          </form>
        </Panel>
        {view.passkey === "available" && (
          <Panel title="Or use a passkey">
            <div className="stack tight">
              <p className="text-ink-2">
                Your device’s fingerprint or PIN unlocks this signer. If the passkey is ever deleted, only a
                backup helps.
              </p>
              <Button
                icon={<Fingerprint className="icon" />}
                busy={working}
                onPress={() => act({ do: "protect", with: "passkey" })}
              >
                Seal with a passkey
              </Button>
            </div>
          </Panel>
        )}
        <p className="help">
          Nobody can reset it: not the coordinator, not the relay, not us. You make a backup once the key
          exists.
        </p>
      </div>
    </div>
  );
}
