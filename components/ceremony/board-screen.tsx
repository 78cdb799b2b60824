"use client";
import { useState, type ReactNode } from "react";
import type { Act, BoardView } from "../../lib/runtime/views/index.ts";
import { listed } from "../../lib/runtime/views/index.ts";
import { Title } from "../frame/screen.tsx";
import { Button } from "../ui/button.tsx";
import { useNow } from "../ui/clock.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { clockTime, duration } from "../ui/format.ts";
import { Gradually } from "../ui/gradually.tsx";
import { Hex, Needles } from "../ui/marks.tsx";
import { Facts } from "../ui/panel.tsx";
import { Cells } from "../ui/progress.tsx";
import { Matrix, type CellAt } from "./matrix.tsx";
import { Messages } from "./messages.tsx";
import { boardTitle, stepWords, waitReason } from "./step-words.ts";

function Elapsed({ board }: { readonly board: BoardView }) {
  const now = useNow();
  const so = duration((board.endedAt ?? now) - board.startedAt);
  const usual = board.usualMs === undefined ? "" : `, usually ${duration(board.usualMs)}`;
  return (
    <span className="text-ink-2 text-sm">
      {board.endedAt === undefined ? `${so} so far` : `took ${so}`}
      {usual}
    </span>
  );
}

function margin({ online }: BoardView): string {
  const spare = online.have - online.needed;
  if (spare < 0) return `${-spare} more must come online`;
  if (spare === 0) return "No margin: if one leaves, the round pauses";
  return spare === 1 ? "One may leave and the round goes on" : `${spare} may leave and the round goes on`;
}

function Transcript({ of: transcript }: { readonly of: BoardView["transcript"] }) {
  if (transcript === undefined) return "not yet";
  const { hex, agreedBy, of } = transcript;
  return (
    <>
      <Hex value={hex.slice(0, 8)} />, same on {agreedBy} of {of}
    </>
  );
}

/** Progress, margin, time and identity of one round. */
export function Summary({ board }: { readonly board: BoardView }) {
  const { progress, online, transcript, round } = board;
  return (
    <div className="panel">
      <div className="panel-body summary">
        <div>
          <div className="row spread mb-1.5">
            <b role="status">
              {progress.done} of {progress.total} steps done
            </b>
            <Elapsed board={board} />
          </div>
          <Cells done={progress.done} waiting={progress.waiting} total={progress.total} />
        </div>
        <span className="quorum">
          <Needles of={online} height={28} />
          <span>
            <b className="block">
              {online.have} of {online.total} online, {online.needed} needed
            </b>
            <span className="text-ink-2 text-sm">{margin(board)}</span>
          </span>
        </span>
        <Facts
          small
          rows={[
            ["Round", <Hex key="r" value={board.roundId.slice(0, 8)} />],
            // Signing makes none; where one is to come, its line is there.
            ...(round === "signing"
              ? []
              : ([["Transcript", <Transcript key="t" of={transcript} />]] as const)),
          ]}
        />
      </div>
    </div>
  );
}

function Selected({ board, at }: { readonly board: BoardView; readonly at: CellAt | undefined }) {
  const now = useNow();
  const row = at === undefined ? undefined : board.rows[at.row];
  if (at === undefined || row === undefined) {
    return <p className="help">Select a cell above to see what is known about its message.</p>;
  }
  const cell = row.cells[board.steps.indexOf(at.step)];
  const words = stepWords[at.step];
  const about = (): readonly (readonly [string, ReactNode])[] => {
    switch (cell?.state) {
      case "received":
      case "sent":
      case "verified":
        return [["Here at", clockTime(cell.at)]];
      case "waiting":
        return [
          ["Asked", clockTime(cell.since)],
          ["Waiting", duration(now - cell.since)],
          ...(cell.lastSeenAt === undefined
            ? []
            : [["Last sign of life", `${duration(now - cell.lastSeenAt)} ago`] as const]),
        ];
      case "partly":
        return [["Still needs", listed(cell.needs)]];
      case "invalid":
        return [
          ["Failed at", clockTime(cell.at)],
          ["What", cell.what],
        ];
      case "refused":
        return [
          ["Refused at", clockTime(cell.at)],
          ["Reason", cell.reason ?? "none given"],
        ];
      case "not-yet":
      case "not-needed":
      case undefined:
        return [["State", "Nothing yet"]];
    }
  };
  return (
    <div className="stack tight" role="status">
      <h3>
        {row.name}: {words.head.toLocaleLowerCase("en")}
      </h3>
      <Facts small rows={about()} />
    </div>
  );
}

function standing(view: BoardView): string {
  if (view.error !== undefined) return "What each member had done by then is below.";
  return view.endedAt === undefined ? waitReason(view.wait) : "Every step was verified in this tab.";
}

/** The same board for everybody: what each signer has done, in words, with the reason where it stands still. */
export function BoardScreen(props: {
  readonly view: BoardView;
  readonly act: Act;
  readonly between?: ReactNode;
}) {
  const { view, act } = props;
  const [at, setAt] = useState<CellAt>();
  return (
    <div className="page round">
      <Title
        place={`board-${view.round}`}
        live
        sub={<p>{standing(view)}</p>}
        side={<div className="row">{view.canCancel && <Cancel view={view} act={act} />}</div>}
      >
        {boardTitle(view)}
      </Title>
      <div className="stack">
        <Gradually first={2}>
          {view.error !== undefined && <ErrorNote error={view.error} act={act} />}
          <Summary board={view} />
          {props.between}
          <Matrix board={view} onOpen={setAt} />
          <Messages board={view} selected={<Selected board={view} at={at} />} wanted={at !== undefined} />
        </Gradually>
      </div>
    </div>
  );
}

function Cancel({ view, act }: { readonly view: BoardView; readonly act: Act }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button look="harm" onPress={() => setOpen(true)}>
        Cancel round
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title="Cancel this round?">
        <p className="text-ink-2">
          {view.round === "signing"
            ? "Nothing will be signed. Members who approved see that you cancelled."
            : "No key is made. Everybody sees that you cancelled, and you can start again with the same people."}
        </p>
        <div className="row">
          <Button look="main" onPress={() => setOpen(false)}>
            Go on
          </Button>
          <Button
            look="harm"
            onPress={() => {
              setOpen(false);
              act({ do: "cancel-round", roundId: view.roundId });
            }}
          >
            Cancel the round
          </Button>
        </div>
      </Dialog>
    </>
  );
}
