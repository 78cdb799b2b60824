"use client";
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "./button.tsx";

type Stage = "idle" | "copied" | "refused";

/** Copies public text. The result is said in words on the button and to a screen reader. */
export function CopyButton(props: {
  readonly text: string;
  readonly children?: string;
  readonly look?: "plain" | "quiet";
  /** A tiny one is its icon alone, beside what it copies. */
  readonly size?: "normal" | "small" | "big" | "tiny";
  readonly label?: string;
}) {
  const [stage, setStage] = useState<Stage>("idle");
  useEffect(() => {
    if (stage === "idle") return;
    const timer = setTimeout(() => setStage("idle"), 3000);
    return () => clearTimeout(timer);
  }, [stage]);
  const copy = (): void => {
    navigator.clipboard.writeText(props.text).then(
      () => setStage("copied"),
      () => setStage("refused"),
    );
  };
  const words = { idle: props.children ?? "Copy", copied: "Copied", refused: "Select and copy" }[stage];
  return (
    <>
      <Button
        look={props.look}
        size={props.size}
        label={stage === "idle" ? props.label : undefined}
        icon={stage === "copied" ? <Check className="icon" /> : <Copy className="icon" />}
        onPress={copy}
      >
        {props.size === "tiny" ? <span className="spoken">{words}</span> : words}
      </Button>
      <span className="spoken" role="status">
        {stage === "idle"
          ? ""
          : stage === "copied"
            ? "Copied"
            : "The browser refused; select the text and copy it"}
      </span>
    </>
  );
}
