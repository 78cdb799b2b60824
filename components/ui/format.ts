const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const minutes = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const long = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

/** "12:03:07" */
export const clockTime = (ms: number): string => time.format(ms);

/** "12:03" */
export const clockMinutes = (ms: number): string => minutes.format(ms);

/** "3 Nov" */
export const dayOf = (ms: number): string => date.format(ms);

/** "3 Nov 2026, 12:03" */
export const dateTime = (ms: number): string => long.format(ms);

/** "12:03:07.102" */
export function exactTime(ms: number): string {
  return `${time.format(ms)}.${String(Math.floor(ms) % 1000).padStart(3, "0")}`;
}

/** "0.4 s", "14 s", "2 min 5 s", "3 h 12 min", "2 days 4 h": two units at most, never negative. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 1) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const whole = Math.floor(seconds);
  if (whole < 3600) return two(Math.floor(whole / 60), "min", whole % 60, "s");
  if (whole < 86_400) return two(Math.floor(whole / 3600), "h", Math.floor((whole % 3600) / 60), "min");
  const days = Math.floor(whole / 86_400);
  return two(days, days === 1 ? "day" : "days", Math.floor((whole % 86_400) / 3600), "h");
}

const two = (big: number, bigUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;

/** Splits into groups of `size`; the last may be shorter. */
export function grouped(text: string, size = 4): string[] {
  const groups: string[] = [];
  for (let at = 0; at < text.length; at += size) groups.push(text.slice(at, at + size));
  return groups;
}

/** Characters one by one, groups apart: "a b 1 2, c d 3 4". */
export const spelled = (text: string): string =>
  grouped(text)
    .map((group) => Array.from(group).join(" "))
    .join(", ");

const small = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/** Numbers up to ten as words, for prose. */
export const inWords = (n: number): string => small[n] ?? String(n);

/** An amount in sats as BTC without the zeros at its end, for buttons: "0.025". */
export const shortBtc = (sats: bigint): string =>
  amountGroups(sats, "BTC")
    .join("")
    .replace(/\.?0+$/, "");

/** Groups of digits for an amount in sats: BTC with eight decimals as 1.234 567 89, sats in thousands. */
export function amountGroups(sats: bigint, unit: "BTC" | "sBTC" | "sats"): string[] {
  const sign = sats < 0n ? "−" : "";
  const digits = (sats < 0n ? -sats : sats).toString();
  if (unit === "sats") return thousands(sign, digits);
  const padded = digits.padStart(9, "0");
  const whole = padded.slice(0, -8);
  const rest = padded.slice(-8);
  return [
    ...thousands(sign, whole).slice(0, -1),
    `${thousands(sign, whole).at(-1) ?? "0"}.${rest.slice(0, 3)}`,
    rest.slice(3, 6),
    rest.slice(6),
  ];
}

function thousands(sign: string, digits: string): string[] {
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= 3) groups.unshift(digits.slice(Math.max(0, end - 3), end));
  groups[0] = `${sign}${groups[0] ?? "0"}`;
  return groups;
}

/** "1.4 KB", "12 MB" */
export function byteSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1e6) return `${(bytes / 1000).toFixed(1)} KB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

/** "68 %" */
export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** Middle left out: "bcrt1pm5…n23y". For places where the whole is one click away. */
export const shortened = (text: string, head = 9, tail = 4): string =>
  text.length <= head + tail + 1 ? text : `${text.slice(0, head)}…${text.slice(-tail)}`;
