"use client";
import { clsx } from "clsx";
import { Info, LoaderCircle } from "lucide-react";
import { useId, type ReactNode } from "react";

interface Look {
  readonly look?: "plain" | "main" | "quiet" | "harm" | undefined;
  readonly size?: "normal" | "small" | "big" | "tiny" | undefined;
  readonly wide?: boolean | undefined;
  readonly className?: string | undefined;
}

const classes = ({ look = "plain", size = "normal", wide, className }: Look): string =>
  clsx("button", look !== "plain" && look, size !== "normal" && size, wide && "wide", className);

interface ButtonProps extends Look {
  readonly onPress?: (() => void) | undefined;
  readonly submit?: boolean | undefined;
  readonly icon?: ReactNode;
  readonly label?: string | undefined;
  readonly busy?: boolean | undefined;
  /** Says what is going on while busy; announced. */
  readonly busyText?: string | undefined;
  /** Why it cannot be pressed now. Present means disabled; the sentence is drawn below the button. */
  readonly why?: ReactNode;
  readonly children: ReactNode;
}

/** A button stays focusable while disabled or busy, so that its reason can be read. */
export function Button(props: ButtonProps) {
  const id = useId();
  const { onPress, submit, icon, label, busy, busyText, why, children } = props;
  const disabled = why !== undefined && why !== null;
  const button = (
    <button
      type={submit === true ? "submit" : "button"}
      className={classes(props)}
      aria-label={label}
      aria-disabled={disabled || undefined}
      aria-busy={busy === true || undefined}
      aria-describedby={disabled ? id : undefined}
      onClick={(event) => {
        if (disabled || busy === true) event.preventDefault();
        else onPress?.();
      }}
    >
      {busy === true ? <LoaderCircle className="icon busy" /> : icon}
      <span className="label">{children}</span>
    </button>
  );
  if (!disabled && busyText === undefined) return button;
  return (
    <div className="stack tight">
      {button}
      {disabled && (
        <p className="why" id={id}>
          <Info className="icon" />
          <span>{why}</span>
        </p>
      )}
      {busyText !== undefined && (
        // Out of the flow while it says nothing: an empty line would lift the button over its neighbours.
        <p className={busy === true ? "help" : "spoken"} role="status">
          {busy === true ? busyText : ""}
        </p>
      )}
    </div>
  );
}

interface LinkButtonProps extends Look {
  readonly href: string;
  readonly newTab?: boolean | undefined;
  readonly icon?: ReactNode;
  readonly children: ReactNode;
}

export function LinkButton(props: LinkButtonProps) {
  return (
    <a
      href={props.href}
      className={classes(props)}
      {...(props.newTab === true ? { target: "_blank", rel: "noopener" } : {})}
    >
      {props.icon}
      <span className="label">{props.children}</span>
    </a>
  );
}
