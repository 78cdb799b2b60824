"use client";
import { ArrowLeft, ArrowRight, Clock } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { setPageTitle } from "../../lib/runtime/notices/index.ts";
import type { Act, RequestView } from "../../lib/runtime/views/index.ts";
import { Summary } from "../ceremony/board-screen.tsx";
import { Matrix } from "../ceremony/matrix.tsx";
import { useFocusOn } from "../frame/screen.tsx";
import { Button } from "../ui/button.tsx";
import { useNow } from "../ui/clock.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { clockMinutes, duration } from "../ui/format.ts";
import { Needles, Words, plain } from "../ui/marks.tsx";
import { Note } from "../ui/note.tsx";
import { State } from "../ui/state.tsx";
import { Content } from "./body.tsx";
import { Checks } from "./checks.tsx";
import { Decide } from "./decide.tsx";
import { Answers } from "./people-panel.tsx";
import { Successor } from "./successor.tsx";
import { Outcome } from "./outcome.tsx";
import { approvedBy, standing, stateLook } from "./request-words.ts";

function Deadline({ request }: { readonly request: RequestView }) {
  const now = useNow();
  const { state, expiresAt } = request;
  if ((state === "needs-you" || state === "waiting" || state === "signing") && expiresAt !== undefined) {
    return (
      <State tone={state === "needs-you" ? "sun" : "wait"} icon={Clock} filled>
        {state === "needs-you" ? "Decide within" : "Ends in"} {duration(expiresAt - now)}
      </State>
    );
  }
  const { tone, icon } = stateLook[state];
  return (
    <State tone={tone} icon={icon} filled>
      {standing(request)}
    </State>
  );
}

function Effect({ request }: { readonly request: RequestView }) {
  const { decision, approvals } = request;
  return (
    <p className="effect">
      <span className="quorum">
        <Needles of={approvals} height={28} label={`${approvals.have} of ${approvals.needed} approvals`} />
        <span>{approvedBy(request)}</span>
      </span>
      {decision !== undefined && (
        <>
          <ArrowRight className="icon text-ink-3" />
          <span className="mine">
            You: makes {decision.makes} of {decision.needed}
          </span>
        </>
      )}
      {request.then !== undefined && (
        <>
          <ArrowRight className="icon text-ink-3" />
          <span className="text-ink-2">{request.then}</span>
        </>
      )}
    </p>
  );
}

/** Who has done what: the record of how it is made, below what was decided. */
function Round({ request: { board } }: { readonly request: RequestView }) {
  if (board === undefined) return null;
  return (
    <>
      <Summary board={board} />
      <Matrix board={board} />
    </>
  );
}

/** One request: the whole effect in one sentence, what this tab checked, the bytes, and the decision. */
export function Review({ request, act }: { readonly request: RequestView; readonly act: Act }) {
  const ref = useRef<HTMLHeadingElement>(null);
  const { decision } = request;
  const answered = request.yourAnswer !== undefined;
  // Whoever asks for a signature approves it with that: here the answer is on its way, and nothing is asked.
  const isAsked = decision !== undefined && !decision.sending;
  const [wasAsked, setWasAsked] = useState(isAsked);
  if (isAsked && !wasAsked) setWasAsked(true);
  // Whoever reads while others make the signature keeps the lines under their eyes: it comes below them.
  const isReading = wasAsked && !answered;
  useFocusOn(`request-${request.id}-${wasAsked && answered ? "answered" : "open"}`, ref);
  useEffect(() => setPageTitle(request.title), [request.title]);
  return (
    <article className="reader" aria-label={plain(request.sentence)}>
      <div className="body">
        <div className="stack tight">
          <a className="inline-flex items-center gap-1.5 justify-self-start lg:hidden" href="#/requests">
            <ArrowLeft className="icon" /> All requests
          </a>
          <div className="row spread">
            <span className="row">
              <span className="tag">{request.title}</span>
              <span className="text-ink-2 text-sm">
                Proposed by {request.proposedBy} at {clockMinutes(request.proposedAt)}
              </span>
            </span>
            <Deadline request={request} />
          </div>
          <h1 ref={ref} tabIndex={-1} className="say wrap-anywhere">
            <Words of={request.sentence} />
            {request.detail !== undefined && (
              <span className="at">
                <Words of={request.detail} />
              </span>
            )}
          </h1>
          {isReading && <Effect request={request} />}
        </div>
        {request.byPolicy === true && (
          <Note tone="info" title="Answered by your policy">
            <p>
              Every check of this tab passed, and your limits allowed it. Nobody pressed a button here.{" "}
              <a href="#/policy">Your policy</a>
            </p>
          </Note>
        )}
        {request.error !== undefined && <ErrorNote error={request.error} act={act} />}
        {!isReading && <Outcome request={request} />}
        {request.successor !== undefined && decision !== undefined && (
          <Successor view={request.successor} act={act} />
        )}
        <Content request={request} />
        <Checks checks={request.checks} open={decision !== undefined} />
        <Answers seats={request.seats} />
        {isReading && decision === undefined && <Outcome request={request} />}
        <Round request={request} />
        <More request={request} act={act} />
      </div>
      {decision !== undefined && wasAsked && <Decide request={request} decision={decision} act={act} />}
    </article>
  );
}

function More({ request, act }: { readonly request: RequestView; readonly act: Act }) {
  const [open, setOpen] = useState(false);
  if (!request.canCancel && !request.canTakeOver) return null;
  return (
    <div className="row">
      {request.canTakeOver && (
        <Button onPress={() => act({ do: "coordinate-request", request: request.id })}>
          Coordinate it from here
        </Button>
      )}
      {request.canCancel && (
        <Button look="harm" onPress={() => setOpen(true)}>
          Cancel this request
        </Button>
      )}
      <Dialog open={open} onClose={() => setOpen(false)} title="Cancel this request?">
        <p className="text-ink-2">Nothing will be signed. Members who approved see that you cancelled it.</p>
        <div className="row">
          <Button look="main" onPress={() => setOpen(false)}>
            Keep it
          </Button>
          <Button
            look="harm"
            onPress={() => {
              setOpen(false);
              act({ do: "cancel-request", request: request.id });
            }}
          >
            Cancel the request
          </Button>
        </div>
      </Dialog>
    </div>
  );
}
