import { Ban, CircleCheck, Hand, LoaderCircle } from "lucide-react";
import type { CheckView } from "../../lib/runtime/views/index.ts";
import { Words } from "../ui/marks.tsx";
import { Panel } from "../ui/panel.tsx";
import { State } from "../ui/state.tsx";

const icons = { passed: CircleCheck, asks: Hand, refused: Ban, looking: LoaderCircle };
const tones = { passed: "go", asks: "sun", refused: "stop", looking: "wait" } as const;
const order = { refused: 0, asks: 1, looking: 2, passed: 3 };

/** What this tab looked at by itself. What needs a person comes first while the decision is open; the code comes last. */
export function Checks(props: { readonly checks: readonly CheckView[]; readonly open: boolean }) {
  const { checks, open } = props;
  const asking = open ? "sun" : "wait";
  const count = (state: CheckView["state"]): number => checks.filter((check) => check.state === state).length;
  const sorted = checks.toSorted((a, b) => order[a.state] - order[b.state]);
  return (
    <Panel
      title="Checks made by this tab"
      flush
      side={
        <span className="row">
          {count("refused") > 0 && (
            <State tone="stop" icon={Ban}>
              {count("refused")} refused
            </State>
          )}
          {count("looking") > 0 && (
            <State tone="wait" icon={LoaderCircle}>
              {count("looking")} looking
            </State>
          )}
          <State tone="go" icon={CircleCheck}>
            {count("passed")} passed
          </State>
          {count("asks") > 0 && (
            <State tone={asking} icon={Hand}>
              {count("asks")} {open ? "asks" : "asked"} you
            </State>
          )}
        </span>
      }
    >
      <ul>
        {sorted.map((check) => {
          const Icon = icons[check.state];
          return (
            <li key={check.code} className={`check ${check.state === "asks" ? asking : tones[check.state]}`}>
              <Icon className="icon" />
              <b>
                <span className="spoken">{check.state}: </span>
                {check.title}
              </b>
              <span className="code">{check.code}</span>
              {check.evidence.length > 0 && (
                <span className="evidence">
                  <Words of={check.evidence} />
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
