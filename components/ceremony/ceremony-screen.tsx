"use client";
import { useState } from "react";
import type { Act, BoardView, ProofView } from "../../lib/runtime/views/index.ts";
import { ProofPanel } from "../compare/proof-panel.tsx";
import { BoardScreen } from "./board-screen.tsx";

/** What the test of the shares shows before there is a key to test. */
function untested({ rows }: BoardView): ProofView {
  const shares = rows.map(({ name, seat, you }) => ({ name, seat, you, state: "waiting" as const }));
  return { shares, verified: { have: 0, needed: shares.length, total: shares.length } };
}

/** The board of the ceremony, and under its summary the test of every share, whose place is kept until the key is there. */
export function CeremonyScreen(props: {
  readonly board: BoardView;
  readonly proof?: ProofView;
  readonly act: Act;
}) {
  const { board, proof, act } = props;
  // The members of a key that is being made do not change, and what does not change is not drawn again.
  const [before] = useState(() => untested(board));
  return <BoardScreen view={board} act={act} between={<ProofPanel proof={proof ?? before} />} />;
}
