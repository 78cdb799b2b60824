"use client";
import { Equal, EqualNot, Minus, RotateCcw } from "lucide-react";
import { useEffect, useRef } from "react";
import { setPageTitle } from "../../lib/runtime/notices/index.ts";
import type { CompareAnswer, StoppedView } from "../../lib/runtime/views/index.ts";
import { listed, possessive, verb } from "../../lib/runtime/views/index.ts";
import { Brand } from "../frame/brand.tsx";
import { useFocusOn } from "../frame/screen.tsx";
import { LinkButton } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { clockTime } from "../ui/format.ts";
import { Hex } from "../ui/marks.tsx";
import { Panel } from "../ui/panel.tsx";
import { State } from "../ui/state.tsx";

function Answer({ of }: { readonly of: CompareAnswer }) {
  switch (of.answer) {
    case "matches":
      return (
        <State tone="wait" icon={Equal}>
          Matches
        </State>
      );
    case "differs":
      return (
        <State tone="stop" icon={EqualNot}>
          Does not match
        </State>
      );
    case "none":
      return (
        <State tone="wait" icon={Minus}>
          No answer
        </State>
      );
  }
}

function report(view: StoppedView): string {
  const lines = view.answers.map(
    ({ name, seat, code, answer, at }) =>
      `seat ${seat} ${name}: ${code ?? "no code"} ${answer}${at === undefined ? "" : ` ${new Date(at).toISOString()}`}`,
  );
  return [`Hoarfrost: ${view.cause} in ${view.groupName}`, `build ${view.build}`, ...lines].join("\n");
}

/** The full-page stop: who saw what, what is safe, what it may be, what to do. Nothing here leads on with this key. */
export function StoppedScreen({ view }: { readonly view: StoppedView }) {
  const ref = useRef<HTMLHeadingElement>(null);
  useFocusOn("stopped", ref);
  const title =
    view.cause === "mismatch" ? "Stop. Do not use this key" : "Alarm. Do not receive on this address";
  useEffect(() => setPageTitle(title), [title]);
  const differ = view.answers.filter(({ answer }) => answer === "differs");
  const names = differ.map(({ name, you }) => (you ? "you" : name));
  const rest = view.answers.filter(({ answer }) => answer !== "differs").map(({ name }) => name);
  return (
    <>
      <div className="halt">
        <div>
          <Brand plain />
          <svg
            className="sign"
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.25"
            aria-hidden="true"
          >
            <path d="M7.9 2h8.2L22 7.9v8.2L16.1 22H7.9L2 16.1V7.9z" strokeWidth="1" />
            <path d="M7.5 10h9M7.5 14h9M14.5 6.5l-5 11" />
          </svg>
          <div>
            <h1 ref={ref} tabIndex={-1}>
              {title}
            </h1>
            <p role="alert">
              {listed(names, "Somebody")} answered that the code differs
              {rest.length > 0 && ` from ${possessive(rest)}`}. Somebody or something changed what one of you
              received.{" "}
              {view.cause === "mismatch"
                ? "This group is closed for good on every screen."
                : "Automatic approval is off on every screen."}
            </p>
          </div>
        </div>
      </div>
      <div className="page middle">
        <div className="stack">
          <Panel title="Who saw what" side="Signed answers, kept as evidence" flush>
            <table className="table cards">
              <thead>
                <tr>
                  <th scope="col">Person</th>
                  <th scope="col">Code on their screen</th>
                  <th scope="col">They answered</th>
                  <th scope="col" className="end">
                    At
                  </th>
                </tr>
              </thead>
              <tbody>
                {view.answers.map((answer) => (
                  <tr
                    key={answer.seat}
                    className={answer.answer === "differs" ? "differs" : answer.you ? "you" : undefined}
                  >
                    <th scope="row">
                      {answer.name}
                      {answer.you && <span className="text-ink-3 font-normal"> you</span>}
                    </th>
                    <td data-label="Code">
                      {answer.code === undefined ? "Not reported" : <Hex value={answer.code} spoken />}
                    </td>
                    <td data-label="Answered">
                      <Answer of={answer} />
                    </td>
                    <td className="end" data-label="At">
                      {answer.at === undefined ? "" : clockTime(answer.at)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Panel>
          <dl className="answers">
            <div>
              <dt>What is safe</dt>
              <dd>
                {view.cause === "mismatch"
                  ? "No address was shown and no funds are at risk. The shares made in this round stay sealed on each device and are never used. Your other groups are not touched."
                  : "Nothing was signed by this alarm. Signing still needs as many people as before, each by hand."}
              </dd>
            </div>
            <div>
              <dt>What it may be</dt>
              <dd>
                A relay or page that was tampered with on one side, or a link that did not come from the
                coordinator. An honest mistake in reading looks the same, so start again either way.
              </dd>
            </div>
            <div>
              <dt>What to do next</dt>
              <dd>
                Call{" "}
                {listed(
                  differ.filter(({ you }) => !you).map(({ name }) => name),
                  "the others",
                )}
                . Check that all of you run build <Hex value={view.build} />. Then make a new group with new
                links; the old {verb(view.answers.length, "one no longer works", "ones no longer work")}.
                <div className="row mt-4">
                  <LinkButton
                    href="/coordinator"
                    look="main"
                    size="big"
                    icon={<RotateCcw className="icon" />}
                  >
                    Start a new group
                  </LinkButton>
                  <CopyButton text={report(view)} size="big">
                    Copy report
                  </CopyButton>
                </div>
              </dd>
            </div>
          </dl>
        </div>
      </div>
    </>
  );
}
