import { clsx } from "clsx";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

export type Tone = "go" | "sun" | "stop" | "act" | "wait";

/** Icon and word; colour only repeats what they say. */
export function State(props: {
  readonly tone: Tone;
  readonly icon: LucideIcon;
  readonly filled?: boolean;
  readonly children: ReactNode;
}) {
  const Icon = props.icon;
  return (
    <span className={clsx("state", props.tone, props.filled === true && "filled")}>
      <Icon className="icon" />
      <span>{props.children}</span>
    </span>
  );
}
