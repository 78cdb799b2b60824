import { schnorr } from "@noble/curves/secp256k1.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { textMessage } from "../../rounds/operation/text.ts";
import { Table } from "./testing/people.ts";
import { transcriptFile, verify } from "./verify.ts";
import { readVerifyFragment, verifyHref } from "./verify-link.ts";

const secret = hexToBytes("07".repeat(32));
const publicKey = bytesToHex(schnorr.getPublicKey(secret));
const signed = (text: string) => bytesToHex(schnorr.sign(textMessage(text), secret, new Uint8Array(32)));
const signature = signed("hello");
const input = (change: object = {}) =>
  ({
    kind: "signature",
    publicKey,
    signature,
    message: { form: "text", value: "hello" },
    ...change,
  }) as const;

describe("a signature", () => {
  test("of a text is valid for exactly that text and key", () => {
    expect(verify(input())).toMatchObject({ stage: "valid", summary: { what: "signature", publicKey } });
    expect(verify(input({ message: { form: "text", value: "hello " } })).stage).toBe("invalid");
    const other = bytesToHex(schnorr.getPublicKey(hexToBytes("08".repeat(32))));
    expect(verify(input({ publicKey: other })).stage).toBe("invalid");
  });

  test("of a hash is valid for the hash of the text", () => {
    const value = bytesToHex(textMessage("hello"));
    expect(verify(input({ message: { form: "digest", value } }))).toMatchObject({ stage: "valid" });
  });

  test.each([
    [{ publicKey: "" }, "verify-key"],
    [{ publicKey: "ff".repeat(32) }, "verify-key"],
    [{ publicKey: publicKey.toUpperCase().replace(/[0-9]/g, "A") }, "verify-key"],
    [{ signature: signature.slice(2) }, "verify-signature"],
    [{ signature: `${signature.slice(2)}zz` }, "verify-signature"],
    [{ message: { form: "text", value: "" } }, "verify-message"],
    [{ message: { form: "text", value: "\uD800" } }, "verify-message"],
    [{ message: { form: "text", value: "x".repeat(8_193) } }, "verify-message"],
    [{ message: { form: "digest", value: "00" } }, "verify-message"],
  ])("that is malformed (%o) has a code and no verdict", (change, code) => {
    expect(verify(input(change))).toMatchObject({ stage: "idle", error: { code } });
  });

  test("with any 64 bytes is invalid, and never an exception", () => {
    const bytes = fc.uint8Array({ minLength: 64, maxLength: 64 });
    fc.assert(
      fc.property(bytes, (other) => {
        expect(verify(input({ signature: bytesToHex(other) })).stage).toBe("invalid");
      }),
      { numRuns: 20 },
    );
  });
});

describe("a link to the verify page", () => {
  test("carries everything in its fragment, and comes back as it was", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 60, unit: "grapheme" }), (value) => {
        const href = verifyHref({ publicKey, signature, message: { form: "text", value } });
        expect(href.startsWith("/verify#")).toBe(true);
        expect(readVerifyFragment(href.slice("/verify".length))).toEqual(
          input({ message: { form: "text", value } }),
        );
      }),
    );
  });

  test("that is cut or made up is no link", () => {
    const [, fragment = ""] = verifyHref(input()).split("#");
    expect(readVerifyFragment(fragment)).not.toBeNull();
    for (let length = 0; length < fragment.length; length += 7)
      expect(readVerifyFragment(fragment.slice(0, length))?.signature).not.toBe(`${signature}x`);
    expect(readVerifyFragment(fragment.replace(publicKey, publicKey.slice(2)))).toBeNull();
    expect(readVerifyFragment(`${fragment}&digest=${"00".repeat(32)}`)).toBeNull();
    expect(readVerifyFragment("join=abc")).toBeNull();
    expect(readVerifyFragment("x".repeat(50_000))).toBeNull();
  });
});

