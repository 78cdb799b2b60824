"use client";
import { CircleCheck, CircleDashed, CircleX, LoaderCircle } from "lucide-react";
import type { CallState, ExplorerRow, ExplorerValue } from "../../lib/runtime/explorer/views.ts";
import { useNow } from "../ui/clock.tsx";
import { duration, shortened } from "../ui/format.ts";
import { Address, Amount, Hex } from "../ui/marks.tsx";
import { Facts } from "../ui/panel.tsx";
import { State } from "../ui/state.tsx";

/** An id that leads to its page, its middle left out. */
export function TxLink({ txid }: { readonly txid: string }) {
  return (
    <a className="mono" href={`#/tx/${txid}`}>
      {shortened(txid, 8, 6)}
    </a>
  );
}

function Value({ of }: { readonly of: ExplorerValue }) {
  switch (of.kind) {
    case "text":
      return <span className="wrap-anywhere">{of.text}</span>;
    case "code":
      return <span className="mono wrap-anywhere">{of.text}</span>;
    case "amount":
      return <Amount sats={of.sats} unit="BTC" />;
    case "address":
      return <Address value={of.address} />;
    case "hex":
      return <Hex value={of.hex} size={8} />;
    case "tx":
      return <TxLink txid={of.txid} />;
  }
}

export function ValueFacts({ rows }: { readonly rows: readonly ExplorerRow[] }) {
  return <Facts rows={rows.map(([label, value]) => [label, <Value key={label} of={value} />] as const)} />;
}

/** "14 s ago", counting. */
export function Age({ at }: { readonly at: number }) {
  const now = useNow();
  return <span className="whitespace-nowrap">{duration(now - at)} ago</span>;
}

const looks = {
  success: { tone: "go", icon: CircleCheck, word: "Done" },
  failed: { tone: "stop", icon: CircleX, word: "Failed" },
  waiting: { tone: "wait", icon: LoaderCircle, word: "Waiting" },
  dropped: { tone: "wait", icon: CircleX, word: "Dropped" },
} as const;

export function CallStateMark({ state }: { readonly state: CallState }) {
  const { tone, icon, word } = looks[state];
  return (
    <State tone={tone} icon={icon} filled>
      {word}
    </State>
  );
}

/** How deep a transaction or block is. */
export function Depth({ confirmations }: { readonly confirmations: number }) {
  return confirmations === 0 ? (
    <State tone="sun" icon={CircleDashed} filled>
      Waiting for a block
    </State>
  ) : (
    <State tone="go" icon={CircleCheck} filled>
      {confirmations === 1 ? "1 confirmation" : `${confirmations} confirmations`}
    </State>
  );
}
