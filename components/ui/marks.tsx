import { clsx } from "clsx";
import { memo } from "react";
import type { Quorum, Sentence, SentencePart } from "../../lib/runtime/views/index.ts";
import { amountGroups, grouped, spelled } from "./format.ts";

/** Hex in groups of four. Groups are spacing, so a copy gives the bare string. */
export function Hex(props: {
  readonly value: string;
  readonly size?: number;
  readonly alternate?: boolean;
  readonly spoken?: boolean;
}) {
  const groups = grouped(props.value, props.size);
  return (
    <span
      className={clsx("hex", props.alternate === true && "alternate")}
      {...(props.spoken === true ? { role: "img", "aria-label": spelled(props.value) } : {})}
    >
      {groups.map((group, at) => (
        <span key={at}>{group}</span>
      ))}
    </span>
  );
}

/** An address in alternating groups, so that two can be compared by eye. */
export function Address(props: { readonly value: string }) {
  return <Hex value={props.value} alternate />;
}

export function Amount(props: { readonly sats: bigint; readonly unit: "BTC" | "sBTC" | "sats" }) {
  return (
    <span className="amount">
      {amountGroups(props.sats, props.unit).map((group, at) => (
        <span key={at}>{group}</span>
      ))}
      <span className="unit">{props.unit}</span>
    </span>
  );
}

function Part({ part }: { readonly part: SentencePart }) {
  switch (part.kind) {
    case "text":
      return part.text;
    case "strong":
      return <b>{part.text}</b>;
    case "quote":
      return <q className="wrap-anywhere">{part.text}</q>;
    case "hex":
      return <Hex value={part.hex} />;
    case "address":
      return <Address value={part.address} />;
    case "amount":
      return <Amount sats={part.sats} unit={part.unit} />;
  }
}

export function Words(props: { readonly of: Sentence }) {
  return props.of.map((part, at) => <Part key={at} part={part} />);
}

/** The same sentence as plain text, for titles and labels. */
export function plain(sentence: Sentence): string {
  return sentence
    .map((part) => {
      switch (part.kind) {
        case "text":
        case "strong":
          return part.text;
        case "quote":
          return `“${part.text}”`;
        case "hex":
          return part.hex;
        case "address":
          return part.address;
        case "amount":
          return `${amountGroups(part.sats, part.unit).join("\u202f")} ${part.unit}`;
      }
    })
    .join("");
}

const needle = (x: number, height: number, inset: number): string => {
  const l = x + inset;
  const r = x + 8 - inset;
  const top = inset;
  const bottom = height - inset;
  return `${l},4 ${x + 4},${top} ${r},4 ${r},${height - 4} ${x + 4},${bottom} ${l},${height - 4}`;
};

/**
 * Our mark for t of n: joined and filled is there, outlined is not yet, the bracket spans what is needed, dashed is
 * proven bad. Above nine it is a meter with a notch. Always beside words that say the same.
 */
export const Needles = memo(function Needles(props: {
  readonly of: Quorum;
  readonly height?: number;
  readonly label?: string;
}) {
  const { have, needed, total, invalid = 0 } = props.of;
  const wanted = props.height ?? 28;
  const height = Math.max(28, wanted);
  const aria =
    props.label === undefined ? { "aria-hidden": true as const } : { role: "img", "aria-label": props.label };
  if (total > 9) {
    const width = 120;
    const at = (n: number): number => (Math.min(n, total) / total) * width;
    return (
      <svg className="needles" width={width} height={20} viewBox={`0 0 ${width} 20`} {...aria}>
        <rect className="track" x={0.5} y={4.5} width={width - 1} height={9} />
        <rect className="on" x={0} y={4} width={at(have)} height={10} />
        <path className="bracket" d={`M${at(needed)} 0v18`} />
      </svg>
    );
  }
  const x = (i: number): number => i * 14;
  const width = x(total - 1) + 8;
  const bar = height * 0.42;
  return (
    <svg
      className="needles"
      width={width}
      height={height + 8}
      viewBox={`0 0 ${width} ${height + 8}`}
      {...aria}
    >
      {Array.from({ length: Math.max(0, Math.min(have, total) - 1) }, (_, i) => (
        <rect
          key={`b${i}`}
          className="on"
          x={x(i) + 7}
          y={bar}
          width={8}
          height={Math.max(4, height * 0.17)}
        />
      ))}
      {Array.from({ length: total }, (_, i) => {
        const kind = i < have ? "on" : i >= total - invalid ? "bad" : "off";
        return <polygon key={i} className={kind} points={needle(x(i), height, kind === "on" ? 0 : 0.75)} />;
      })}
      <path className="bracket" d={`M.75 ${height + 3}v3.5H${x(Math.max(1, needed) - 1) + 7.25}v-3.5`} />
    </svg>
  );
});
