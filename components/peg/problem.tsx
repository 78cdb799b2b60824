import type { PegProblem } from "../../lib/runtime/views/index.ts";
import { pegProblemCopy } from "../../lib/runtime/views/index.ts";
import { Amount } from "../ui/marks.tsx";
import { Note } from "../ui/note.tsx";

/** What only waits for somebody is no fault. */
const toneOf = (code: PegProblem["code"]): "info" | "sun" | "stop" => {
  if (code === "wallet-cancelled") return "info";
  return ["funds-short", "message-used", "halted", "no-wallet-yet", "node-down"].includes(code)
    ? "sun"
    : "stop";
};

/** A problem where it happened: what, what next, the value it is about. The code comes last. */
export function ProblemNote({ problem }: { readonly problem: PegProblem }) {
  const { what, next } = pegProblemCopy[problem.code];
  return (
    <Note tone={toneOf(problem.code)} title={what}>
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
