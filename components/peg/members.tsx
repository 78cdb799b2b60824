"use client";
import { Users } from "lucide-react";
import { useId, useState } from "react";
import type { PegCommandAct, PegCoordinatorView } from "../../lib/runtime/views/index.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Address } from "../ui/marks.tsx";
import { Panel } from "../ui/panel.tsx";

/** Addresses in a text: one per line or between commas; the first cell of a row counts, a heading does not. */
function addressesIn(text: string): readonly string[] {
  const cells = text.split(/\r?\n/).map((line) => (line.split(/[,;\t]/)[0] ?? "").replace(/["\s]/g, ""));
  return [
    ...new Set(
      cells.filter((cell) =>
        /^(S[0-9A-Z]{27,45}(\.[\w-]+)?|(bc|tb|bcrt)1[0-9a-z]{20,90}|[123mn][1-9A-HJ-NP-Za-km-z]{25,34})$/.test(
          cell,
        ),
      ),
    ),
  ];
}

/** Who takes part in the alpha: Stacks accounts that may receive, Bitcoin addresses that may be paid. */
export function Members({ view, act }: { readonly view: PegCoordinatorView; readonly act: PegCommandAct }) {
  const [text, setText] = useState("");
  const [asked, setAsked] = useState(false);
  const id = useId();
  const found = addressesIn(text);
  const add = (): void => {
    setAsked(true);
    if (found.length === 0) return;
    act({ do: "peg-members", entries: found.map((who) => ({ who, allowed: true })) });
    setText("");
    setAsked(false);
  };
  return (
    <Panel
      title="Members of the alpha"
      side={
        <Button size="small" onPress={() => act({ do: "peg-allow-list", enabled: !view.allowList })}>
          {view.allowList ? "Let anybody take part" : "Only members may take part"}
        </Button>
      }
      flush
    >
      <div className="panel-body stack tight">
        <Field
          label="Add addresses"
          lines={3}
          mono
          value={text}
          onChange={setText}
          error={
            asked && found.length === 0
              ? "No address in this text. One per line, as in a CSV file"
              : undefined
          }
          help="Stacks accounts and Bitcoin addresses, one per line. Or choose a CSV file with them in its first column."
        />
        <div className="row">
          <Button onPress={add} busy={view.busy === "peg-members"}>
            {found.length > 1 ? `Add ${found.length} addresses` : "Add"}
          </Button>
          <label htmlFor={id} className="spoken">
            CSV file
          </label>
          <input
            id={id}
            type="file"
            accept=".csv,text/csv,text/plain"
            className="input file:button file:mr-3 file:min-h-8! file:py-1! max-w-72"
            onChange={(event) => {
              void event.target.files?.[0]?.text().then(setText);
            }}
          />
        </div>
      </div>
      {view.members.length === 0 ? (
        <div className="empty">
          <Users className="icon" />
          <h3>Nobody yet</h3>
          <p>
            {view.allowList
              ? "Until somebody is added, nobody can peg in or out."
              : "The list is off: anybody may take part."}
          </p>
        </div>
      ) : (
        <table className="table cards">
          <thead>
            <tr>
              <th scope="col">Address</th>
              <th scope="col">May</th>
              <th scope="col">Change</th>
            </tr>
          </thead>
          <tbody>
            {view.members.map(({ who, kind, allowed }) => (
              <tr key={who}>
                <th scope="row" className="whitespace-normal!">
                  <Address value={who} />
                </th>
                <td data-label="May">
                  {allowed ? (kind === "stacks" ? "Receive sBTC" : "Be paid") : "Removed"}
                </td>
                <td>
                  <Button
                    size="small"
                    look="quiet"
                    onPress={() => act({ do: "peg-members", entries: [{ who, allowed: !allowed }] })}
                  >
                    {allowed ? "Remove" : "Allow again"}
                    <span className="spoken"> {who}</span>
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
