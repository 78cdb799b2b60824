"use client";
import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";

/** One passphrase field with a switch to see it. Pasting is allowed, and nothing is asked twice where a manager helps. */
export function Passphrase(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly fresh: boolean;
  readonly error?: string | undefined;
  readonly help?: string;
}) {
  const [shown, setShown] = useState(false);
  return (
    <Field
      label={props.label}
      value={props.value}
      onChange={props.onChange}
      secret={!shown}
      big
      autoComplete={props.fresh ? "new-password" : "current-password"}
      error={props.error}
      {...(props.help === undefined ? {} : { help: props.help })}
      after={
        <Button
          className="min-h-[52px]"
          label={shown ? "Hide the passphrase" : "Show the passphrase"}
          onPress={() => setShown(!shown)}
        >
          {shown ? "Hide" : "Show"}
        </Button>
      }
    />
  );
}

/** What is wrong with a new passphrase, in words with numbers. */
export function passphraseProblem(passphrase: string, minLength: number): string | undefined {
  const missing = minLength - Array.from(passphrase).length;
  return missing > 0
    ? `${missing} more ${missing === 1 ? "character" : "characters"}, at least ${minLength} in all`
    : undefined;
}
