"use client";
import { useId, useState } from "react";
import { listed, type Act, type SuccessorView } from "../../lib/runtime/views/index.ts";
import { Button } from "../ui/button.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { Field } from "../ui/field.tsx";
import { Panel } from "../ui/panel.tsx";

function Record({ act }: { readonly act: Act }) {
  const id = useId();
  return (
    <div className="field">
      <p>
        This tab has no record of that group’s key. Ask the coordinator for it: it is a file. This tab checks
        every signature in it.
      </p>
      <label htmlFor={id}>Record of the next group</label>
      <input
        id={id}
        type="file"
        className="input file:button file:mr-3 file:min-h-8! file:py-1!"
        accept=".json,application/json"
        onChange={(event) => {
          const [chosen] = event.target.files ?? [];
          if (chosen !== undefined) act({ do: "introduce-successor", file: chosen });
        }}
      />
    </div>
  );
}

/** Who would take the peg over. The code is typed as one of them reads it out: nothing here says it. */
export function Successor({ view, act }: { readonly view: SuccessorView; readonly act: Act }) {
  const [code, setCode] = useState("");
  const { known } = view;
  return (
    <Panel title="The next group" side={view.confirmed ? "Confirmed by you" : undefined}>
      <div className="stack tight">
        {known === undefined ? (
          <Record act={act} />
        ) : (
          <p>
            <b>{known.name}</b>: {listed(known.people)}. {known.threshold} of {known.total} keys sign.
            {!view.member && " You have no seat in it."}
          </p>
        )}
        {known !== undefined && !view.confirmed && (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              act({ do: "confirm-successor", key: view.key, code });
            }}
          >
            <Field
              label="Code of the next group"
              mono
              value={code}
              onChange={setCode}
              help="Have one of its members read the code to you, by a way you trust. Eight characters, or its four words."
              after={
                <Button submit why={code.trim() === "" ? "Type the code first." : undefined}>
                  Confirm
                </Button>
              }
            />
          </form>
        )}
        {view.error !== undefined && <ErrorNote error={view.error} act={act} />}
      </div>
    </Panel>
  );
}
