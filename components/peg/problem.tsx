import type { PegProblem } from "../../lib/runtime/views/index.ts";
import { pegProblemCopy } from "../../lib/runtime/views/index.ts";
import { Amount } from "../ui/marks.tsx";
import { Note } from "../ui/note.tsx";

/** A problem where it happened: what, what next, the value it is about. The code comes last. */
export function ProblemNote({ problem }: { readonly problem: PegProblem }) {
  const { what, next } = pegProblemCopy[problem.code];
  return (
    <Note tone={problem.code === "wallet-cancelled" ? "info" : "stop"} title={what}>
      <p>{next}</p>
      {problem.nearest !== undefined && (
        <p>
          <Amount sats={problem.nearest} unit="BTC" />
        </p>
      )}
      {problem.detail !== undefined && <p className="help wrap-anywhere">{problem.detail}</p>}
      <p className="mono text-xs">{problem.code}</p>
    </Note>
  );
}
