"use client";
import { CopyButton } from "./copy-button.tsx";
import { shortened } from "./format.ts";
import { Address } from "./marks.tsx";

/** An address to read and to take along. In tables it stands shortened; the button gives the whole. */
export function Copyable(props: { readonly value: string; readonly what: string; readonly short?: boolean }) {
  const { value, what, short } = props;
  return (
    <span className="copyable">
      {short === true ? (
        <span className="mono" title={value}>
          {shortened(value)}
        </span>
      ) : (
        <Address value={value} />
      )}
      <CopyButton text={value} look="quiet" size="tiny" label={`Copy ${what} ${value}`} />
    </span>
  );
}
