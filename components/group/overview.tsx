"use client";
import { Bell, BellOff, Download, Equal, EqualNot, Inbox, ShieldCheck } from "lucide-react";
import { memo, useState } from "react";
import type { Act, GroupView } from "../../lib/runtime/views/index.ts";
import { listed } from "../../lib/runtime/views/index.ts";
import { Title } from "../frame/screen.tsx";
import { StorageNotice } from "../storage/storage-notice.tsx";
import { AvailabilityPanel } from "../status/availability.tsx";
import { Button, LinkButton } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { clockMinutes, dateTime, dayOf } from "../ui/format.ts";
import { Gradually } from "../ui/gradually.tsx";
import { Address, Hex, Needles } from "../ui/marks.tsx";
import { Note } from "../ui/note.tsx";
import { Facts, Panel } from "../ui/panel.tsx";
import { Qr } from "../ui/qr.tsx";
import { RequestTable } from "./request-table.tsx";

function BackupNote({ view }: { readonly view: GroupView }) {
  const { backup } = view.overview;
  if (backup === "tested") return null;
  return (
    <Note
      tone="sun"
      title={
        backup === "none"
          ? "Save a backup before this group receives anything"
          : "Your backup is not tested yet"
      }
      actions={
        <LinkButton href="#/backup" size="small">
          {backup === "none" ? "Save a backup" : "Test it now"}
        </LinkButton>
      }
    >
      <p>
        {backup === "none"
          ? "Without one, losing this browser’s data loses your share for good."
          : "A backup counts only once it has been opened again. It takes a minute."}
      </p>
    </Note>
  );
}

function Alarm({ view }: { readonly view: GroupView }) {
  const { alarm } = view.overview;
  if (alarm === undefined) return null;
  return (
    <Note
      tone="stop"
      title={`${listed(alarm.people)} reported a different code at ${clockMinutes(alarm.at)}`}
    >
      <p>
        Do not receive on this address until you have talked. Automatic approval is off for everybody. Nothing
        was signed by this alarm.
      </p>
    </Note>
  );
}

function Notifications({ view, act }: { readonly view: GroupView; readonly act: Act }) {
  switch (view.notifications) {
    case "off":
      return (
        <Button
          size="small"
          look="quiet"
          icon={<Bell className="icon" />}
          onPress={() => act({ do: "allow-notifications" })}
        >
          Tell me when a decision waits
        </Button>
      );
    case "on":
      return (
        <span className="help state wait whitespace-normal!">
          <Bell className="icon" /> This browser tells you when a decision waits, while this tab is unlocked
        </span>
      );
    case "blocked":
      return (
        <span className="help state wait whitespace-normal!">
          <BellOff className="icon" /> Notifications are blocked in this browser’s settings
        </span>
      );
    case "unavailable":
      return null;
  }
}

const AddressPanel = memo(function AddressPanel({ overview }: Pick<GroupView, "overview">) {
  return (
    <Panel
      title="Address"
      side={<CopyButton text={overview.address} look="quiet" size="small" label="Copy the address" />}
    >
      <div className="address">
        <Qr text={overview.address} title={`Address of ${overview.name}`} zoom />
        <div className="stack tight">
          <p>
            <Address value={overview.address} />
          </p>
          <p className="help">Taproot. Every signer’s tab derived it from its own share.</p>
        </div>
      </div>
    </Panel>
  );
});

const KeyPanel = memo(function KeyPanel(props: {
  readonly overview: GroupView["overview"];
  readonly canExport: boolean;
  readonly act: Act;
}) {
  const { overview, canExport, act } = props;
  return (
    <Panel
      title="Key"
      side={<CopyButton text={overview.publicKey} look="quiet" size="small" label="Copy the public key" />}
    >
      <div className="stack">
        <Facts
          rows={[
            ["Public key", <Hex key="k" value={overview.publicKey} size={8} />],
            [
              "Code",
              <span key="c">
                <Hex value={overview.code.hex} spoken />, {overview.code.words.join(" ")}
              </span>,
            ],
            [
              "Compared",
              overview.comparedAt === undefined
                ? "Not yet"
                : `By everybody, ${dateTime(overview.comparedAt)}`,
            ],
            [
              "Shares tested",
              overview.proofOfLifeAt === undefined
                ? "Not yet"
                : `All ${overview.total} signed, ${dateTime(overview.proofOfLifeAt)}`,
            ],
          ]}
        />
        {canExport && (
          <div className="row">
            <Button
              size="small"
              icon={<Download className="icon" />}
              onPress={() => act({ do: "export-transcript" })}
            >
              Save the transcript
            </Button>
            <span className="help">Public proof of how the key was made. Anybody can check it offline.</span>
          </div>
        )}
        <div>
          <Report overview={overview} act={act} />
        </div>
      </div>
    </Panel>
  );
});

