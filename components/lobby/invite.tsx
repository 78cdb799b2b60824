"use client";
import { AppWindow, CircleCheck, CircleDashed, ExternalLink, Wifi } from "lucide-react";
import { memo } from "react";
import type { InviteView, TrialTabView } from "../../lib/runtime/views/index.ts";
import { LinkButton } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { clockMinutes } from "../ui/format.ts";
import { Panel } from "../ui/panel.tsx";
import { Qr } from "../ui/qr.tsx";
import { State } from "../ui/state.tsx";

function until(invite: InviteView): string {
  const use = invite.seat === undefined ? "For every seat" : "One use";
  return invite.expiresAt === undefined ? use : `${use}, until ${clockMinutes(invite.expiresAt)}`;
}

/** A link and its code. The part after # holds the secret and is never sent to a server. */
export const Invite = memo(function Invite({ invite }: { readonly invite: InviteView }) {
  const name = invite.seat?.name;
  const id = `invite-${invite.seat?.seat ?? "all"}`;
  return (
    <Panel title={name === undefined ? "Invite the members" : `Invite ${name}`} side={until(invite)}>
      <div className="address">
        <Qr
          text={invite.url}
          title={name === undefined ? "Invite code for the group" : `Invite code for ${name}`}
          zoom
        />
        <div className="stack tight">
          <div className="field">
            <label htmlFor={id}>{name === undefined ? "Link for everybody" : `Link for ${name}`}</label>
            <div className="beside">
              <input
                id={id}
                className="input mono"
                readOnly
                value={invite.url}
                onFocus={(event) => event.target.select()}
              />
              <CopyButton text={invite.url} label="Copy the invite link" />
            </div>
          </div>
          <p className="help">
            Send it in a private chat. The part after # never reaches the server. Whoever opens it can take{" "}
            {invite.seat === undefined ? "a seat" : "this seat"}, so you will compare codes with{" "}
            {name ?? "everybody"} later.
          </p>
        </div>
      </div>
    </Panel>
  );
});

const words = { "not-open": "Not open", open: "Open", approved: "Approved" };
const icons = { "not-open": CircleDashed, open: Wifi, approved: CircleCheck };
const tones = { "not-open": "wait", open: "act", approved: "go" } as const;

/** Signer tabs on this computer. Each is a link, so no pop-up blocker is in the way. */
export const TrialTabs = memo(function TrialTabs({ tabs }: { readonly tabs: readonly TrialTabView[] }) {
  return (
    <Panel title="Open the signer tabs" side="All on this computer" flush>
      <ul>
        {tabs.map((tab) => (
          <li key={tab.seat} className="check items-center!">
            <AppWindow className="icon" />
            <span className="row gap-y-0">
              <b>{tab.name}</b>
              <State tone={tones[tab.state]} icon={icons[tab.state]}>
                {words[tab.state]}
              </State>
            </span>
            <LinkButton
              href={tab.href}
              newTab
              size="small"
              look={tab.state === "not-open" ? "main" : "plain"}
              icon={<ExternalLink className="icon" />}
            >
              {tab.state === "not-open" ? "Open" : "Open again"}
              <span className="spoken"> the tab of {tab.name}, in a new tab</span>
            </LinkButton>
          </li>
        ))}
      </ul>
      <p className="help panel-body">
        Open each, then come back here. In real life each of these tabs is on another person’s device.
      </p>
    </Panel>
  );
});
