"use client";
import { Equal, EqualNot, Volume2 } from "lucide-react";
import { memo, useEffect, useState } from "react";
import type { Act, CompareView } from "../../lib/runtime/views/index.ts";
import { listed } from "../../lib/runtime/views/index.ts";
import { Title } from "../frame/screen.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { clockMinutes, grouped, inWords, spelled } from "../ui/format.ts";
import { Gradually } from "../ui/gradually.tsx";
import { Needles } from "../ui/marks.tsx";

function ReadAloud({ view }: { readonly view: CompareView }) {
  const [can, setCan] = useState(false);
  useEffect(() => setCan("speechSynthesis" in window), []);
  if (!can) return null;
  const read = (): void => {
    const words = `${view.threshold} of ${view.total}. ${spelled(view.code.hex)}. ${view.code.words.join(", ")}.`;
    const speech = new SpeechSynthesisUtterance(words);
    speech.lang = "en";
    speech.rate = 0.8;
    speechSynthesis.cancel();
    speechSynthesis.speak(speech);
  };
  return (
    <Button look="quiet" icon={<Volume2 className="icon" />} onPress={read}>
      Read it aloud
    </Button>
  );
}

const Code = memo(function Code({ view }: { readonly view: CompareView }) {
  return (
    <div className="panel print">
      <div className="of">
        {view.threshold}-of-{view.total}
      </div>
      <div className="digits" role="img" aria-label={`Code: ${spelled(view.code.hex)}`}>
        {grouped(view.code.hex).map((group, at) => (
          <span key={at}>{group}</span>
        ))}
      </div>
      <ol className="words">
        {view.code.words.map((word, at) => (
          <li key={at}>
            <small>word {at + 1}</small>
            {word}
          </li>
        ))}
      </ol>
    </div>
  );
});

function progress(view: CompareView): string {
  const done = view.answers.filter(({ answer }) => answer === "matches");
  const waiting = view.answers.filter(({ answer }) => answer === "none");
  const said = done.map(
    ({ name, you, at }) => `${you ? "You" : name}${at === undefined ? "" : ` ${clockMinutes(at)}`}`,
  );
  const rest = waiting
    .toSorted((a, b) => Number(b.you) - Number(a.you))
    .map(({ name, you }) => (you ? "you" : name));
  return `${said.length > 0 ? `${said.join(", ")}. ` : ""}${rest.length > 0 ? `Waiting for ${listed(rest)}.` : ""}`;
}

/**
 * The one comparison nobody can skip. Both answers have the same size, edge and weight, neither is the default, and
 * nothing on this screen leads past it.
 */
export function CompareScreen({ view, act }: { readonly view: CompareView; readonly act: Act }) {
  const others = view.answers.filter(({ you }) => !you).map(({ name }) => name);
  const yours = view.answers.find(({ you }) => you);
  const open = view.canAnswer && yours?.answer === "none";
  return (
    <div className="page narrow">
      <Title
        place="compare"
        sub={
          <p className="text-lg">
            Read it to each other on a call or in one room. It must be the same on all {inWords(view.total)}{" "}
            screens: that proves nobody swapped a key on the way and everyone holds a share of the same one.
          </p>
        }
      >
        {`Compare this code with ${listed(others)}`}
      </Title>
      <div className="stack">
        <Gradually first={2}>
          {view.error !== undefined && <ErrorNote error={view.error} act={act} />}
          <Code view={view} />
          {open && (
            <div className="twin" role="group" aria-label="Is the code the same on every screen?">
              <Button
                icon={<Equal className="icon large" />}
                busy={view.sending}
                onPress={() => act({ do: "answer-compare", answer: "matches" })}
              >
                Matches
              </Button>
              <Button
                icon={<EqualNot className="icon large" />}
                busy={view.sending}
                onPress={() => act({ do: "answer-compare", answer: "differs" })}
              >
                Does not match
              </Button>
            </div>
          )}
          <div className="row spread">
            <span className="quorum" role="status">
              <Needles of={view.confirmed} height={28} />
              <span>
                <b className="block">
                  {view.confirmed.have} of {view.confirmed.total} confirmed
                </b>
                <span className="text-ink-2">{progress(view)}</span>
              </span>
            </span>
            <ReadAloud view={view} />
          </div>
          <p className="help">
            {view.canAnswer
              ? "There is no way to skip this. "
              : "This tab holds no share, so it watches; only the signers answer. There is no way to skip this. "}
            If one person chooses <b>Does not match</b>, the group stops for everyone and this key is never
            used. No address has been shown yet, so no funds can be at risk.
          </p>
        </Gradually>
      </div>
    </div>
  );
}
