"use client";
import type { Act, BoardView, ProofView } from "../../lib/runtime/views/index.ts";
import { ProofPanel } from "../compare/proof-panel.tsx";
import { BoardScreen } from "./board-screen.tsx";

/** The board of the ceremony, and under its summary the test of every share once the key is there. */
export function CeremonyScreen(props: {
  readonly board: BoardView;
  readonly proof?: ProofView;
  readonly act: Act;
}) {
  const { board, proof, act } = props;
  return (
    <BoardScreen
      view={board}
      act={act}
      {...(proof === undefined ? {} : { between: <ProofPanel proof={proof} /> })}
    />
  );
}
