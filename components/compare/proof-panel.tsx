import { CircleCheck, CircleX, Clock } from "lucide-react";
import { memo } from "react";
import type { ProofView } from "../../lib/runtime/views/index.ts";
import { clockTime } from "../ui/format.ts";
import { Hex, Needles } from "../ui/marks.tsx";
import { usePaced } from "../ui/paced.ts";
import { Panel } from "../ui/panel.tsx";
import { State } from "../ui/state.tsx";

const words = { waiting: "Waiting", verified: "Works", invalid: "Failed" };
const icons = { waiting: Clock, verified: CircleCheck, invalid: CircleX };
const tones = { waiting: "act", verified: "go", invalid: "stop" } as const;

type ShareView = ProofView["shares"][number];

/** Members drawn anew with one frame. */
const sharesAtOnce = 3;
const rowHeight = 44;

const seatOf = ({ seat }: ShareView): number => seat;

const Share = memo(function Share({ share }: { readonly share: ShareView }) {
  return (
    <li className="row spread px-4 py-3">
      <b>{share.name}</b>
      <span>
        <State tone={tones[share.state]} icon={icons[share.state]}>
          {words[share.state]}
        </State>
        {share.at !== undefined && <span className="text-ink-3 text-sm"> {clockTime(share.at)}</span>}
      </span>
    </li>
  );
});

function title({ endedAt, messageHash }: ProofView): string {
  if (endedAt !== undefined) return "All shares work";
  return messageHash === undefined ? "Every share is tested next" : "Testing every share";
}

/** Every share signs a test message and this tab checks each: some of them working would say nothing about the rest. */
export const ProofPanel = memo(function ProofPanel({ proof }: { readonly proof: ProofView }) {
  const shares = usePaced(proof.shares, seatOf, sharesAtOnce);
  // Shares whose turn has not come have their room kept.
  const missing = shares.filter((share) => share === undefined).length;
  return (
    <Panel
      title={title(proof)}
      side={
        <span className="quorum" role="status">
          <Needles of={proof.verified} height={20} />
          {proof.verified.have} of {proof.verified.total} shares work
        </span>
      }
      flush
    >
      <ul className="grid md:grid-cols-3">
        {shares.map((share) => share !== undefined && <Share key={share.seat} share={share} />)}
        {missing > 0 && (
          <>
            <li
              className="max-md:hidden"
              aria-hidden="true"
              style={{ height: Math.ceil(missing / 3) * rowHeight }}
            />
            <li className="md:hidden" aria-hidden="true" style={{ height: missing * rowHeight }} />
          </>
        )}
      </ul>
      <p className="help panel-body border-line border-t">
        A test message that can never be a payment
        {proof.messageHash !== undefined && (
          <>
            : <Hex value={proof.messageHash.slice(0, 16)} />
          </>
        )}
        . Each tab checks the share of each member before an address is shown.
      </p>
    </Panel>
  );
});
