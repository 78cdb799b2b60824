import { clsx } from "clsx";
import { CircleCheck, CircleX, Hand, Info } from "lucide-react";
import type { ReactNode } from "react";

const icons = { info: Info, sun: Hand, stop: CircleX, go: CircleCheck };

/** A message that stays until its cause is gone. Errors and things that need a person are announced. */
export function Note(props: {
  readonly tone: "info" | "sun" | "stop" | "go";
  readonly title: ReactNode;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}) {
  const Icon = icons[props.tone];
  return (
    <div
      className={clsx("note", props.tone !== "info" && props.tone)}
      role={props.tone === "stop" ? "alert" : undefined}
    >
      <Icon className="icon" />
      <div>
        <b>{props.title}</b>
        {props.children !== undefined && <div className="[&>p]:mt-1">{props.children}</div>}
        {props.actions !== undefined && <div className="row">{props.actions}</div>}
      </div>
    </div>
  );
}
