"use client";
import type { Act, ErrorView } from "../../lib/runtime/views/index.ts";
import { explain } from "../../lib/runtime/views/index.ts";
import { Button, LinkButton } from "./button.tsx";
import { CopyButton } from "./copy-button.tsx";
import { Note } from "./note.tsx";

/** The button an error's remedy asks for, if there is one to press. */
export function RemedyButton(props: {
  readonly error: ErrorView;
  readonly act: Act;
  readonly main?: boolean;
}) {
  const look = props.main === true ? "main" : "plain";
  const size = props.main === true ? "big" : "small";
  const shared = { look, size } as const;
  const { act } = props;
  switch (explain(props.error).remedy) {
    case "try-again":
      // An error that fills the screen has ended what the tab did: trying again is beginning again.
      return (
        <Button
          {...shared}
          onPress={() => (props.main === true ? location.reload() : act({ do: "try-again" }))}
        >
          Try again
        </Button>
      );
    case "reload":
      return (
        <Button {...shared} onPress={() => location.reload()}>
          Reload
        </Button>
      );
    case "take-over":
      return (
        <Button {...shared} onPress={() => act({ do: "take-over" })}>
          Take over here
        </Button>
      );
    case "new-group":
      return (
        <LinkButton {...shared} href="/coordinator">
          Start a new group
        </LinkButton>
      );
    case "restore":
      return (
        <LinkButton {...shared} href="/signer#/restore">
          Restore from backup
        </LinkButton>
      );
    case "home":
      return (
        <LinkButton {...shared} href="/">
          Go to the start page
        </LinkButton>
      );
    case "unlock":
    case "save-backup":
    case "none":
      return null;
  }
}

/** An error where it happened: what, who, what is safe, what next. The code comes last. */
export function ErrorNote(props: { readonly error: ErrorView; readonly act: Act }) {
  const copy = explain(props.error);
  return (
    <Note
      tone="stop"
      title={copy.what}
      actions={
        <>
          <RemedyButton error={props.error} act={props.act} />
          {props.error.report !== undefined && (
            <CopyButton text={props.error.report} size="small">
              Copy report
            </CopyButton>
          )}
        </>
      }
    >
      <p>{copy.who}</p>
      <p>
        {copy.safe} {copy.next}
      </p>
      <p className="mono text-xs">{props.error.code}</p>
    </Note>
  );
}
