import { checkTitles, type Check } from "../../../../sbtc/peg/checks/result.ts";
import type { Review } from "../../../peg/signer/signer.ts";
import type { CheckView } from "../../../views/requests.ts";
import { refusalCopy } from "../../../views/refusal-copy.ts";

/** What this seat's own look at a request of the peg came to; one line that says so while it is still looking. */
export function pegChecks(review: Review | null): readonly CheckView[] {
  if (review === null)
    return [
      {
        code: "looking",
        state: "looking",
        title: "This tab asks its own sources",
        evidence: [{ kind: "text", text: "Bitcoin headers, the peg’s coins, and the contract." }],
      },
    ];
  const many = review.checks.length > 1;
  return review.checks.flatMap((checks, i) =>
    checks.flatMap((check) => (check.state === "skipped" ? [] : [viewOf(check, many ? `${i + 1}. ` : "")])),
  );
}

function viewOf(check: Exclude<Check, { state: "skipped" }>, number: string): CheckView {
  const { id, state, says } = check;
  const refused = check.state === "refused" ? refusalCopy[check.code] : null;
  return {
    code: `${number}${check.state === "refused" ? `${id} ${check.code}` : id}`,
    state,
    title: `${number}${refused?.what ?? checkTitles[id]}`,
    evidence: [{ kind: "text", text: refused === null ? says : `${says} ${refused.next}` }],
  };
}
