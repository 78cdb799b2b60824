"use client";
import { Signature } from "lucide-react";
import { useState } from "react";
import type { Act, RefuseReason, RequestView } from "../../lib/runtime/views/index.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Choices, Field } from "../ui/field.tsx";
import { refuseReasons } from "./request-words.ts";

type Decision = NonNullable<RequestView["decision"]>;
interface Props {
  readonly request: RequestView;
  readonly decision: Decision;
  readonly act: Act;
}

function Refuse({
  request,
  act,
  open,
  close,
}: Props & { readonly open: boolean; readonly close: () => void }) {
  const [reason, setReason] = useState<RefuseReason>();
  const [note, setNote] = useState("");
  const [asked, setAsked] = useState(false);
  return (
    <Dialog open={open} onClose={close} title="Refuse this request">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          if (reason === undefined) return;
          close();
          act({ do: "refuse", request: request.id, digest: request.digest, reason, note: note.trim() });
        }}
      >
        <Choices legend="Why?" choices={refuseReasons} value={reason} onChange={setReason} />
        {asked && reason === undefined && (
          <p className="wrong" role="alert">
            Choose a reason, so that the others know what to change.
          </p>
        )}
        <Field
          label="Note for the others"
          value={note}
          onChange={setNote}
          maxLength={200}
          help="Everybody in the group sees it. A refusal is an answer: it is never held against you."
        />
        <div className="row">
          <Button submit look="main">
            Refuse
          </Button>
          <Button onPress={close}>Go back</Button>
        </div>
      </form>
    </Dialog>
  );
}

/** The decision, last in the reading order and always in view. Its effect stands beside the button. */
export function Decide(props: Props) {
  const { request, decision, act } = props;
  const [refusing, setRefusing] = useState(false);
  const [typed, setTyped] = useState("");
  const wanted = decision.typeToConfirm;
  const untyped = wanted !== undefined && typed.trim() !== wanted ? `Type ${wanted} to approve.` : undefined;
  return (
    <div className="sticky-bar decide" role="group" aria-label="Your decision">
      <p>
        You approve exactly this, for every round it takes. Your answer cannot be used for anything else.
        {decision.approve && decision.why !== undefined && <b className="text-ink block">{decision.why}</b>}
      </p>
      {wanted !== undefined && (
        <div className="w-full md:w-56">
          <Field label={`Type ${wanted} to approve`} value={typed} onChange={setTyped} />
        </div>
      )}
      <Button onPress={() => setRefusing(true)}>Refuse…</Button>
      {decision.approve && untyped === undefined ? (
        <Button
          look="main"
          icon={<Signature className="icon" />}
          busy={decision.sending}
          onPress={() =>
            act({
              do: "approve",
              request: request.id,
              digest: request.digest,
              ...(wanted === undefined ? {} : { typed: typed.trim() }),
            })
          }
        >
          {request.approveLabel}
        </Button>
      ) : (
        <Button
          look="main"
          icon={<Signature className="icon" />}
          why={decision.approve ? untyped : (decision.why ?? "A check refused it.")}
        >
          {request.approveLabel}
        </Button>
      )}
      <Refuse {...props} open={refusing} close={() => setRefusing(false)} />
    </div>
  );
}
