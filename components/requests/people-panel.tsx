import { Ban, Bot, CircleCheck, Clock, Minus } from "lucide-react";
import type { ApprovalView } from "../../lib/runtime/views/index.ts";
import { clockMinutes } from "../ui/format.ts";
import { Panel } from "../ui/panel.tsx";
import { State } from "../ui/state.tsx";

function Answer({ of }: { readonly of: ApprovalView }) {
  const when = of.at === undefined ? "" : ` ${clockMinutes(of.at)}`;
  switch (of.state) {
    case "approved":
      return (
        <State tone="go" icon={of.automatic === true ? Bot : CircleCheck}>
          {of.automatic === true ? "Approved by your policy" : "Approved"}
          {when}
        </State>
      );
    case "refused":
      return (
        <State tone="stop" icon={Ban}>
          Refused{when}
        </State>
      );
    case "waiting":
      return (
        <State tone="wait" icon={Clock}>
          Not yet
        </State>
      );
    case "not-needed":
      return (
        <State tone="wait" icon={Minus}>
          Not needed
        </State>
      );
  }
}

/** Each member's answer. A refusal comes with its reason and is never held against anybody. */
export function Answers({ seats }: { readonly seats: readonly ApprovalView[] }) {
  return (
    <Panel title="Answers" flush>
      <ul>
        {seats.map((seat) => (
          <li key={seat.seat} className="check items-center!">
            <span className="text-ink-3 text-center">{seat.seat}</span>
            <b>
              {seat.name}
              {seat.you && <span className="text-ink-3 font-normal"> you</span>}
            </b>
            <Answer of={seat} />
            {seat.reason !== undefined && <span className="evidence">“{seat.reason}”</span>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
