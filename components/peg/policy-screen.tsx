"use client";
import { Bot, FlaskConical, Hand } from "lucide-react";
import { useState } from "react";
import type { Act, PegPolicyView, PolicyForm } from "../../lib/runtime/views/index.ts";
import { Title } from "../frame/screen.tsx";
import { Button } from "../ui/button.tsx";
import { Choices } from "../ui/field.tsx";
import { dateTime, duration } from "../ui/format.ts";
import { Note } from "../ui/note.tsx";
import { Panel } from "../ui/panel.tsx";
import { State } from "../ui/state.tsx";
import { Words } from "../ui/marks.tsx";
import { PolicyLimits } from "./policy-limits.tsx";

type Tried = NonNullable<PegPolicyView["tried"]>;

/** A policy as it takes effect, rule by rule. */
function Rules({ rows, caption }: { readonly rows: PegPolicyView["rows"]; readonly caption: string }) {
  return (
    <table className="table cards">
      <caption className="spoken">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Rule</th>
          <th scope="col">In effect</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ rule, value }) => (
          <tr key={rule}>
            <th scope="row" className="whitespace-normal!">
              {rule}
            </th>
            <td className="wrap-anywhere">{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What a policy would have done with the past, newest first. */
function Past({ past }: { readonly past: Tried["past"] }) {
  if (past.length === 0)
    return (
      <p className="help panel-body">
        This seat has approved no request of the peg yet: there is nothing to try it on.
      </p>
    );
  const answered = past.filter(({ waits }) => waits === null).length;
  return (
    <>
      <p className="panel-body" role="status">
        It would have answered <b>{answered}</b> of {past.length} by itself.
      </p>
      <table className="table cards">
        <thead>
          <tr>
            <th scope="col">Request</th>
            <th scope="col">When</th>
            <th scope="col">Then</th>
            <th scope="col">With this policy</th>
          </tr>
        </thead>
        <tbody>
          {past.map((one, i) => (
            <tr key={past.length - i}>
              <th scope="row" className="whitespace-normal!">
                <span>
                  {one.title}
                  <span className="sub">
                    <Words of={one.sentence} />
                  </span>
                </span>
              </th>
              <td data-label="When">
                <span>
                  {dateTime(one.at)}
                  <span className="sub">Block {one.height}</span>
                </span>
              </td>
              <td data-label="Then">{one.was === "policy" ? "Policy" : "You"}</td>
              <td data-label="With this policy">
                {one.waits === null ? (
                  <State tone="go" icon={Bot}>
                    Answered
                  </State>
                ) : (
                  <span>
                    <State tone="sun" icon={Hand}>
                      Waits for you
                    </State>
                    <span className="sub">{one.waits}</span>
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Effective({ view }: { readonly view: PegPolicyView }) {
  const automatic = view.mode === "automatic";
  return (
    <Panel
      title="In effect"
      side={
        <State tone={automatic && view.off === undefined ? "go" : "wait"} icon={automatic ? Bot : Hand}>
          {!automatic ? "By hand" : view.off === undefined ? "Automatic" : "Automatic, held"}
        </State>
      }
      flush
    >
      <Rules rows={view.rows} caption="The policy in effect" />
    </Panel>
  );
}

const places: readonly {
  readonly value: PolicyForm["mode"];
  readonly label: string;
  readonly note: string;
}[] = [
  {
    value: "manual",
    label: "By hand",
    note: "Every request waits for you.",
  },
  {
    value: "automatic",
    label: "Automatic within limits",
    note: "What passes every check and fits below is approved without you.",
  },
];

/** When this tab answers requests of the peg by itself: set, tried on the past, and shown as it takes effect. */
export function PolicyScreen({ view, act }: { readonly view: PegPolicyView; readonly act: Act }) {
  const [form, setForm] = useState<PolicyForm>(view.form);
  const change = (part: Partial<PolicyForm>): void => setForm((before) => ({ ...before, ...part }));
  const { tried, faults, off } = view;
  const wrong = Object.keys(faults).length;
  return (
    <div className="page">
      <Title
        place="policy"
        sub={
          <p>
            When this tab approves requests of the peg without you. Its checks come first: what they refuse or
            ask about, no policy approves.
          </p>
        }
      >
        Your policy
      </Title>
      <div className="stack">
        {off !== undefined && (
          <Note
            tone={off.why === "alarm" ? "stop" : "sun"}
            title={off.why === "alarm" ? "Held by an alarm" : "Held after a restore"}
          >
            <p>{off.detail}</p>
          </Note>
        )}
        <Effective view={view} />
        <form
          onSubmit={(event) => {
            event.preventDefault();
            act({ do: "set-policy", form });
          }}
        >
          <Panel title="Change it">
            <div className="stack">
              <Choices
                legend="Requests of the peg are answered"
                choices={places}
                value={form.mode}
                onChange={(mode) => change({ mode })}
                across
              />
              {(form.mode === "automatic" || wrong > 0) && (
                <PolicyLimits form={form} faults={faults} change={change} />
              )}
              {form.mode === "automatic" && (
                <p className="help">
                  It answers while this tab is open and unlocked
                  {view.locksAfterMs === undefined
                    ? "."
                    : `; the tab locks itself after ${duration(view.locksAfterMs)} without you.`}{" "}
                  Requests that wait now are looked at again.
                </p>
              )}
              {wrong > 0 && (
                <Note tone="stop" title="The policy was not stored">
                  <p>
                    {wrong === 1 ? "One field is wrong" : `${wrong} fields are wrong`}; the one in effect
                    stays.
                  </p>
                </Note>
              )}
              {tried?.stored === true && wrong === 0 && (
                <Note tone="go" title="The policy is stored">
                  <p>It is in effect from now on, in this browser and in backups made from now on.</p>
                </Note>
              )}
              <div className="row">
                <Button submit look="main">
                  Store the policy
                </Button>
                <Button
                  icon={<FlaskConical className="icon" />}
                  onPress={() => act({ do: "try-policy", form })}
                >
                  Try it on the past
                </Button>
              </div>
            </div>
          </Panel>
        </form>
        {tried !== undefined && (
          <Panel title="Tried on what you approved" side={tried.stored ? "As stored" : "Not stored"} flush>
            {!tried.stored && <Rules rows={tried.rows} caption="The policy that was tried" />}
            <Past past={tried.past} />
          </Panel>
        )}
      </div>
    </div>
  );
}
