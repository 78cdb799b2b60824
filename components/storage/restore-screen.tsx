"use client";
import { ArchiveRestore, LockOpen } from "lucide-react";
import { useState } from "react";
import type { Act, RestoreView } from "../../lib/runtime/views/index.ts";
import { Title } from "../frame/screen.tsx";
import { Button, LinkButton } from "../ui/button.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { byteSize, dateTime } from "../ui/format.ts";
import { Hex } from "../ui/marks.tsx";
import { Note } from "../ui/note.tsx";
import { Facts, Panel } from "../ui/panel.tsx";
import { Work } from "../ui/progress.tsx";
import { FilePicker } from "./backup-screen.tsx";
import { Passphrase } from "./passphrase.tsx";

function File({ view }: { readonly view: RestoreView }) {
  if (view.file === undefined) return null;
  const { name, bytes, madeAt } = view.file;
  return (
    <p className="help wrap-anywhere">
      <span className="mono">{name}</span>, {byteSize(bytes)}
      {madeAt !== undefined && `, made ${dateTime(madeAt)}`}
    </p>
  );
}

function Open({ view, act }: { readonly view: RestoreView; readonly act: Act }) {
  const [passphrase, setPassphrase] = useState("");
  const [asked, setAsked] = useState(false);
  const busy = view.stage === "opening";
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (!busy && passphrase !== "") act({ do: "restore-open", passphrase });
      }}
    >
      <Passphrase
        label="Passphrase of the file"
        value={passphrase}
        onChange={setPassphrase}
        fresh={false}
        error={asked && passphrase === "" ? "Type the passphrase of the file" : undefined}
      />
      <div className="row">
        <Button submit look="main" size="big" icon={<LockOpen className="icon" />} busy={busy}>
          Open the backup
        </Button>
        <Button size="big" onPress={() => act({ do: "restore-leave" })}>
          Choose another file
        </Button>
      </div>
      {view.work !== undefined && <Work of={view.work} label="Opening the file" />}
    </form>
  );
}

function Confirm({ view, act }: { readonly view: RestoreView; readonly act: Act }) {
  const { found } = view;
  if (found === undefined) return null;
  return (
    <div className="stack">
      <Panel title="Found in the file">
        <Facts
          rows={[
            ["Group", <b key="g">{found.groupName}</b>],
            ["You are", found.seatName],
            ["Threshold", `${found.threshold} of ${found.total}`],
            ["Code", <Hex key="c" value={found.code} spoken />],
            ["Made", dateTime(found.madeAt)],
          ]}
        />
      </Panel>
      <Note tone="sun" title="The old device may still sign">
        <p>
          Restoring does not switch it off. If it is lost or stolen, make a new group and move the funds; that
          is what revokes it. Here, automatic approval starts switched off and spending limits count as used
          for one window.
        </p>
        <p>
          What the old device approved after this file was made is not known here. Both chains still are: what
          they show as paid or handed over is refused. Handing the peg over asks you to type it out.
        </p>
      </Note>
      {found.alreadyHere && (
        <Note tone="info" title="This browser already holds this signer">
          <p>Restoring replaces its record by the one in the file. The share is the same.</p>
        </Note>
      )}
      <div className="row">
        <Button
          look="main"
          size="big"
          icon={<ArchiveRestore className="icon" />}
          onPress={() => act({ do: "restore-confirm" })}
        >
          Restore {found.seatName} here
        </Button>
        <Button size="big" onPress={() => act({ do: "restore-leave" })}>
          Leave everything as it is
        </Button>
      </div>
    </div>
  );
}

const titles = {
  choose: "Restore a signer",
  passphrase: "Open the backup",
  opening: "Open the backup",
  confirm: "Restore this signer here?",
  done: "The signer is here",
};

/** From a sealed file to a working signer on this device, with the honest sentence about the old one. */
export function RestoreScreen({ view, act }: { readonly view: RestoreView; readonly act: Act }) {
  return (
    <div className="page narrow">
      <Title
        place={`restore-${view.stage === "opening" ? "passphrase" : view.stage}`}
        sub={<p>Everything is read in this tab. Nothing is sent and nothing changes until you confirm.</p>}
      >
        {titles[view.stage]}
      </Title>
      <div className="stack">
        {view.error !== undefined && <ErrorNote error={view.error} act={act} />}
        <File view={view} />
        {view.stage === "choose" && (
          <Panel>
            <FilePicker
              label="Backup file"
              onFile={(file) => act({ do: "restore-file", file })}
              file={undefined}
            />
          </Panel>
        )}
        {(view.stage === "passphrase" || view.stage === "opening") && <Open view={view} act={act} />}
        {view.stage === "confirm" && <Confirm view={view} act={act} />}
        {view.stage === "done" && (
          <div className="row">
            <LinkButton href="/signer" look="main" size="big">
              Open the signer
            </LinkButton>
          </div>
        )}
      </div>
    </div>
  );
}
