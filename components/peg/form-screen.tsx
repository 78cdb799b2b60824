"use client";
import { ArrowDownLeft, ArrowUpRight, CircleCheck, Pencil } from "lucide-react";
import type { PegAct, PegFormView, PegWalletView } from "../../lib/runtime/views/index.ts";
import { Title } from "../frame/screen.tsx";
import { Button } from "../ui/button.tsx";
import { Words } from "../ui/marks.tsx";
import { Note } from "../ui/note.tsx";
import { Panel } from "../ui/panel.tsx";
import { Segments } from "../ui/tabs.tsx";
import { Ask } from "./ask.tsx";
import { Limits } from "./limits.tsx";

const nextWords = ["next", "then", "after that", "last"];

/** Peg-in and peg-out: one question at a time, what was answered above it, what comes below. */
export function FormScreen(props: {
  readonly form: PegFormView;
  readonly wallet: PegWalletView;
  readonly act: PegAct;
}) {
  const { form, wallet, act } = props;
  const { lines, peg } = form;
  const at = lines.findIndex(({ state }) => state === "now");
  const { needed, total } = peg.quorum;
  return (
    <div className="page">
      <Title
        place={`peg-form-${form.direction}`}
        sub={
          <p>
            Held by a group: {needed} of its {total} keys sign together, and nobody alone.{" "}
            {form.direction === "in"
              ? "You can follow every step, and take a deposit back yourself if it is not minted in time."
              : "You can follow every step. If you are not paid in time, your sBTC comes back."}
          </p>
        }
        side={
          <Segments
            label="Direction"
            value={form.direction}
            onChange={(direction) => act({ do: "direction", direction })}
            items={[
              { value: "in", label: "Peg in", icon: ArrowDownLeft },
              { value: "out", label: "Peg out", icon: ArrowUpRight },
            ]}
          />
        }
      >
        {form.title}
      </Title>
      {peg.halted && (
        <div className="mb-6">
          <Note tone="sun" title="The peg is halted just now">
            <p>Nothing is minted or paid until its owner lifts the halt. What was sent before is safe.</p>
          </Note>
        </div>
      )}
      <div className="peg-grid">
        <div className="peg-form">
          {lines.slice(0, Math.max(0, at)).map((line) => (
            <div key={line.step} className="answered">
              <CircleCheck className="icon" />
              <span className="min-w-0">
                <span className="sub">{line.label}</span>
                {line.answer !== undefined && (
                  <b className="wrap-anywhere">
                    <Words of={line.answer} />
                  </b>
                )}
              </span>
              <Button
                look="quiet"
                size="small"
                icon={<Pencil className="icon" />}
                onPress={() => act({ do: "edit", step: line.step })}
              >
                Edit<span className="spoken"> {line.label}</span>
              </Button>
            </div>
          ))}
          <Ask form={form} wallet={wallet} act={act} at={at} />
          {lines.length > at + 1 && (
            <ul className="panel later">
              {lines.slice(at + 1).map((line, index) => (
                <li key={line.step}>
                  <span>
                    {at + index + 2} {line.label}
                  </span>
                  <span>{nextWords[Math.min(index, nextWords.length - 1)]}</span>
                </li>
              ))}
            </ul>
          )}
        </div>
        <aside className="stack" aria-label="About this peg">
          <Panel title="What happens" side={form.happens.total}>
            <ol className="timeline">
              {form.happens.steps.map((step, index) => (
                <li key={step.title} className={index === 0 ? "now" : "next"}>
                  <span className="dot" aria-hidden="true">
                    {index + 1}
                  </span>
                  <h3>{step.title}</h3>
                  <span className="when">{step.when}</span>
                  <p>{step.note}</p>
                </li>
              ))}
            </ol>
          </Panel>
          <Limits form={form} />
        </aside>
      </div>
    </div>
  );
}
