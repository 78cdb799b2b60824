"use client";
import { CircleCheck, Minus, Plus, TriangleAlert, X } from "lucide-react";
import { useState } from "react";
import type { Act, CreateView, SettingsProblem, SettingsView } from "../../lib/runtime/views/index.ts";
import {
  consequences,
  maxNameLength,
  minSeats,
  settingsProblems,
  withSeats,
  withThreshold,
} from "../../lib/runtime/views/index.ts";
import { networkName, networkNote } from "../frame/network.ts";
import { Title } from "../frame/screen.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { Choices, Field } from "../ui/field.tsx";
import { Needles } from "../ui/marks.tsx";
import { Panel } from "../ui/panel.tsx";
import { State } from "../ui/state.tsx";
import { Meaning, Neighbours, summary } from "./meaning.tsx";

type Change = (settings: SettingsView) => void;

function Seats(props: {
  readonly settings: SettingsView;
  readonly change: Change;
  readonly max: number;
  readonly problems: readonly SettingsProblem[];
}) {
  const { settings, change, max, problems } = props;
  const names = settings.seats.map(({ name }) => name);
  return (
    <Panel title="Seats" side={`${names.length} people, up to ${max}`}>
      <ol className="stack tight">
        {settings.seats.map(({ seat, name }, at) => (
          <li key={seat} className="grid grid-cols-[minmax(0,1fr)_40px] items-start gap-2">
            <Field
              label={`Seat ${seat}`}
              value={name}
              maxLength={maxNameLength}
              placeholder="Name everybody knows"
              error={problems.find(({ field }) => field === seat)?.text}
              onChange={(value) => change(withSeats(settings, names.with(at, value)))}
            />
            {names.length > minSeats && (
              <span className="pt-7">
                <Button
                  look="quiet"
                  className="square"
                  label={`Remove seat ${seat}${name === "" ? "" : `, ${name}`}`}
                  onPress={() => change(withSeats(settings, names.toSpliced(at, 1)))}
                >
                  <X className="icon" />
                </Button>
              </span>
            )}
          </li>
        ))}
      </ol>
      {names.length < max && (
        <p className="mt-3">
          <Button
            look="quiet"
            className="-ml-4"
            icon={<Plus className="icon" />}
            onPress={() => change(withSeats(settings, [...names, ""]))}
          >
            Add a seat
          </Button>
        </p>
      )}
    </Panel>
  );
}

function Threshold({ settings, change }: { readonly settings: SettingsView; readonly change: Change }) {
  const { threshold, seats } = settings;
  const total = seats.length;
  const now = consequences(threshold, total);
  const around = [threshold - 1, threshold, threshold + 1].filter((t) => t >= 1 && t <= total);
  return (
    <Panel
      title="How many must sign"
      flush
      side={
        now.recommended ? (
          <State tone="go" icon={CircleCheck}>
            Recommended for {total} people
          </State>
        ) : now.guard === "none" ? undefined : (
          <State tone="sun" icon={TriangleAlert}>
            Weak choice
          </State>
        )
      }
    >
      <div className="threshold">
        <div className="big-number" role="group" aria-label="How many must sign">
          <Button label="One fewer" onPress={() => change(withThreshold(settings, threshold - 1))}>
            <Minus className="icon large" />
          </Button>
          <output aria-live="polite">
            {threshold}
            <small>of</small>
            {total}
          </output>
          <Button label="One more" onPress={() => change(withThreshold(settings, threshold + 1))}>
            <Plus className="icon large" />
          </Button>
        </div>
        <div className="flex flex-wrap items-center gap-6">
          <Needles of={{ have: threshold, needed: threshold, total }} height={60} />
          <p className="text-ink-2 min-w-0 flex-1 basis-48">{summary(now)}</p>
        </div>
      </div>
      <Neighbours around={around.map((t) => consequences(t, total))} chosen={threshold} />
    </Panel>
  );
}

const blank: SettingsView = {
  name: "",
  network: "devnet",
  threshold: 2,
  seats: [1, 2, 3].map((seat) => ({ seat, name: "", weight: 1 })),
};

/** The form that starts a group. */
export function CreateForm({ view, act }: { readonly view: CreateView; readonly act: Act }) {
  const [settings, change] = useState<SettingsView>(view.initial ?? blank);
  const [asked, setAsked] = useState(false);
  const [guarding, setGuarding] = useState(false);
  const problems = asked ? settingsProblems(settings) : [];
  const now = consequences(settings.threshold, settings.seats.length);
  const create = (): void => {
    setGuarding(false);
    act({ do: "create-group", settings });
  };
  return (
    <form
      className="page"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (settingsProblems(settings).length > 0 || view.busy) return;
        if (now.guard === "none") create();
        else setGuarding(true);
      }}
    >
      <Title
        place="create"
        sub={
          <p>
            {view.trial === true
              ? "A group to try things with: the people are made up and the coins are free. Change what you like."
              : "Everything here is shown to every member, and each must agree before a key is made. Nothing can be changed afterwards without making a new key."}
          </p>
        }
      >
        {view.trial === true ? "Try it on this computer" : "Start a group"}
      </Title>
      <div className="split">
        <div className="stack">
          {view.error !== undefined && <ErrorNote error={view.error} act={act} />}
          <Panel>
            <div className="stack">
              <Field
                label="Group name"
                value={settings.name}
                maxLength={maxNameLength}
                placeholder="Team wallet"
                help="Members see this name. It is not published."
                error={problems.find(({ field }) => field === "name")?.text}
                onChange={(name) => change({ ...settings, name })}
              />
              <Choices
                legend="Network"
                across
                value={settings.network}
                onChange={(network) => change({ ...settings, network })}
                choices={view.networks.map(({ network, available }) => ({
                  value: network,
                  label: networkName[network],
                  note: available ? networkNote[network] : "Off during the alpha.",
                  off: !available,
                }))}
              />
            </div>
          </Panel>
          <Seats settings={settings} change={change} max={view.maxSeats} problems={problems} />
          <Threshold settings={settings} change={change} />
        </div>
        <aside className="stack" aria-label="What this means">
          <Panel title="What this means">
            <Meaning of={now} />
          </Panel>
          <div className="stack tight">
            <Button submit look="main" size="big" wide busy={view.busy} busyText="Making the invite link">
              Create and get the invite link
            </Button>
            <p className="help">
              {view.trial
                ? "You become the coordinator, who starts the ceremony. In this try-out your tab also takes seat 1 and holds its share."
                : "You become the coordinator. The coordinator starts the ceremony and proposes requests, but has no share and cannot sign."}{" "}
              If you are gone, any signer can coordinate.
            </p>
          </div>
        </aside>
      </div>
      <WeakChoice
        open={guarding}
        close={() => setGuarding(false)}
        settings={settings}
        change={change}
        create={create}
      />
    </form>
  );
}

function WeakChoice(props: {
  readonly open: boolean;
  readonly close: () => void;
  readonly settings: SettingsView;
  readonly change: Change;
  readonly create: () => void;
}) {
  const total = props.settings.seats.length;
  const { threshold } = props.settings;
  return (
    <Dialog open={props.open} onClose={props.close} title={`${threshold} of ${total} is a weak choice`}>
      <p className="text-lg">
        If a single person loses both device and backup, the funds are gone for good. Sharing a key this way
        protects against theft, not against loss.
      </p>
      <div className="row">
        <Button look="main" onPress={props.close}>
          Choose another number
        </Button>
        <Button look="harm" onPress={props.create}>
          Create {threshold} of {total} anyway
        </Button>
      </div>
    </Dialog>
  );
}
