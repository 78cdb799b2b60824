"use client";
import { Users } from "lucide-react";
import { useId, useMemo, useState } from "react";
import { readMembers, type ReadMembers } from "../../lib/runtime/peg/members/read.ts";
import type { PegCommandAct, PegCoordinatorView } from "../../lib/runtime/views/index.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Address } from "../ui/marks.tsx";
import { Note } from "../ui/note.tsx";
import { Panel } from "../ui/panel.tsx";

const whys = { "no-address": "no address", "other-network": "another network’s" };

/** Unread lines that are shown; the rest is counted. */
const mostUnread = 5;

function Unread({ lines }: { readonly lines: ReadMembers["unread"] }) {
  if (lines.length === 0) return null;
  const more = lines.length - mostUnread;
  return (
    <Note
      tone="sun"
      title={lines.length === 1 ? "One line names nobody" : `${lines.length} lines name nobody`}
    >
      <ul className="text-sm">
        {lines.slice(0, mostUnread).map(({ line, text, why }) => (
          <li key={line} className="wrap-anywhere">
            Line {line}: <span className="mono">{text}</span>, {whys[why]}
          </li>
        ))}
        {more > 0 && <li>And {more} more.</li>}
      </ul>
    </Note>
  );
}

/** Members that are listed; a longer list is searched in the file it came from. */
const mostRows = 200;

/** Who takes part in the alpha: Stacks accounts that may receive, Bitcoin addresses that may be paid. */
export function Members({ view, act }: { readonly view: PegCoordinatorView; readonly act: PegCommandAct }) {
  const [text, setText] = useState("");
  const [asked, setAsked] = useState(false);
  const id = useId();
  const { found, unread } = useMemo(() => readMembers(text, view.network), [text, view.network]);
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
        <Unread lines={unread} />
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
            {view.members.slice(-mostRows).map(({ who, kind, allowed }) => (
              <tr key={who}>
                <th scope="row" className="whitespace-normal!">
                  <Address value={who} />
                </th>
                <td data-label="May" className="md:whitespace-nowrap">
                  {allowed ? (kind === "stacks" ? "Receive sBTC" : "Be paid") : "Removed"}
                </td>
                <td className="md:whitespace-nowrap">
                  <Button
                    size="small"
                    look="quiet"
                    className="-ml-2.75"
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
      {view.members.length > mostRows && (
        <p className="help panel-body">
          The last {mostRows} of {view.members.length} are shown.
        </p>
      )}
    </Panel>
  );
}
