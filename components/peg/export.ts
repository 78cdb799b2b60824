/** One row of a table as a file has it: amounts in satoshi, times in ISO 8601, durations in milliseconds. */
export type Row = Readonly<Record<string, string | number | bigint>>;

const cell = (value: string | number | bigint): string => {
  const text = String(value);
  // A spreadsheet runs what starts like a formula; a quote before it keeps it text.
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** Rows as CSV (RFC 4180), with a heading. */
export function asCsv(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => columns.map((column) => cell(row[column] ?? "")).join(","));
  return [columns.map(cell).join(","), ...lines, ""].join("\r\n");
}

/** Rows as JSON. Amounts are decimal texts, since a number in JSON need not hold them exactly. */
export const asJson = (rows: readonly Row[]): string =>
  JSON.stringify(rows, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value), 2);
