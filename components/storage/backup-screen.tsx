"use client";
import { ArchiveRestore, Check, Download } from "lucide-react";
import { clsx } from "clsx";
import { useId, useState, type ReactNode } from "react";
import type { Act, BackupView, GroupView } from "../../lib/runtime/views/index.ts";
import { listed } from "../../lib/runtime/views/index.ts";
import { Title } from "../frame/screen.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { dateTime } from "../ui/format.ts";
import { Panel } from "../ui/panel.tsx";
import { Work } from "../ui/progress.tsx";
import { Passphrase, passphraseProblem } from "./passphrase.tsx";

const parts = {
  identity: "your identity",
  share: "your share",
  certificate: "the certificate of the key",
  approvals: "what you approved for the peg",
  policy: "your policy",
  coordinator: "the coordinator’s list of members and requests",
};
const minLength = 12;

function Step(props: {
  readonly n: number;
  readonly state: "done" | "now" | "next";
  readonly title: string;
  readonly when?: string;
  readonly children?: ReactNode;
}) {
  return (
    <li className={props.state}>
      <span className="dot" aria-hidden="true">
        {props.state === "done" ? <Check className="icon" /> : props.n}
      </span>
      <h2>
        {props.title}
        {props.state === "done" && <span className="spoken">, done</span>}
      </h2>
      <span className="when">{props.when}</span>
      <div className="stack tight col-[2/-1]">{props.children}</div>
    </li>
  );
}

function Save({ view, act }: { readonly view: BackupView; readonly act: Act }) {
  const [passphrase, setPassphrase] = useState("");
  const [asked, setAsked] = useState(false);
  const problem = passphraseProblem(passphrase, minLength);
  return (
    <form
      className="stack tight mt-2"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (problem === undefined && view.stage === "idle") act({ do: "save-backup", passphrase });
      }}
    >
      <Passphrase
        label="Passphrase for the file"
        value={passphrase}
        onChange={setPassphrase}
        fresh
        error={asked ? problem : undefined}
        help="It may be another one than for unlocking. Without it the file is useless, also to you."
      />
      <div className="row">
        <Button
          submit
          look={view.state === "none" ? "main" : "plain"}
          icon={<Download className="icon" />}
          busy={view.stage === "sealing"}
        >
          {view.state === "none" ? "Save the backup file" : "Save a new file"}
        </Button>
      </div>
      {view.stage === "sealing" && view.work !== undefined && (
        <Work of={view.work} label="Sealing the file" />
      )}
    </form>
  );
}

export function FilePicker(props: {
  readonly label: string;
  readonly onFile: (file: File) => void;
  readonly file: string | undefined;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      <input
        id={id}
        type="file"
        className="input file:button file:mr-3 file:min-h-8! file:py-1!"
        accept=".hoarfrost,application/octet-stream,application/json"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) props.onFile(file);
        }}
      />
      {props.file !== undefined && <p className="help">{props.file}</p>}
    </div>
  );
}

function Test({ view, act }: { readonly view: BackupView; readonly act: Act }) {
  const [file, setFile] = useState<File>();
  const [passphrase, setPassphrase] = useState("");
  const [asked, setAsked] = useState(false);
  const busy = view.stage === "reading" || view.stage === "opening";
  return (
    <form
      className="stack tight mt-2"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (file !== undefined && passphrase !== "" && !busy) act({ do: "test-backup", file, passphrase });
      }}
    >
      <FilePicker label="The file you just saved" onFile={setFile} file={undefined} />
      {asked && file === undefined && <p className="wrong">Choose the file from where you keep it</p>}
      <Passphrase
        label="Its passphrase"
        value={passphrase}
        onChange={setPassphrase}
        fresh={false}
        error={asked && passphrase === "" ? "Type the passphrase of the file" : undefined}
      />
      <div className="row">
        <Button submit look="main" icon={<ArchiveRestore className="icon" />} busy={busy}>
          Test the backup
        </Button>
      </div>
      {busy && view.work !== undefined && <Work of={view.work} label="Opening the file" />}
    </form>
  );
}

