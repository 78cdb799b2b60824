import { CircleCheck, CircleX, ShieldCheck } from "lucide-react";
import type { ResultView } from "../../lib/runtime/views/index.ts";
import { listed } from "../../lib/runtime/views/index.ts";
import { LinkButton } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { clockTime, duration } from "../ui/format.ts";
import { Hex } from "../ui/marks.tsx";
import { Facts, Panel } from "../ui/panel.tsx";
import { State } from "../ui/state.tsx";

const why = {
  silent: "had not answered yet",
  "invalid-share": "sent a share that failed its check",
  refused: "refused",
  reloaded: "reloaded, which throws one-time numbers away",
};

const names = (people: readonly { readonly name: string; readonly you: boolean }[]): string[] =>
  people.map(({ name, you }) => (you ? "you" : name));

/** The signature, who made it, and the way to check it without trusting this page. */
export function Result({ result }: { readonly result: ResultView }) {
  // Whoever was asked and replaced is told of there.
  const spare = result.notNeeded.filter(({ name }) => result.replaced.every((place) => place.name !== name));
  const all = result.signatures.every(({ verified }) => verified);
  return (
    <Panel
      title={result.signatures.length === 1 ? "Signature" : `${result.signatures.length} signatures`}
      side={
        all ? (
          <State tone="go" icon={CircleCheck}>
            Checked in this tab
          </State>
        ) : (
          <State tone="stop" icon={CircleX}>
            Check failed
          </State>
        )
      }
      flush
    >
      <div className="panel-body stack">
        {result.signatures.map((signature) => (
          <div key={signature.messageHash} className="stack tight">
            {result.signatures.length > 1 && <h3>{signature.label}</h3>}
            <p className="raw">
              <Hex value={signature.signature} size={8} />
            </p>
            <div className="row">
              <CopyButton text={signature.signature} size="small">
                Copy signature
              </CopyButton>
              <LinkButton
                href={signature.verifyHref}
                newTab
                size="small"
                icon={<ShieldCheck className="icon" />}
              >
                Verify<span className="spoken"> this signature in a new tab</span>
              </LinkButton>
            </div>
          </div>
        ))}
      </div>
      <div className="panel-body stack">
        <Facts
          rows={[
            [
              "Signed by",
              <b key="by" className="first-letter:uppercase inline-block">
                {listed(names(result.tookPart), "not known in this tab")}
              </b>,
            ],
            ...(spare.length === 0 ? [] : ([["Not needed", listed(names(spare))]] as const)),
            ...result.replaced.map(
              (place) => ["Replaced", `${place.name} ${why[place.why]}; ${place.by} took the place`] as const,
            ),
            [
              "At",
              `${clockTime(result.finishedAt)}, ${duration(result.tookMs)} after it was asked${result.noncesAhead ? ", with numbers made ahead" : ""}`,
            ],
            ["Key", <Hex key="key" value={result.publicKey} size={8} />],
          ]}
        />
        <p className="help">Verify opens a page that works offline and knows nothing of this group.</p>
      </div>
    </Panel>
  );
}
