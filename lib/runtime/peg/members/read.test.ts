import { describe, expect, test } from "vitest";
import { readMembers } from "./read.ts";

const stacks = "ST1TNW5XKBHTZPN9M345JC8M1GZR5F0DJGAYMD3R6";
const bitcoin = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

describe("a list of members", () => {
  test("is read as spreadsheets write it: byte order mark, heading, quotes, CRLF, other separators", () => {
    const text = `\uFEFFAddress,Name\r\n"${stacks}","Ann, the first"\r\n${bitcoin};Ben\r\n\r\n'${stacks}.vault\tCleo\r\n`;
    expect(readMembers(text, "devnet")).toEqual({ found: [stacks, bitcoin, `${stacks}.vault`], unread: [] });
    expect(readMembers(`${stacks}\r${bitcoin}\r`, "devnet").found).toEqual([stacks, bitcoin]);
  });

  test("names each once, whatever case a segwit address is written in", () => {
    const text = [bitcoin, bitcoin.toUpperCase(), ` ${bitcoin} `, stacks, stacks].join("\n");
    expect(readMembers(text, "devnet")).toEqual({ found: [bitcoin, stacks], unread: [] });
  });

  test("says which lines name nobody, and which somebody of another network", () => {
    const text = [
      stacks,
      "SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7",
      "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
      '=HYPERLINK("http://x")',
      "Ann",
      "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
    ].join("\n");
    expect(readMembers(text, "devnet")).toEqual({
      found: [stacks],
      unread: [
        { line: 2, text: "SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7", why: "other-network" },
        { line: 3, text: "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", why: "other-network" },
        { line: 4, text: '=HYPERLINK("http://x")', why: "no-address" },
        { line: 5, text: "Ann", why: "no-address" },
        { line: 6, text: "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", why: "other-network" },
      ],
    });
    expect(readMembers("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "mainnet").found).toHaveLength(1);
    expect(readMembers("tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", "signet").found).toHaveLength(1);
  });

  test("of ten thousand lines is read at once, and an endless line does no harm", () => {
    const lines = Array.from({ length: 10_000 }, (_, i) =>
      i % 2 === 0 ? stacks : `"${"x".repeat(50)}${i}"`,
    );
    const began = performance.now();
    const { found, unread } = readMembers(lines.join("\r\n"), "devnet");
    expect([found.length, unread.length]).toEqual([1, 5_000]);
    expect(readMembers(`"${"a".repeat(2_000_000)}`, "devnet").unread[0]?.text).toHaveLength(60);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
