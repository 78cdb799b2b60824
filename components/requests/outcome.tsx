import { Clock, Signature } from "lucide-react";
import type { RequestView, ResultView } from "../../lib/runtime/views/index.ts";
import { listed } from "../../lib/runtime/views/index.ts";
import { boardTitle, waitReason } from "../ceremony/step-words.ts";
import { Needles } from "../ui/marks.tsx";
import { Panel } from "../ui/panel.tsx";
import { State } from "../ui/state.tsx";
import { approvedBy } from "./request-words.ts";
import { Result } from "./result.tsx";

/** Signatures beyond these begin below a window's edge: their room need not be kept. */
const mostRoom = 3;

/** A result as long as the one that is to come. Nobody sees it: it has the room of what will be there. */
function expected(request: RequestView): ResultView {
  const { approvals, seats, proposedAt, signatures } = request;
  const likely = seats.toSorted((a, b) => Number(b.state === "approved") - Number(a.state === "approved"));
  const digest = "0".repeat(64);
  return {
    signatures: Array.from({ length: Math.min(signatures, mostRoom) }, (_, at) => ({
      label: `Message ${at + 1}`,
      messageHash: String(at),
      signature: digest + digest,
      verified: true,
      verifyHref: "",
    })),
    publicKey: digest,
    tookPart: likely.slice(0, approvals.needed),
    replaced: [],
    notNeeded: likely.slice(approvals.needed),
    finishedAt: proposedAt,
    tookMs: 1000,
    noncesAhead: true,
  };
}

function Progress({ request }: { readonly request: RequestView }) {
  const { board, approvals, state, waitingFor } = request;
  const missing = approvals.needed - approvals.have;
  const title =
    board !== undefined
      ? boardTitle(board)
      : state === "signing"
        ? "Signing"
        : waitingFor.length === 0
          ? "Waiting"
          : `Waiting for ${listed(waitingFor)}`;
  return (
    <div className="stack">
      <span className="quorum">
        <Needles of={approvals} height={28} label={`${approvals.have} of ${approvals.needed} approvals`} />
        <span>{approvedBy(request)}</span>
      </span>
      <div role="status">
        <b className="block">{title}</b>
        <span className="text-ink-2 text-sm">
          {board?.wait !== undefined
            ? waitReason(board.wait)
            : missing > 0
              ? `It is made as soon as ${missing === 1 ? "one more approves" : `${missing} more approve`}.`
              : "The approvals are there. It takes a moment, while the tabs of those who approved are open."}
        </span>
      </div>
    </div>
  );
}

/** The place of the signature: how far it is, and then the signature. What stands below it is not moved when it comes. */
export function Outcome({ request }: { readonly request: RequestView }) {
  const { result, state } = request;
  if (result !== undefined) return <Result result={result} />;
  if (state !== "needs-you" && state !== "waiting" && state !== "signing") return null;
  const isSigning = state === "signing";
  return (
    <div className="outcome">
      <div className="room" aria-hidden="true">
        <Result result={expected(request)} />
      </div>
      <Panel
        title="Signature"
        side={
          <State tone={isSigning ? "act" : "wait"} icon={isSigning ? Signature : Clock}>
            {isSigning ? "Being made" : "Not there yet"}
          </State>
        }
      >
        <Progress request={request} />
      </Panel>
    </div>
  );
}
