"use client";
import type { CoinView, OperationView, TxPageView } from "../../lib/runtime/explorer/views.ts";
import { Title } from "../frame/screen.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { dateTime } from "../ui/format.ts";
import { Address, Amount, Hex } from "../ui/marks.tsx";
import { Note } from "../ui/note.tsx";
import { Facts, Panel } from "../ui/panel.tsx";
import { Depth, TxLink, ValueFacts } from "./values.tsx";

function Operation({ operation }: { readonly operation: OperationView }) {
  if (operation.refused !== undefined)
    return (
      <Note tone="sun" title={`This looks like a ${operation.title.toLowerCase()} and is none.`}>
        <p className="wrap-anywhere">{operation.refused}</p>
      </Note>
    );
  return (
    <Panel title={operation.title} side="What it says to the peg">
      <ValueFacts rows={operation.rows} />
    </Panel>
  );
}

function Coin({ coin, side }: { readonly coin: CoinView; readonly side: "input" | "output" }) {
  return (
    <li className="border-line border-t px-4 py-3 first:border-t-0">
      <div className="row spread">
        <span className="min-w-0">
          {coin.address === null ? (
            <span className="text-ink-2">{coin.label}</span>
          ) : (
            <Address value={coin.address} />
          )}
        </span>
        {coin.sats !== null && <Amount sats={coin.sats} unit="BTC" />}
      </div>
      {coin.tx !== undefined && (
        <p className="text-ink-3 text-sm">
          {side === "input" ? "from " : "spent by "}
          <TxLink txid={coin.tx} />
        </p>
      )}
      {side === "output" && coin.spent === false && <p className="text-ink-3 text-sm">not spent</p>}
    </li>
  );
}

/** One Bitcoin transaction: where its coins come from and go, and what it says to the peg. */
export function TxPage({ view }: { readonly view: TxPageView }) {
  const rate = view.vsize === 0 ? 0 : Number(view.fee) / view.vsize;
  return (
    <>
      <Title place={`tx-${view.txid}`} side={<Depth confirmations={view.confirmations} />}>
        {view.title}
      </Title>
      <div className="stack">
        {view.operation !== undefined && <Operation operation={view.operation} />}
        <Panel
          title="Transaction"
          side={
            <CopyButton text={view.txid} size="small" look="quiet">
              Copy id
            </CopyButton>
          }
        >
          <Facts
            rows={[
              ["Id", <Hex key="i" value={view.txid} size={8} />],
              [
                "Block",
                view.block === null ? (
                  "None yet"
                ) : (
                  <a key="b" href={`#/block/${view.block.hash}`}>
                    {view.block.height}, {dateTime(view.block.at)}
                  </a>
                ),
              ],
              [
                "Fee",
                <span key="f">
                  <Amount sats={view.fee} unit="sats" />, {rate.toFixed(1)} per vbyte
                </span>,
              ],
              ["Size", `${view.vsize} vbytes`],
            ]}
          />
        </Panel>
        <div className="grid gap-6 lg:grid-cols-2">
          <Panel title="Inputs" side={String(view.inputs.length)} flush>
            <ul>
              {view.inputs.map((coin, at) => (
                <Coin key={at} coin={coin} side="input" />
              ))}
            </ul>
          </Panel>
          <Panel title="Outputs" side={String(view.outputs.length)} flush>
            <ol>
              {view.outputs.map((coin, at) => (
                <Coin key={at} coin={coin} side="output" />
              ))}
            </ol>
          </Panel>
        </div>
      </div>
    </>
  );
}
