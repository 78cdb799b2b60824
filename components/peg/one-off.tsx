"use client";
import { CircleCheck, CircleX, Clock } from "lucide-react";
import { useState } from "react";
import type { PegCommandAct, PegCoordinatorView, PegJoiningView } from "../../lib/runtime/views/index.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Amount } from "../ui/marks.tsx";
import { Panel } from "../ui/panel.tsx";
import { State } from "../ui/state.tsx";
import { PegLinks } from "./peg-links.tsx";

const stages = {
  asking: { word: "Waits for the signers", tone: "act", icon: Clock },
  sent: { word: "Broadcast", tone: "act", icon: Clock },
  done: { word: "Joined", tone: "go", icon: CircleCheck },
  ended: { word: "Not joined", tone: "stop", icon: CircleX },
} as const;

function Joining({ view }: { readonly view: PegCoordinatorView }) {
  const joining: PegJoiningView | undefined = view.joining;
  if (joining === undefined) return null;
  const { word, tone, icon } = stages[joining.state];
  const { confirmations } = joining;
  return (
    <div className="stack tight" role="status">
      <State tone={tone} icon={icon}>
        {word}
        {confirmations !== undefined && `, ${confirmations.have} of ${confirmations.needed}`}
      </State>
      <p className="text-ink-2 text-sm">
        {joining.coins} coins, <Amount sats={joining.amount} unit="BTC" /> together; fee{" "}
        <Amount sats={joining.fee} unit="sats" />.
        {joining.reason !== undefined && <span className="wrap-anywhere"> {joining.reason}.</span>}
      </p>
      <PegLinks links={joining.links} />
    </div>
  );
}

/** What a person can have done by itself, whatever the loop does. */
export function OneOff({ view, act }: { readonly view: PegCoordinatorView; readonly act: PegCommandAct }) {
  const [txid, setTxid] = useState("");
  const [asked, setAsked] = useState(false);
  const clean = txid.trim().toLowerCase();
  const good = /^[0-9a-f]{64}$/.test(clean);
  const busy = (name: PegCoordinatorView["busy"]): boolean => view.busy === name;
  return (
    <Panel title="One thing at a time">
      <div className="stack tight">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            setAsked(true);
            if (good) act({ do: "peg-process-txid", txid: clean });
          }}
        >
          <Field
            label="Process this request"
            mono
            value={txid}
            placeholder="Transaction id"
            onChange={setTxid}
            error={
              asked && !good ? `A transaction id has 64 hex digits; this has ${clean.length}` : undefined
            }
            after={
              <Button submit busy={busy("peg-process-txid")}>
                Process
              </Button>
            }
          />
        </form>
        <div className="row">
          {view.offers.includes("peg-consolidate") && (
            <Button
              busy={busy("peg-consolidate") || view.joining?.state === "asking"}
              onPress={() => act({ do: "peg-consolidate" })}
            >
              Join the peg’s coins
            </Button>
          )}
          {view.offers.includes("peg-hand-off") && (
            <Button busy={busy("peg-hand-off")} onPress={() => act({ do: "peg-hand-off" })}>
              Hand off now
            </Button>
          )}
          <Button
            look="harm"
            busy={busy("peg-halt")}
            onPress={() => act({ do: "peg-halt", halted: view.halt?.why !== "contract-halted" })}
          >
            {view.halt?.why === "contract-halted" ? "Lift the halt" : "Halt the contract"}
          </Button>
        </div>
        <Joining view={view} />
        <p className="help">
          Joining makes one coin of the peg’s smallest, so that payouts need fewer. The fee wallet pays, and
          the signers check and approve it like any other request.
        </p>
      </div>
    </Panel>
  );
}
