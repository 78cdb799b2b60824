import { bytesToHex } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batchOperation, batchToSign } from "./batch.ts";
import { MAX_MESSAGES, MAX_OPERATION_BYTES, type OperationKind, operationRegistry } from "./operation.ts";
import { MAX_TEXT_BYTES, textMessage, textOperation, textToSign } from "./text.ts";

const context = { groupId: new Uint8Array(32), groupPublicKey: new Uint8Array(32) };
const registry = operationRegistry([textOperation, batchOperation([textOperation])]);

describe("texts", () => {
  test("what is signed for a text is pinned", () => {
    expect(bytesToHex(textMessage("hello"))).toBe(bytesToHex(registryMessage("hello")));
    expect(bytesToHex(textMessage("hello"))).toMatchInlineSnapshot(
      `"d1d113d32327494683dffedbff1614a73d243e6f81fb44e1a20b8f775b3c4e02"`,
    );
  });

  const registryMessage = (text: string): Uint8Array => {
    const rebuilt = registry.rebuild(textToSign(text), context);
    if (!rebuilt.ok) throw new Error(rebuilt.fault);
    return rebuilt.messages[0]!.message;
  };

  test("a text is shown as it is", () => {
    const rebuilt = registry.rebuild(textToSign("Grüße 🌲"), context);
    expect(rebuilt.ok && rebuilt.view.fields).toEqual([{ label: "Text", value: "Grüße 🌲" }]);
  });

  test.each([
    ["no bytes", new Uint8Array()],
    ["bytes that are no UTF-8", Uint8Array.of(0xc3, 0x28)],
    ["too many bytes", new Uint8Array(MAX_TEXT_BYTES + 1).fill(65)],
  ])("%s are no text", (_, body) => {
    expect(registry.rebuild({ type: "text/1", body }, context)).toEqual({
      ok: false,
      fault: "malformed-operation",
    });
  });

  test("an empty or overlong text is our own misuse", () => {
    expect(() => textToSign("")).toThrow(TypeError);
    expect(() => textToSign("a".repeat(MAX_TEXT_BYTES + 1))).toThrow(TypeError);
  });
});

describe("batches", () => {
  test("a batch signs each of its texts, and shows each", () => {
    const rebuilt = registry.rebuild(batchToSign(["one", "two"].map(textToSign)), context);
    expect(rebuilt.ok && rebuilt.messages.map((item) => bytesToHex(item.message))).toEqual(
      ["one", "two"].map((text) => bytesToHex(textMessage(text))),
    );
    expect(rebuilt.ok && rebuilt.view.fields.map(({ value }) => value)).toEqual([
      "Sign a text message",
      "one",
      "Sign a text message",
      "two",
    ]);
  });

  test("a batch holds no batch, is not empty, and has a limit", () => {
    const one = textToSign("x");
    expect(() => batchToSign([])).toThrow(TypeError);
    expect(() => batchToSign([batchToSign([one])])).toThrow(TypeError);
    expect(() => batchToSign(Array.from({ length: MAX_MESSAGES + 1 }, () => one))).toThrow(TypeError);
  });

  test.each([
    ["nothing", Uint8Array.of(0, 0), "malformed-operation"],
    ["trailing bytes", Uint8Array.of(...batchToSign([textToSign("x")]).body, 0), "malformed-operation"],
    ["a kind nobody knows", Uint8Array.of(0, 1, 1, 63, 0, 1, 65), "unknown-operation"],
    [
      "a text that is none",
      Uint8Array.of(0, 1, 6, ...new TextEncoder().encode("text/1"), 0, 0),
      "malformed-operation",
    ],
    [
      "too many",
      Uint8Array.of(
        0,
        65,
        ...Array.from({ length: 65 }, () => [6, ...new TextEncoder().encode("text/1"), 0, 1, 65]).flat(),
      ),
      "too-many-messages",
    ],
  ])("a batch of %s is refused", (_, body, fault) => {
    expect(registry.rebuild({ type: "batch/1", body }, context)).toEqual({ ok: false, fault });
  });
});

describe("the registry", () => {
  test("an unknown kind is a fault, not an exception", () => {
    expect(registry.rebuild({ type: "pay/1", body: new Uint8Array() }, context)).toEqual({
      ok: false,
      fault: "unknown-operation",
    });
  });

  test("a new kind is an entry, and is held to the limits of all", () => {
    const many = (count: number): OperationKind => ({
      type: "many/1",
      check: () => null,
      digest: () =>
        Array.from({ length: count }, () => ({ message: new Uint8Array(32), tweak: { kind: "none" } })),
      view: () => ({ title: "Many", fields: [] }),
    });
    const rebuilt = (count: number) =>
      operationRegistry([many(count)]).rebuild({ type: "many/1", body: new Uint8Array(1) }, context);
    expect(rebuilt(MAX_MESSAGES).ok).toBe(true);
    expect(rebuilt(MAX_MESSAGES + 1)).toEqual({ ok: false, fault: "too-many-messages" });
    expect(rebuilt(0)).toEqual({ ok: false, fault: "malformed-operation" });
    const long = { type: "many/1", body: new Uint8Array(MAX_OPERATION_BYTES + 1) };
    expect(operationRegistry([many(1)]).rebuild(long, context)).toEqual({
      ok: false,
      fault: "malformed-operation",
    });
    expect(() => operationRegistry([many(1), many(2)])).toThrow(TypeError);
  });

  test("no bytes make it throw", () =>
    fc.assert(
      fc.property(fc.constantFrom("text/1", "batch/1"), fc.uint8Array({ maxLength: 300 }), (type, body) => {
        registry.rebuild({ type, body }, context);
      }),
    ));
});
