"use client";
import { Bell, CircleCheck, CircleX, Clock, Lock, LogIn } from "lucide-react";
import { useState } from "react";
import type { Act, HomeGroup, HomePageView } from "../../lib/runtime/views/index.ts";
import { explain } from "../../lib/runtime/views/index.ts";
import { Screen } from "../frame/screen.tsx";
import { Button, LinkButton } from "../ui/button.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { Field } from "../ui/field.tsx";
import { Needles } from "../ui/marks.tsx";
import { Panel } from "../ui/panel.tsx";
import { State } from "../ui/state.tsx";
import { Hero } from "./hero.tsx";
import { RemoveSeat } from "./remove-seat.tsx";

function Join({ view, act }: { readonly view: HomePageView; readonly act: Act }) {
  const [link, setLink] = useState("");
  const { joinError } = view.home;
  const copy = joinError === undefined ? undefined : explain(joinError);
  return (
    <form
      className="act"
      onSubmit={(event) => {
        event.preventDefault();
        act({ do: "open-link", link: link.trim() });
      }}
    >
      <Field
        label="Invite link"
        hideLabel
        big
        mono
        placeholder="Paste the invite link"
        value={link}
        onChange={setLink}
        error={copy === undefined ? undefined : `${copy.what}. ${copy.next}`}
        help="Or point your phone’s camera at the code you were shown."
        after={
          <Button submit size="big">
            Join
          </Button>
        }
      />
    </form>
  );
}

function GroupState({ group }: { readonly group: HomeGroup }) {
  if (group.state === "stopped")
    return (
      <State tone="stop" icon={CircleX} filled>
        Stopped for good
      </State>
    );
  if (group.needsYou > 0) {
    return (
      <State tone="sun" icon={Bell} filled>
        {group.needsYou === 1 ? "1 request needs you" : `${group.needsYou} requests need you`}
      </State>
    );
  }
  if (group.state === "lobby")
    return (
      <State tone="act" icon={Clock} filled>
        Waiting for members
      </State>
    );
  if (group.state === "making-key")
    return (
      <State tone="act" icon={Clock} filled>
        Making the key
      </State>
    );
  return (
    <State tone="go" icon={CircleCheck} filled>
      Ready
    </State>
  );
}

function Groups({ groups, act }: { readonly groups: readonly HomeGroup[]; readonly act: Act }) {
  return (
    <Panel title="Groups in this browser" side="Stored in this browser only" flush>
      <table className="table cards">
        <thead className="spoken">
          <tr>
            <th scope="col">Group</th>
            <th scope="col">You are</th>
            <th scope="col">Threshold</th>
            <th scope="col">State</th>
            <th scope="col">Open or remove</th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={group.id} className={group.needsYou > 0 ? "need" : undefined}>
              <th scope="row">{group.name}</th>
              <td data-label="You are">
                {group.role === "coordinator"
                  ? "Coordinator"
                  : `${group.seatName ?? "Signer"}${group.seat === undefined ? "" : `, seat ${group.seat}`}`}
              </td>
              <td data-label="Threshold">
                <span className="quorum whitespace-nowrap">
                  <Needles of={group.quorum} height={20} />
                  {group.quorum.needed} of {group.quorum.total}
                </span>
              </td>
              <td data-label="State">
                <GroupState group={group} />
              </td>
              <td className="md:text-right">
                <div className="row md:justify-end">
                  <LinkButton
                    href={group.href}
                    size="small"
                    icon={group.locked ? <Lock className="icon" /> : <LogIn className="icon" />}
                  >
                    {group.locked ? "Unlock" : "Open"}
                    <span className="spoken"> {group.name}</span>
                  </LinkButton>
                  <RemoveSeat group={group} act={act} />
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

export function HomeScreen({ view, act }: { readonly view: HomePageView; readonly act: Act }) {
  const { groups, storageError, removeError } = view.home;
  return (
    <Screen chrome={view.chrome} home>
      <Hero />
      <div className="ways">
        <div>
          <section className="way" aria-labelledby="start">
            <h2 id="start">Start a group</h2>
            <p>Choose the people and how many must sign. You get one link to send to everybody.</p>
            <div className="act">
              <LinkButton href="/coordinator" look="main" size="big">
                Start a group
              </LinkButton>
              <p className="help">Takes about 5 minutes with everyone present</p>
            </div>
          </section>
          <section className="way" aria-labelledby="join">
            <h2 id="join">Join with a link</h2>
            <p>
              Somebody invited you. You see the name, the people and the threshold before you agree to
              anything.
            </p>
            <Join view={view} act={act} />
          </section>
          <section className="way" aria-labelledby="try">
            <h2 id="try">Try it on this computer</h2>
            <p>Three signer tabs on a private test chain, and a first signature. Nothing real can be lost.</p>
            <div className="act">
              <LinkButton href="/coordinator#/try" size="big">
                Open three tabs
              </LinkButton>
              <p className="help">Under a minute, no account</p>
            </div>
          </section>
        </div>
      </div>
      <div className="page">
        <div className="stack gap-8">
          {storageError !== undefined && <ErrorNote error={storageError} act={act} />}
          {removeError !== undefined && <ErrorNote error={removeError} act={act} />}
          {groups !== undefined && groups.length > 0 && <Groups groups={groups} act={act} />}
          <div className="grid gap-x-16 gap-y-6 py-4 lg:grid-cols-2">
            <section>
              <h2>What nobody else can do</h2>
              <p className="text-ink-2 mt-2">
                The key is made in your tabs and never exists in one place. The server passes sealed messages:
                it can delay them, but it cannot read them, forge them or show different people different
                things without being noticed.
              </p>
            </section>
            <section>
              <h2>What stays your job</h2>
              <p className="text-ink-2 mt-2">
                Compare the code on every screen when the key is made. Test your backup. Read what you
                approve: your tab rebuilds each request from its own sources and shows you every check.
              </p>
            </section>
          </div>
          <p>
            <a href="/signer#/restore">Restore a signer from a backup file</a>
          </p>
        </div>
      </div>
    </Screen>
  );
}
