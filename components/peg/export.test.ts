import { expect, test } from "vitest";
import { asCsv, asJson } from "./export.ts";

test("a table leaves as CSV with a heading, quoted where it must be", () => {
  const rows = [
    { name: 'Bob "B", signer', sats: 2_100_000_000_000_000n, ms: 12 },
    { name: "=1+1", sats: 0n, ms: -3 },
  ];
  expect(asCsv(rows)).toBe('name,sats,ms\r\n"Bob ""B"", signer",2100000000000000,12\r\n\'=1+1,0,-3\r\n');
});

test("amounts in JSON stay exact", () => {
  expect(JSON.parse(asJson([{ sats: 2_100_000_000_000_001n }]))).toEqual([{ sats: "2100000000000001" }]);
});
