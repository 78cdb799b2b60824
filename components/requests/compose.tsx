"use client";
import { Plus, X } from "lucide-react";
import { useEffect, useState } from "react";
import type { Act, ComposeView } from "../../lib/runtime/views/index.ts";
import { Title } from "../frame/screen.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { Choices, Field } from "../ui/field.tsx";
import { Needles } from "../ui/marks.tsx";
import { Panel } from "../ui/panel.tsx";

const bytes = (text: string): number => new TextEncoder().encode(text).length;

function problem(text: string, view: ComposeView): string | undefined {
  if (text.trim() === "") return "Write what the group should sign";
  const size = bytes(text);
  return size > view.maxBytes
    ? `${size} bytes, at most ${view.maxBytes}. Shorten it by ${size - view.maxBytes}`
    : undefined;
}

/** Proposes one text or several for the group to sign. */
export function Compose(props: {
  readonly view: ComposeView;
  /** Requests that this tab asked for and that are still open. */
  readonly mine: readonly string[];
  readonly act: Act;
}) {
  const { view, mine, act } = props;
  const [texts, setTexts] = useState<readonly string[]>([""]);
  const [minutes, setMinutes] = useState(String(view.expiries[0]?.minutes ?? 60));
  const [asked, setAsked] = useState(false);
  const [before, setBefore] = useState<readonly string[]>();
  const made = before === undefined ? undefined : mine.find((id) => !before.includes(id));
  // What was asked for is the next thing to look at; left here, one would ask a second time.
  useEffect(() => {
    if (made !== undefined) location.hash = `#/requests/${made}`;
  }, [made]);
  return (
    <form
      className="page narrow"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (view.busy || texts.some((text) => problem(text, view) !== undefined)) return;
        setBefore(mine);
        act({ do: "propose-text", messages: texts, minutes: Number(minutes) });
      }}
    >
      <Title
        place="compose"
        sub={
          <p>
            The signature says that {view.groupName} stands behind these words. It is made under the label{" "}
            <span className="mono">{view.tag}</span>, so it can never be a payment.
          </p>
        }
      >
        Ask the group to sign a message
      </Title>
      <div className="stack">
        {view.error !== undefined && <ErrorNote error={view.error} act={act} />}
        <Panel>
          <ol className="stack">
            {texts.map((text, at) => (
              <li key={at} className="grid grid-cols-[minmax(0,1fr)_auto] gap-2">
                <Field
                  label={texts.length === 1 ? "Message" : `Message ${at + 1}`}
                  lines={3}
                  value={text}
                  onChange={(value) => setTexts(texts.with(at, value))}
                  error={asked ? problem(text, view) : undefined}
                  help={`${bytes(text)} of ${view.maxBytes} bytes`}
                />
                {texts.length > 1 && (
                  <span className="pt-7">
                    <Button
                      look="quiet"
                      className="square"
                      label={`Remove message ${at + 1}`}
                      onPress={() => setTexts(texts.toSpliced(at, 1))}
                    >
                      <X className="icon" />
                    </Button>
                  </span>
                )}
              </li>
            ))}
          </ol>
          {texts.length < view.maxMessages && (
            <p className="mt-3">
              <Button
                look="quiet"
                className="-ml-4"
                icon={<Plus className="icon" />}
                onPress={() => setTexts([...texts, ""])}
              >
                Add a message to the same request
              </Button>
            </p>
          )}
        </Panel>
        <Panel>
          <Choices
            legend="How long may people take to answer?"
            across
            value={minutes}
            onChange={setMinutes}
            choices={view.expiries.map(({ minutes: value, label }) => ({ value: String(value), label }))}
          />
        </Panel>
        <div className="row spread">
          <Button submit look="main" size="big" busy={view.busy} busyText="Sending the request">
            {texts.length === 1 ? "Ask for the signature" : `Ask for ${texts.length} signatures`}
          </Button>
          <span className="quorum">
            <Needles of={view.online} height={24} />
            <span className="text-ink-2 text-sm">
              {view.online.have} online now, {view.online.needed} needed. Others answer when they open their
              tab.
            </span>
          </span>
        </div>
      </div>
    </form>
  );
}