/** The comparison can be made again at any time; a difference found late raises the alarm on every screen. */
function Report({ overview, act }: Pick<GroupView, "overview"> & { readonly act: Act }) {
  const [open, setOpen] = useState(false);
  if (overview.role !== "signer" || overview.alarm !== undefined) return null;
  return (
    <>
      <Button
        look="quiet"
        size="small"
        className="-ml-2.5"
        icon={<EqualNot className="icon" />}
        onPress={() => setOpen(true)}
      >
        Another screen shows a different code
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title="Raise the alarm?">
        <p className="text-lg">
          Your screen shows <Hex value={overview.code.hex} spoken />, {overview.code.words.join(" ")}. If
          somebody in {overview.name} sees another code for this group, one of you holds another key.
        </p>
        <p className="text-ink-2">
          Every member sees the alarm with your name, and automatic approval stops everywhere. Nothing is
          signed or moved by it.
        </p>
        <div className="row">
          <Button look="main" onPress={() => setOpen(false)}>
            Go back
          </Button>
          <Button
            look="harm"
            onPress={() => {
              setOpen(false);
              act({ do: "raise-alarm" });
            }}
          >
            Raise the alarm
          </Button>
        </div>
      </Dialog>
    </>
  );
}

/** What the group is, where it receives, who is here, and what waits. */
export function Overview({ view, act }: { readonly view: GroupView; readonly act: Act }) {
  const { overview, inbox } = view;
  const waiting = inbox.needsYou.length;
  const first = inbox.needsYou[0];
  return (
    <div className="page">
      <Title
        place="overview"
        sub={
          <div className="row text-ink-2 mt-1">
            <span className="quorum">
              <Needles
                of={{ have: overview.threshold, needed: overview.threshold, total: overview.total }}
                height={18}
              />
              Any {overview.threshold} of {overview.total} sign
            </span>
            <span className="tag">
              <Equal className="icon" />
              <span>
                Code <Hex value={overview.code.hex} />, confirmed by all
              </span>
            </span>
            {overview.proofOfLifeAt !== undefined && (
              <span className="tag">
                <ShieldCheck className="icon" />
                All shares tested {dayOf(overview.proofOfLifeAt)}
              </span>
            )}
          </div>
        }
        side={
          first === undefined ? (
            inbox.canPropose ? (
              <LinkButton href="#/compose" look="main">
                Ask for a signature
              </LinkButton>
            ) : undefined
          ) : (
            <LinkButton href={`#/requests/${first.id}`} look="main" icon={<Inbox className="icon" />}>
              Review {waiting === 1 ? "1 request" : `${waiting} requests`}
            </LinkButton>
          )
        }
      >
        {overview.name}
      </Title>
      <div className="stack">
        <Gradually first={4}>
          <Alarm view={view} />
          {view.error !== undefined && <ErrorNote error={view.error} act={act} />}
          <BackupNote view={view} />
          {overview.storage !== undefined && (
            <StorageNotice storage={overview.storage} act={act} calm={overview.backup !== "tested"} />
          )}
          <div className="grid gap-6 xl:grid-cols-2">
            <Gradually first={1}>
              <AddressPanel overview={overview} />
              <KeyPanel overview={overview} canExport={view.transcript !== undefined} act={act} />
            </Gradually>
          </div>
          <AvailabilityPanel status={view.status} />
          <RequestTable view={view} />
          <div>
            <Notifications view={view} act={act} />
          </div>
        </Gradually>
      </div>
    </div>
  );
}
