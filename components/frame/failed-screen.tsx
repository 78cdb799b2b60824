"use client";
import type { Act, ErrorView } from "../../lib/runtime/views/index.ts";
import { explain } from "../../lib/runtime/views/index.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { RemedyButton } from "../ui/error-note.tsx";
import { dateTime } from "../ui/format.ts";
import { Title } from "./screen.tsx";

/** An error that fills the screen: what happened, who, what is safe, what next. The code comes last. */
export function FailedScreen({ error, act }: { readonly error: ErrorView; readonly act: Act }) {
  const copy = explain(error);
  return (
    <div className="page middle">
      <Title place={`failed-${error.code}`}>{copy.what}</Title>
      <dl className="answers">
        <div>
          <dt>Who</dt>
          <dd>{copy.who}</dd>
        </div>
        <div>
          <dt>What is safe</dt>
          <dd>{copy.safe}</dd>
        </div>
        <div>
          <dt>What to do next</dt>
          <dd>
            {copy.next}
            <div className="row mt-4">
              <RemedyButton error={error} act={act} main />
              {error.report !== undefined && (
                <CopyButton text={error.report} size="big">
                  Copy report
                </CopyButton>
              )}
            </div>
          </dd>
        </div>
        <div>
          <dt>Code</dt>
          <dd>
            <span className="mono">{error.code}</span>
            {error.at !== undefined && `, ${dateTime(error.at)}`}
            {error.detail !== undefined && `, ${error.detail}`}
          </dd>
        </div>
      </dl>
    </div>
  );
}
