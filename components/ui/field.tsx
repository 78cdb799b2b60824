"use client";
import { clsx } from "clsx";
import { CircleAlert } from "lucide-react";
import { useId, type HTMLInputAutoCompleteAttribute, type ReactNode } from "react";

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly help?: ReactNode;
  /** What is wrong and the nearest right value. */
  readonly error?: string | undefined;
  readonly hideLabel?: boolean;
  readonly placeholder?: string;
  readonly mono?: boolean;
  readonly big?: boolean;
  readonly maxLength?: number;
  readonly secret?: boolean;
  readonly autoComplete?: HTMLInputAutoCompleteAttribute;
  readonly lines?: number;
  readonly after?: ReactNode;
}

export function Field(props: FieldProps) {
  const id = useId();
  const { error, help, lines } = props;
  const shared = {
    id,
    className: clsx("input", props.mono === true && "mono", props.big === true && "big"),
    value: props.value,
    placeholder: props.placeholder,
    maxLength: props.maxLength,
    spellCheck: props.mono === true || props.secret === true ? false : undefined,
    "aria-invalid": error === undefined ? undefined : (true as const),
    "aria-describedby": clsx(error !== undefined && `${id}e`, help !== undefined && `${id}h`) || undefined,
  };
  const input =
    lines === undefined ? (
      <input
        {...shared}
        type={props.secret === true ? "password" : "text"}
        autoComplete={props.autoComplete ?? "off"}
        onChange={(event) => props.onChange(event.target.value)}
      />
    ) : (
      <textarea {...shared} rows={lines} onChange={(event) => props.onChange(event.target.value)} />
    );
  return (
    <div className="field">
      <label htmlFor={id} className={props.hideLabel === true ? "spoken" : undefined}>
        {props.label}
      </label>
      {props.after === undefined ? (
        input
      ) : (
        <div className="beside">
          {input}
          {props.after}
        </div>
      )}
      {error !== undefined && (
        <p className="wrong" id={`${id}e`} role="alert">
          <CircleAlert className="icon" />
          <span>{error}</span>
        </p>
      )}
      {help !== undefined && (
        <div className="help" id={`${id}h`}>
          {help}
        </div>
      )}
    </div>
  );
}

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly note?: string;
  /** Why it cannot be chosen; the note says it. */
  readonly off?: boolean;
}

/** One of a few, as radio buttons with a sentence each. */
export function Choices<T extends string>(props: {
  readonly legend: string;
  readonly choices: readonly Choice<T>[];
  readonly value: T | undefined;
  readonly onChange: (value: T) => void;
  readonly across?: boolean;
}) {
  const name = useId();
  return (
    <fieldset className="min-w-0">
      <legend className="label-text mb-1.5">{props.legend}</legend>
      <div className={clsx("options", props.across === true && "across")}>
        {props.choices.map((choice) => (
          <label key={choice.value} className={clsx("option", choice.off === true && "off")}>
            <input
              type="radio"
              name={name}
              value={choice.value}
              checked={props.value === choice.value}
              disabled={choice.off === true}
              onChange={() => props.onChange(choice.value)}
            />
            <b>{choice.label}</b>
            {choice.note !== undefined && <small>{choice.note}</small>}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
