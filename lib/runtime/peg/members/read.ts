import type { Network } from "../../views/common.ts";

/** A line that names nobody, and why. */
export interface UnreadLine {
  /** From 1. */
  readonly line: number;
  /** Its first cell, shortened. */
  readonly text: string;
  readonly why: "no-address" | "other-network";
}

/** Who a text names. */
export interface ReadMembers {
  /** Stacks principals and Bitcoin addresses, each once, in their order. Checksums are for whoever writes them down. */
  readonly found: readonly string[];
  readonly unread: readonly UnreadLine[];
}

const principal = /^S[0-9A-HJKMNP-TV-Z]{27,40}(\.[a-zA-Z][\w-]{0,39})?$/;
const segwit = /^(bc|tb|bcrt)1[02-9ac-hj-np-z]{8,87}$/;
const base58 = /^[123mn][1-9A-HJ-NP-Za-km-z]{25,34}$/;

/** Whether something in the form of an address is one of a network; null where it has no such form. */
function belongs(text: string, network: Network): boolean | null {
  const isMain = network === "mainnet";
  if (principal.test(text)) return /^S[PM]/.test(text) === isMain && /^S[PMTN]/.test(text);
  const isLocal = network === "devnet" || network === "regtest";
  const prefix = isMain ? "bc" : isLocal ? "bcrt" : "tb";
  const lower = text.toLowerCase();
  const isOneCase = lower === text || text.toUpperCase() === text;
  if (isOneCase && segwit.test(lower)) return lower.startsWith(`${prefix}1`);
  return base58.test(text) ? /^[13]/.test(text) === isMain : null;
}

/** The first cell of a line of CSV (RFC 4180), also between semicolons or tabs, as spreadsheets write them. */
function firstCell(line: string): string {
  const quoted = /^\s*"((?:[^"]|"")*)"/.exec(line)?.[1];
  const cell = quoted?.replaceAll('""', '"') ?? line.split(/[,;\t]/)[0] ?? "";
  // a quote that keeps a spreadsheet from running a cell is no part of what it says
  return cell.trim().replace(/^'/, "").trim();
}

/**
 * Reads who is meant from a text: one per line, or the first column of a CSV file. Empty lines and a heading on top are
 * skipped; whatever else is no address of the network is named with its line, so that nobody is left out unseen.
 */
export function readMembers(text: string, network: Network): ReadMembers {
  const found = new Set<string>();
  const unread: UnreadLine[] = [];
  let first = true;
  text.split(/\r\n|\n|\r/).forEach((line, i) => {
    const cell = firstCell(line);
    if (cell === "") return;
    const isHeading = first && /^[\p{L} _-]{1,40}$/u.test(cell) && belongs(cell, network) === null;
    first = false;
    if (isHeading) return;
    const isOurs = belongs(cell, network);
    const lower = cell.toLowerCase();
    if (isOurs === true) found.add(segwit.test(lower) ? lower : cell);
    else
      unread.push({
        line: i + 1,
        text: cell.length > 60 ? `${cell.slice(0, 59)}…` : cell,
        why: isOurs === null ? "no-address" : "other-network",
      });
  });
  return { found: [...found], unread };
}
