"use client";
import { Minus, Plus } from "lucide-react";
import { useState } from "react";
import type { Act, NextGroupView } from "../../lib/runtime/views/index.ts";
import { CeremonyScreen } from "../ceremony/ceremony-screen.tsx";
import { CompareScreen } from "../compare/compare-screen.tsx";
import { StoppedScreen } from "../compare/stopped-screen.tsx";
import { Title } from "../frame/screen.tsx";
import { LobbyScreen } from "../lobby/lobby-screen.tsx";
import { Button } from "../ui/button.tsx";
import { Panel } from "../ui/panel.tsx";

type Planned = Extract<NextGroupView, { stage: "plan" }>;

function Count(props: {
  readonly label: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly onChange: (value: number) => void;
}) {
  const { label, value, least, most, onChange } = props;
  return (
    <div className="row spread">
      <span>{label}</span>
      <span className="row" role="group" aria-label={label}>
        <Button label="One fewer" size="small" onPress={() => onChange(Math.max(least, value - 1))}>
          <Minus className="icon" />
        </Button>
        <output aria-live="polite">{value}</output>
        <Button label="One more" size="small" onPress={() => onChange(Math.min(most, value + 1))}>
          <Plus className="icon" />
        </Button>
      </span>
    </div>
  );
}

function Plan({ view, act }: { readonly view: Planned; readonly act: Act }) {
  const [leaving, setLeaving] = useState<readonly string[]>([]);
  const [add, setAdd] = useState(0);
  const staying = view.people.filter((name) => !leaving.includes(name));
  const seats = staying.length + add;
  const most = Math.max(2, seats);
  const [threshold, setThreshold] = useState(view.threshold);
  const shown = Math.min(threshold, most);
  return (
    <div className="page">
      <Title
        place="next"
        sub={
          <p>
            Other members or another threshold make a new key. This group and its peg go on until you hand
            over.
          </p>
        }
      >
        Next group
      </Title>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (seats >= 2) act({ do: "reopen-lobby", threshold: shown, remove: leaving, add });
        }}
      >
        <Panel title="Who stays">
          <fieldset className="stack tight">
            <legend className="spoken">Members of the next group</legend>
            {view.people.map((name) => (
              <label key={name} className="row min-h-8">
                <input
                  type="checkbox"
                  checked={!leaving.includes(name)}
                  onChange={(event) =>
                    setLeaving(
                      event.target.checked ? leaving.filter((one) => one !== name) : [...leaving, name],
                    )
                  }
                />
                {name}
              </label>
            ))}
            <p className="help">
              Who leaves keeps a share of the old key, and cannot join again by this invite.
            </p>
          </fieldset>
        </Panel>
        <Panel title="Seats for others, and how many sign">
          <div className="stack tight">
            <Count
              label="New members"
              value={add}
              least={0}
              most={Math.max(0, view.maxSeats - staying.length)}
              onChange={setAdd}
            />
            <Count label="How many must sign" value={shown} least={2} most={most} onChange={setThreshold} />
          </div>
        </Panel>
        <div className="row">
          <Button submit look="main" why={seats < 2 ? "A group has at least two members." : undefined}>
            Gather the next group
          </Button>
        </div>
      </form>
    </div>
  );
}

/** The group that is made while this one goes on, at whatever stage it is. */
export function NextGroup({ view, act }: { readonly view: NextGroupView; readonly act: Act }) {
  switch (view.stage) {
    case "plan":
      return <Plan view={view} act={act} />;
    case "lobby":
      return <LobbyScreen view={view.lobby} act={act} />;
    case "ceremony":
      return (
        <CeremonyScreen
          board={view.board}
          {...(view.proof === undefined ? {} : { proof: view.proof })}
          act={act}
        />
      );
    case "compare":
      return <CompareScreen view={view.compare} act={act} />;
    case "stopped":
      return <StoppedScreen view={view.stopped} />;
  }
}
