"use client";
import { CircleCheck, CircleX, LoaderCircle } from "lucide-react";
import { useState } from "react";
import type { Act, VerifyLine, VerifyPageView, VerifyView } from "../../lib/runtime/views/index.ts";
import { listed } from "../../lib/runtime/views/index.ts";
import { Screen, Title } from "../frame/screen.tsx";
import { FilePicker } from "../storage/backup-screen.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { Choices, Field } from "../ui/field.tsx";
import { Address, Hex } from "../ui/marks.tsx";
import { Note } from "../ui/note.tsx";
import { Facts, Panel } from "../ui/panel.tsx";
import { Tabs } from "../ui/tabs.tsx";

const hexOnly = (text: string): string => text.replace(/[\s]/g, "").toLowerCase();

function hexProblem(value: string, digits: number): string | undefined {
  if (!/^[0-9a-f]*$/.test(value)) return "Only the digits 0–9 and the letters a–f";
  return value.length === digits ? undefined : `${digits} hex digits; this has ${value.length}`;
}

function SignatureForm({ view, act }: { readonly view: VerifyView; readonly act: Act }) {
  const { prefill } = view;
  const [publicKey, setPublicKey] = useState(prefill?.publicKey ?? "");
  const [signature, setSignature] = useState(prefill?.signature ?? "");
  const [form, setForm] = useState<"text" | "digest">(prefill?.message.form ?? "text");
  const [message, setMessage] = useState(prefill?.message.value ?? "");
  const [asked, setAsked] = useState(false);
  const keyProblem = hexProblem(publicKey, 64);
  const signatureProblem = hexProblem(signature, 128);
  const messageProblem =
    form === "digest"
      ? hexProblem(hexOnly(message), 64)
      : message === ""
        ? "The exact text that was signed"
        : undefined;
  return (
    <form
      className="panel-body stack"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (keyProblem !== undefined || signatureProblem !== undefined || messageProblem !== undefined)
          return;
        const value = form === "digest" ? hexOnly(message) : message;
        act({ do: "verify", input: { kind: "signature", publicKey, signature, message: { form, value } } });
      }}
    >
      <Field
        label="Public key of the group"
        mono
        value={publicKey}
        onChange={(text) => setPublicKey(hexOnly(text))}
        error={asked ? keyProblem : undefined}
        placeholder="64 hex digits"
      />
      <Choices
        legend="What was signed"
        across
        value={form}
        onChange={setForm}
        choices={[
          { value: "text", label: "A text", note: "Hashed under the label for text messages" },
          { value: "digest", label: "A hash", note: "32 bytes, as they were signed" },
        ]}
      />
      <Field
        label={form === "text" ? "Text" : "Hash"}
        mono={form === "digest"}
        lines={form === "text" ? 3 : 2}
        value={message}
        onChange={setMessage}
        error={asked ? messageProblem : undefined}
        help={form === "text" ? "Every space and line break counts." : undefined}
      />
      <Field
        label="Signature"
        mono
        lines={3}
        value={signature}
        onChange={(text) => setSignature(hexOnly(text))}
        error={asked ? signatureProblem : undefined}
        placeholder="128 hex digits"
      />
      <div className="row">
        <Button submit look="main" size="big" busy={view.stage === "checking"}>
          Verify the signature
        </Button>
      </div>
    </form>
  );
}

function TranscriptForm({ view, act }: { readonly view: VerifyView; readonly act: Act }) {
  const read = (file: File): void => {
    void file.arrayBuffer().then((buffer) =>
      act({
        do: "verify",
        input: { kind: "transcript", fileName: file.name, bytes: new Uint8Array(buffer) },
      }),
    );
  };
  return (
    <div className="panel-body stack tight">
      <p className="text-ink-2">
        A transcript holds the signed public messages of a ceremony and no secret. This page checks every
        proof and every signature in it and computes key, code and address again.
      </p>
      <FilePicker label="Transcript file" onFile={read} file={undefined} />
      {view.stage === "checking" && <p role="status">Checking</p>}
    </div>
  );
}

const icons = { passed: CircleCheck, refused: CircleX, looking: LoaderCircle };
const tones = { passed: "go", refused: "stop", looking: "wait" } as const;

function Lines({ lines }: { readonly lines: readonly VerifyLine[] }) {
  return (
    <Panel title="Checked" flush>
      <ul>
        {lines.map((line) => {
          const Icon = icons[line.state];
          return (
            <li key={line.title} className={`check ${tones[line.state]}`}>
              <Icon className="icon" />
              <b>
                <span className="spoken">{line.state}: </span>
                {line.title}
              </b>
              <span className="evidence wrap-anywhere">{line.evidence}</span>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

function Summary({ view }: { readonly view: VerifyView }) {
  const { summary } = view;
  if (summary === undefined) return null;
  return (
    <Panel title={summary.groupName ?? (summary.what === "signature" ? "Signature" : "Transcript")}>
      <Facts
        rows={[
          ["Public key", <Hex key="k" value={summary.publicKey} size={8} />],
          ...(summary.threshold === undefined
            ? []
            : ([["Threshold", `${summary.threshold} of ${summary.total ?? ""}`]] as const)),
          ...(summary.people === undefined
            ? []
            : ([["Members", listed(summary.people.map(({ name }) => name))]] as const)),
          ...(summary.code === undefined
            ? []
            : ([["Code", <Hex key="c" value={summary.code} spoken />]] as const)),
          ...(summary.address === undefined
            ? []
            : ([["Address", <Address key="a" value={summary.address} />]] as const)),
          ...(summary.messageHash === undefined
            ? []
            : ([["Signed hash", <Hex key="m" value={summary.messageHash} size={8} />]] as const)),
        ]}
      />
    </Panel>
  );
}

/** Checks a signature or a transcript in this tab alone: it works offline and asks nobody. */
export function VerifyScreen({ view, act }: { readonly view: VerifyPageView; readonly act: Act }) {
  const { verify } = view;
  return (
    <Screen chrome={view.chrome} home>
      <div className="page middle">
        <Title
          place="verify"
          sub={<p>Everything is computed in this tab. It works offline and sends nothing.</p>}
        >
          Verify a signature or a key
        </Title>
        <div className="stack">
          <div role="status" className="stack">
            {verify.stage === "valid" && (
              <Note
                tone="go"
                title={
                  verify.summary?.what === "transcript" ? "The transcript is valid" : "The signature is valid"
                }
              >
                <p>
                  {verify.summary?.what === "transcript"
                    ? "Every member’s proof and signature fits, and they make this key."
                    : "The holder of this key signed exactly this. A threshold signature looks like any other: it does not show who took part."}
                </p>
              </Note>
            )}
            {verify.stage === "invalid" && (
              <Note
                tone="stop"
                title={
                  verify.summary?.what === "transcript"
                    ? "The transcript is not valid"
                    : "The signature is not valid"
                }
              >
                <p>
                  Key, message and signature do not belong together. One changed letter is enough for that.
                </p>
              </Note>
            )}
          </div>
          {verify.error !== undefined && <ErrorNote error={verify.error} act={act} />}
          {verify.summary !== undefined && <Summary view={verify} />}
          {verify.lines.length > 0 && <Lines lines={verify.lines} />}
          <Tabs
            key={verify.prefill?.signature ?? "empty"}
            label="What to verify"
            tabs={[
              { id: "signature", label: "Signature", content: <SignatureForm view={verify} act={act} /> },
              { id: "transcript", label: "Transcript", content: <TranscriptForm view={verify} act={act} /> },
            ]}
          />
        </div>
      </div>
    </Screen>
  );
}
