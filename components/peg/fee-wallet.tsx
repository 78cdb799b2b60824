"use client";
import { CircleCheck, CircleX, Clock } from "lucide-react";
import { useState } from "react";
import type {
  FeeSweepView,
  FeeSweepsView,
  PegCommandAct,
  PegCoordinatorView,
} from "../../lib/runtime/views/index.ts";
import { Button } from "../ui/button.tsx";
import { Copyable } from "../ui/copyable.tsx";
import { Field } from "../ui/field.tsx";
import { Address, Amount } from "../ui/marks.tsx";
import { Note } from "../ui/note.tsx";
import { Facts, Panel } from "../ui/panel.tsx";
import { State } from "../ui/state.tsx";
import { PegLinks } from "./peg-links.tsx";

/** Micro-STX to the last digit. */
function stx(ustx: bigint): string {
  const rest = (ustx % 1_000_000n).toString().padStart(6, "0").replace(/0+$/, "");
  const whole = (ustx / 1_000_000n).toLocaleString("en");
  return `${whole}${rest === "" ? "" : `.${rest}`} STX`;
}

function Money({
  chain,
  value,
  unit,
}: Pick<FeeSweepView, "chain"> & { readonly value: bigint; readonly unit: "BTC" | "sats" }) {
  return chain === "stacks" ? stx(value) : <Amount sats={value} unit={unit} />;
}

const states = {
  sent: { word: "Sent", tone: "act", icon: Clock },
  mined: { word: "Mined", tone: "go", icon: CircleCheck },
  refused: { word: "Refused by the node", tone: "stop", icon: CircleX },
} as const;

function Sent({ sweep }: { readonly sweep: FeeSweepsView["sent"][number] }) {
  const { word, tone, icon } = states[sweep.state];
  return (
    <li className="stack tight">
      <State tone={tone} icon={icon}>
        {word}
      </State>
      <p className="text-ink-2 text-sm">
        <Money chain={sweep.chain} value={sweep.amount} unit="BTC" /> to <Address value={sweep.to} />
        {sweep.reason !== undefined && <span className="wrap-anywhere">. {sweep.reason}</span>}
      </p>
      <PegLinks links={sweep.links} />
    </li>
  );
}

function Prepared(props: {
  readonly sweep: FeeSweepView;
  readonly view: PegCoordinatorView;
  readonly act: PegCommandAct;
}) {
  const { sweep, view, act } = props;
  const { needed } = view.sweeps;
  return (
    <Note tone="sun" title="Everything it has leaves the fee wallet">
      <Facts
        rows={[
          ["Arrives", <Money key="a" chain={sweep.chain} value={sweep.amount} unit="BTC" />],
          ["Fee", <Money key="f" chain={sweep.chain} value={sweep.fee} unit="sats" />],
          ["At", <Address key="t" value={sweep.to} />],
        ]}
      />
      <p>
        {sweep.chain === "stacks"
          ? "Nothing can be minted, locked or settled until there is STX again."
          : "Payouts that need more than their own fee wait until there is bitcoin again."}
      </p>
      {needed > 0 && (
        <p>{needed === 1 ? "One thing is" : `${needed} things are`} under way and may need it.</p>
      )}
      <div className="row">
        <Button
          look="harm"
          busy={view.busy === "peg-sweep-fee-wallet"}
          onPress={() => act({ do: "peg-sweep-fee-wallet", txid: sweep.txid, anyway: needed > 0 })}
        >
          {needed > 0 ? "Send it all the same" : "Send it"}
        </Button>
        <Button look="quiet" onPress={() => act({ do: "peg-prepare-sweep", to: "" })}>
          Leave it there
        </Button>
      </div>
    </Note>
  );
}

function Sweep({ view, act }: { readonly view: PegCoordinatorView; readonly act: PegCommandAct }) {
  const { prepared, sent } = view.sweeps;
  const [to, setTo] = useState("");
  return (
    <div className="stack tight">
      <form
        className="stack tight"
        onSubmit={(event) => {
          event.preventDefault();
          if (to.trim() !== "") act({ do: "peg-prepare-sweep", to: to.trim() });
        }}
      >
        <Field
          label="Sweep to"
          mono
          value={to}
          onChange={setTo}
          placeholder="Bitcoin or Stacks address"
          help="A Bitcoin address gets the bitcoin, a Stacks account the STX. The exact amount is shown first."
        />
        <div className="row">
          <Button submit busy={view.busy === "peg-prepare-sweep"}>
            Work it out
          </Button>
        </div>
      </form>
      {prepared !== undefined && <Prepared key={prepared.txid} sweep={prepared} view={view} act={act} />}
      {sent.length > 0 && (
        <ul className="stack tight" aria-label="Sweeps of the fee wallet">
          {sent.map((sweep) => (
            <Sent key={sweep.txid} sweep={sweep} />
          ))}
        </ul>
      )}
    </div>
  );
}

/** The coordinator's own money for fees, and the way to take it out. */
export function FeeWallet({ view, act }: { readonly view: PegCoordinatorView; readonly act: PegCommandAct }) {
  const { feeWallet } = view;
  return (
    <Panel title="Fee wallet">
      <div className="stack tight">
        {feeWallet.low && (
          <Note tone="sun" title="Almost empty">
            <p>Send coins to these addresses, or mints and payouts will wait.</p>
          </Note>
        )}
        <Facts
          rows={[
            ["STX", feeWallet.ustx === undefined ? "Asking" : stx(feeWallet.ustx)],
            ["Account", <Copyable key="s" value={feeWallet.stacks} what="the Stacks account" />],
            [
              "Bitcoin",
              feeWallet.sats === undefined ? "Asking" : <Amount key="b" sats={feeWallet.sats} unit="sats" />,
            ],
            ["Address", <Copyable key="a" value={feeWallet.bitcoin} what="the Bitcoin address" />],
          ]}
        />
        {view.offers.includes("peg-sweep-fee-wallet") && <Sweep view={view} act={act} />}
      </div>
    </Panel>
  );
}
