"use client";
import type { BlockPageView, BlocksView } from "../../lib/runtime/explorer/views.ts";
import { Title } from "../frame/screen.tsx";
import { byteSize, dateTime } from "../ui/format.ts";
import { Hex } from "../ui/marks.tsx";
import { Facts, Panel } from "../ui/panel.tsx";
import { BlockTable, TxTable } from "./lists.tsx";
import { Depth } from "./values.tsx";

/** Ten blocks, with the way to older and newer ones. */
export function BlocksPage({ view }: { readonly view: BlocksView }) {
  const first = view.blocks[0]?.height ?? 0;
  const last = view.blocks.at(-1)?.height ?? 0;
  return (
    <>
      <Title place={`blocks-${first}`}>{`Blocks ${last} to ${first}`}</Title>
      <div className="stack">
        <Panel title="Bitcoin blocks" flush>
          <BlockTable blocks={view.blocks} />
        </Panel>
        <nav className="row spread" aria-label="Pages of blocks">
          {first < view.tip ? (
            <a href={`#/blocks/${Math.min(view.tip, first + 10)}`}>Newer blocks</a>
          ) : (
            <span />
          )}
          {last > 0 && <a href={`#/blocks/${last - 1}`}>Older blocks</a>}
        </nav>
      </div>
    </>
  );
}

/** One block and what is in it. */
export function BlockPage({ view }: { readonly view: BlockPageView }) {
  const more = view.transactions - view.list.length;
  return (
    <>
      <Title place={`block-${view.hash}`} side={<Depth confirmations={view.confirmations} />}>
        {`Block ${view.height}`}
      </Title>
      <div className="stack">
        <Panel title="Header">
          <Facts
            rows={[
              ["Hash", <Hex key="h" value={view.hash} size={8} />],
              ["Time", dateTime(view.at)],
              [
                "Before it",
                view.previous === null ? (
                  "Nothing: it is the first"
                ) : (
                  <a key="p" className="wrap-anywhere" href={`#/block/${view.previous}`}>
                    Block {view.height - 1}
                  </a>
                ),
              ],
              ["Merkle root", <Hex key="m" value={view.merkleRoot} size={8} />],
              ["Size", byteSize(view.bytes)],
            ]}
          />
        </Panel>
        <Panel
          title="Transactions"
          side={more > 0 ? `First ${view.list.length} of ${view.transactions}` : String(view.transactions)}
          flush
        >
          <TxTable list={view.list} />
        </Panel>
      </div>
    </>
  );
}