describe("a transcript", () => {
  let text = "";
  let at: Table;
  beforeAll(() => {
    at = new Table(2, ["Ana", "Ben", "Cai"]).ready();
    text = transcriptFile(at.signer("Ana"))?.text ?? "";
  });
  const check = (file: string) =>
    verify({ kind: "transcript", fileName: "t.json", bytes: utf8ToBytes(file) });
  const changed = (change: (file: Record<string, unknown>) => void) => {
    const file = JSON.parse(text) as Record<string, unknown>;
    change(file);
    return check(JSON.stringify(file));
  };
  const titles = (lines: readonly { title: string; state: string }[]) =>
    lines.filter(({ state }) => state === "refused").map(({ title }) => title);

  test("of a ceremony is valid, and gives the same key, code and people in every tab", () => {
    const view = check(text);
    expect(titles(view.lines)).toEqual([]);
    expect(view.lines).toHaveLength(5);
    expect(view).toMatchObject({
      stage: "valid",
      summary: {
        groupName: "Test",
        threshold: 2,
        total: 3,
        people: [{ name: "Ana" }, { name: "Ben" }, { name: "Cai" }],
      },
    });
    expect(view.summary?.address).toMatch(/^bcrt1p/);
    const other = transcriptFile(at.coordinator);
    expect(check(other?.text ?? "").summary).toEqual(view.summary);
    expect(other?.name).toMatch(/^hoarfrost-test-[0-9a-f]{8}\.transcript\.json$/);
  });

  test("holds nothing that opens the group's messages", () => {
    const { sealed } = at.signer("Ana").group;
    expect(text).not.toContain(bytesToHex(sealed.broadcastKey));
  });

  test("with another member's signature, another proof or another reveal is not valid, and shows no address", () => {
    const flip = (hex: unknown, at: number): string => {
      const bytes = hexToBytes(String(hex));
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      return bytesToHex(bytes);
    };
    const last = (hex: unknown) => String(hex).length / 2 - 1;
    const reveal = changed(
      (file) => (file["certificate"] = flip(file["certificate"], last(file["certificate"]))),
    );
    expect(titles(reveal.lines)).toEqual(["Certificate", "Numbers behind the code"]);
    const shares = changed((file) => {
      const [first, ...rest] = file["publicShares"] as string[];
      file["publicShares"] = [flip(first, last(first)), ...rest];
    });
    expect(titles(shares.lines)).toContain("What everybody dealt");
    for (const view of [reveal, shares]) {
      expect(view.stage).toBe("invalid");
      expect(view.summary?.address).toBeUndefined();
    }
    const swapped = changed(
      (file) => (file["publicShares"] = (file["publicShares"] as string[]).toReversed()),
    );
    expect(swapped.stage).toBe("invalid");
    const fewer = changed((file) => (file["publicShares"] = (file["publicShares"] as string[]).slice(1)));
    expect(fewer.stage).toBe("invalid");
  });

  test("without what was dealt still proves that everybody signed", () => {
    const view = changed((file) => (file["publicShares"] = []));
    expect(view.stage).toBe("valid");
    expect(view.lines.map(({ title }) => title)).toEqual(["Settings", "Certificate"]);
  });

  test("that is no transcript has a code, whatever its bytes are", () => {
    expect(check("").error?.code).toBe("verify-unreadable");
    expect(check("{}").error?.code).toBe("verify-unreadable");
    expect(changed((file) => (file["version"] = 2)).error?.code).toBe("verify-newer");
    expect(changed((file) => (file["roster"] = "00")).error?.code).toBe("verify-unreadable");
    expect(changed((file) => (file["extra"] = 1)).error?.code).toBe("verify-unreadable");
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(verify({ kind: "transcript", fileName: "x", bytes }).error?.code).toBe("verify-unreadable");
      }),
    );
    fc.assert(
      fc.property(fc.nat({ max: text.length }), (length) => {
        const { error, stage } = check(text.slice(0, length));
        expect(error?.code === "verify-unreadable" || stage === "valid").toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
