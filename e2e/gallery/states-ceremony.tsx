import { BoardScreen } from "../../components/ceremony/board-screen.tsx";
import { CompareScreen } from "../../components/compare/compare-screen.tsx";
import { ProofPanel } from "../../components/compare/proof-panel.tsx";
import { StoppedScreen } from "../../components/compare/stopped-screen.tsx";
import { Screen, Title } from "../../components/frame/screen.tsx";
import * as ceremony from "./samples/ceremony.ts";
import { chrome, chromeMara } from "./samples/people.ts";
import { act, framed } from "./states.tsx";

export const ceremonyStates = {
  board: () => framed(chrome, <BoardScreen view={ceremony.board} act={act} />, 2),
  "board-invalid": () => framed(chrome, <BoardScreen view={ceremony.boardInvalid} act={act} />, 2),
  "board-ten": () => framed(chrome, <BoardScreen view={ceremony.boardTen} act={act} />, 2),
  proof: () =>
    framed(
      chrome,
      <div className="page">
        <Title place="proof">Testing every share</Title>
        <ProofPanel proof={ceremony.proof} />
      </div>,
      2,
    ),
  compare: () => framed(chrome, <CompareScreen view={ceremony.compare} act={act} />, 3),
  "compare-answered": () => framed(chrome, <CompareScreen view={ceremony.compareAnswered} act={act} />, 3),
  "compare-watching": () =>
    framed(chromeMara, <CompareScreen view={ceremony.compareWatching} act={act} />, 3),
  stopped: () => (
    <Screen chrome={chrome} bare>
      <StoppedScreen view={ceremony.stopped} />
    </Screen>
  ),
};
