"use client";
import type { BlockSummary, CallSummary, TxSummary } from "../../lib/runtime/explorer/views.ts";
import { byteSize, shortened } from "../ui/format.ts";
import { Amount } from "../ui/marks.tsx";
import { Age, CallStateMark, TxLink } from "./values.tsx";

export function BlockTable({ blocks }: { readonly blocks: readonly BlockSummary[] }) {
  return (
    <table className="table cards">
      <thead>
        <tr>
          <th scope="col">Height</th>
          <th scope="col">Hash</th>
          <th scope="col" className="end">
            Transactions
          </th>
          <th scope="col" className="end">
            Size
          </th>
          <th scope="col" className="end">
            Age
          </th>
        </tr>
      </thead>
      <tbody>
        {blocks.map((block) => (
          <tr key={block.hash}>
            <th scope="row">
              <a href={`#/block/${block.hash}`}>Block {block.height}</a>
            </th>
            <td data-label="Hash">
              <span className="mono">{shortened(block.hash, 6, 10)}</span>
            </td>
            <td className="end" data-label="Transactions">
              {block.transactions}
            </td>
            <td className="end" data-label="Size">
              {byteSize(block.bytes)}
            </td>
            <td className="end" data-label="Age">
              <Age at={block.at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function TxTable({ list }: { readonly list: readonly TxSummary[] }) {
  return (
    <table className="table cards">
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Transaction</th>
          <th scope="col" className="end">
            Outputs
          </th>
          <th scope="col" className="end">
            Fee
          </th>
        </tr>
      </thead>
      <tbody>
        {list.map((tx) => (
          <tr key={tx.txid}>
            <th scope="row">{tx.title}</th>
            <td data-label="Transaction">
              <TxLink txid={tx.txid} />
            </td>
            <td className="end" data-label="Outputs">
              <Amount sats={tx.sats} unit="BTC" />
            </td>
            <td className="end" data-label="Fee">
              <Amount sats={tx.fee} unit="sats" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function CallTable({ calls }: { readonly calls: readonly CallSummary[] }) {
  return (
    <table className="table cards">
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Sender</th>
          <th scope="col">State</th>
          <th scope="col" className="end">
            Age
          </th>
        </tr>
      </thead>
      <tbody>
        {calls.map((call) => (
          <tr key={call.txid}>
            <th scope="row">
              <a className="wrap-anywhere" href={`#/stacks/${call.txid}`}>
                {call.title}
              </a>
            </th>
            <td data-label="Sender">
              <span className="mono">{shortened(call.sender, 6, 6)}</span>
            </td>
            <td data-label="State">
              <CallStateMark state={call.state} />
            </td>
            <td className="end" data-label="Age">
              {call.at === undefined ? "new" : <Age at={call.at} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
