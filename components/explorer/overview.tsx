"use client";
import { Blocks, Pickaxe } from "lucide-react";
import type { DevnetStatus, OverviewView } from "../../lib/runtime/explorer/views.ts";
import { Title } from "../frame/screen.tsx";
import { Button } from "../ui/button.tsx";
import { useNow } from "../ui/clock.tsx";
import { duration } from "../ui/format.ts";
import { Note } from "../ui/note.tsx";
import { Panel } from "../ui/panel.tsx";
import { BlockTable, CallTable, TxTable } from "./lists.tsx";

function NextBlock({ devnet }: { readonly devnet: DevnetStatus }) {
  const now = useNow();
  const { blockSeconds, nextBlockAt } = devnet;
  if (nextBlockAt === null) return <>Blocks are mined when somebody asks.</>;
  const left = nextBlockAt - now;
  return (
    <>
      A block every {blockSeconds} seconds, the next{" "}
      {left < 1000 ? "at any moment" : `in ${duration(Math.min(left, blockSeconds * 1000))}`}.
    </>
  );
}

function Waiting({ view }: { readonly view: OverviewView }) {
  const { waiting, waitingCount } = view;
  const side = waitingCount > waiting.length ? `${waiting.length} newest of ${waitingCount}` : undefined;
  return (
    <Panel title="Waiting for a block" {...(side === undefined ? {} : { side })} flush>
      {waiting.length === 0 ? (
        <p className="panel-body text-ink-2">No transaction waits.</p>
      ) : (
        <TxTable list={waiting} />
      )}
    </Panel>
  );
}

function Calls({ calls }: { readonly calls: OverviewView["calls"] }) {
  if (calls === null) return <Note tone="sun" title="The Stacks chain does not answer." />;
  return (
    <Panel title="Stacks transactions" flush>
      {calls.length === 0 ? (
        <div className="empty">
          <Blocks className="icon large" />
          <h3>No Stacks transaction yet</h3>
          <p>Contract calls of the peg appear here, with their result.</p>
        </div>
      ) : (
        <CallTable calls={calls} />
      )}
    </Panel>
  );
}

/** The newest of both chains. */
export function Overview(props: {
  readonly view: OverviewView;
  readonly mining: boolean;
  readonly mine: () => void;
}) {
  const { view } = props;
  const oldest = view.blocks.at(-1)?.height ?? 0;
  return (
    <>
      <Title
        place="explorer"
        sub={
          <p className="text-ink-2">
            {view.devnet === undefined ? "The newest of both chains." : <NextBlock devnet={view.devnet} />}
          </p>
        }
        side={
          view.devnet === undefined ? undefined : (
            <Button look="main" icon={<Pickaxe className="icon" />} busy={props.mining} onPress={props.mine}>
              Mine a block now
            </Button>
          )
        }
      >
        Explorer
      </Title>
      <div className="stack">
        <Waiting view={view} />
        <Panel
          title="Bitcoin blocks"
          side={oldest > 0 ? <a href={`#/blocks/${oldest - 1}`}>Older blocks</a> : undefined}
          flush
        >
          <BlockTable blocks={view.blocks} />
        </Panel>
        <Calls calls={view.calls} />
      </div>
    </>
  );
}
