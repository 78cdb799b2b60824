"use client";
import type { PolicyFaults, PolicyForm } from "../../lib/runtime/views/index.ts";
import { Choices, Field } from "../ui/field.tsx";

const who = [
  { value: "anyone", label: "Whoever the contract allows", note: "Its allow-list is checked either way." },
  { value: "listed", label: "Only these", note: "Everybody else waits for you." },
] as const;

const when = [
  { value: "always", label: "At any time", note: "Day and night." },
  { value: "hours", label: "Between two times", note: "In UTC. Over midnight is fine." },
] as const;

/** The limits of an automatic policy: per operation, per window of blocks, for whom, and when. */
export function PolicyLimits(props: {
  readonly form: PolicyForm;
  readonly faults: PolicyFaults;
  readonly change: (part: Partial<PolicyForm>) => void;
}) {
  const { form, faults, change } = props;
  return (
    <div className="stack">
      <div className="grid items-start gap-4 md:grid-cols-2">
        <Field
          label="Peg-in, each, BTC"
          value={form.inEach}
          onChange={(inEach) => change({ inEach })}
          error={faults.inEach}
          mono
        />
        <Field
          label="Peg-out, each, BTC"
          value={form.outEach}
          onChange={(outEach) => change({ outEach })}
          error={faults.outEach}
          mono
        />
        <Field
          label="All peg-ins within the window, BTC"
          value={form.inWindow}
          onChange={(inWindow) => change({ inWindow })}
          error={faults.inWindow}
          mono
        />
        <Field
          label="All peg-outs within the window, BTC"
          value={form.outWindow}
          onChange={(outWindow) => change({ outWindow })}
          error={faults.outWindow}
          mono
        />
        <Field
          label="Window, Bitcoin blocks"
          value={form.blocks}
          onChange={(blocks) => change({ blocks })}
          error={faults.blocks}
          help="What you approve by hand counts too. 144 blocks are about a day."
          mono
        />
      </div>
      <Choices
        legend="For whom"
        choices={who}
        value={form.listed ? "listed" : "anyone"}
        onChange={(value) => change({ listed: value === "listed" })}
        across
      />
      {form.listed && (
        <Field
          label="Recipients"
          lines={4}
          value={form.recipients}
          onChange={(recipients) => change({ recipients })}
          error={faults.recipients}
          help="Stacks accounts for peg-ins, Bitcoin addresses for peg-outs, one per line."
          mono
        />
      )}
      <Choices
        legend="When"
        choices={when}
        value={form.always ? "always" : "hours"}
        onChange={(value) => change({ always: value === "always" })}
        across
      />
      {!form.always && (
        <div className="grid items-start gap-4 md:grid-cols-2">
          <Field
            label="From, UTC"
            value={form.from}
            onChange={(from) => change({ from })}
            error={faults.hours}
            mono
          />
          <Field label="To, UTC" value={form.to} onChange={(to) => change({ to })} mono />
        </div>
      )}
    </div>
  );
}