/** Save, then open again: a backup counts only once it has been opened. */
export function BackupScreen(props: {
  readonly view: BackupView;
  readonly seatName: string;
  /** Earlier keys of which this tab keeps a share. */
  readonly oldKeys?: NonNullable<GroupView["oldKeys"]>;
  readonly act: Act;
}) {
  const { view, act, oldKeys = [] } = props;
  const at = { none: 0, saved: 1, tested: 2 }[view.state];
  return (
    <div className="page narrow">
      <Title
        place="backup"
        sub={
          <p>
            Losing this browser’s data without a tested backup loses the share of {props.seatName} for good.
          </p>
        }
      >
        {view.state === "tested"
          ? "Your backup is tested"
          : view.state === "saved"
            ? "Test your backup"
            : "Save a backup"}
      </Title>
      <div className="stack">
        {view.error !== undefined && <ErrorNote error={view.error} act={act} />}
        <Panel>
          <ol className={clsx("timeline")}>
            <Step
              n={1}
              state={at > 0 ? "done" : "now"}
              title="Save the sealed file"
              {...(view.savedAt === undefined ? {} : { when: dateTime(view.savedAt) })}
            >
              <p>
                Keep it where a thief of this device does not find it. It holds{" "}
                {listed(view.holds.map((part) => parts[part]))}; no one-time numbers and nothing unfinished.
              </p>
              {view.approvedSince !== undefined && view.approvedSince > 0 && (
                <p>
                  You approved {view.approvedSince === 1 ? "1 request" : `${view.approvedSince} requests`} of
                  the peg since this file was saved. A seat restored from it would not know of{" "}
                  {view.approvedSince === 1 ? "it" : "them"}: save a new one.
                </p>
              )}
              {at === 0 && <Save view={view} act={act} />}
              {at > 0 && view.fileName !== undefined && <p className="mono wrap-anywhere">{view.fileName}</p>}
            </Step>
            <Step
              n={2}
              state={at > 1 ? "done" : at === 1 ? "now" : "next"}
              title="Open it again"
              {...(view.testedAt === undefined ? {} : { when: dateTime(view.testedAt) })}
            >
              <p>
                This tab opens the file as a new device would, compares it with what is stored here and
                changes nothing.
              </p>
              {at === 1 && <Test view={view} act={act} />}
            </Step>
            <Step n={3} state={at > 1 ? "done" : "next"} title="Ready">
              <p>The others see that your backup is tested. Nothing of it leaves this device.</p>
            </Step>
          </ol>
        </Panel>
        {at > 0 && (
          <Panel title="Save again">
            <p className="help">
              A new file with another passphrase. Earlier files stay valid until the shares change.
            </p>
            <Save view={view} act={act} />
          </Panel>
        )}
        {oldKeys.length > 0 && <OldKeys of={oldKeys} />}
      </div>
    </div>
  );
}

function OldKeys(props: { readonly of: NonNullable<GroupView["oldKeys"]> }) {
  return (
    <Panel title="Old shares">
      <div className="stack tight">
        <p>
          Your share of each earlier key stays sealed in this browser. Once its group has handed over, it
          signs only what moves coins on to the next group.
        </p>
        <ul className="stack tight">
          {props.of.map(({ name, code }) => (
            <li key={code.hex}>
              {name}, code <span className="mono">{`${code.hex.slice(0, 4)} ${code.hex.slice(4)}`}</span>
            </li>
          ))}
        </ul>
        <p className="help">
          Nothing erases it by itself: coins may still come to its address. A share that could go would need
          100 blocks without a coin there, and the end of the last depositor’s time to take a deposit back.
          This version keeps every share.
        </p>
      </div>
    </Panel>
  );
}
