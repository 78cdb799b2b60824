import { describe, expect, test } from "vitest";
import { noTweak } from "../../frost/index.ts";
import type { Hash } from "../core/names.ts";
import { replayCoordinator } from "./coordinator-replay.ts";
import { initialCoordinator } from "./coordinator-state.ts";
import { tweakFromBytes } from "./facts.ts";
import { nonceRequest, nonceResponse, type Origin, signed, signShareRequest } from "./messages.ts";
import { tweakBytes } from "./request.ts";
import { replaySigner } from "./signer-replay.ts";
import { initialSigner } from "./signer-state.ts";
import { signerService } from "./signer-service.ts";
import { requestAt } from "./testing/coordinating.ts";
import { Hand } from "./testing/forge.ts";
import { Table } from "./testing/table.ts";

const table = new Table([1, 1, 1], 2);
const { context } = table.seat(0);
const digest = "00".repeat(32) as Hash;

describe("facts where no machine writes them", () => {
  test("about a request that was never asked stop a replay", () => {
    expect(() => replaySigner(context, initialSigner, { tag: "signer/approved", digest })).toThrow("unknown");
    const seat = context.me;
    const fact = { tag: "coordinator/refused", digest, seat, reason: "no" } as const;
    expect(() => replayCoordinator(context, initialCoordinator, fact)).toThrow("unknown");
  });

  test("about a session that was never opened stop a replay", () => {
    const asked = table.ask(0);
    const fact = { tag: "coordinator/lost", digest: asked, session: 9, seat: context.me } as const;
    expect(() => replayCoordinator(context, table.seat(0).coordinator, fact)).toThrow("unknown session");
  });

  test("a share that is on record after a request has ended spends its nonces, and changes no end", () => {
    const asked = table.ask(0, "over");
    table.run();
    const { signer, epoch } = table.seat(0);
    const packageHash = digest;
    const fact = { tag: "signer/released", digest: asked, session: 7, packageHash, epoch } as const;
    const after = replaySigner(context, signer, { ...fact, commitments: [digest] });
    expect(after.released.get(digest)).toEqual({ packageHash, digest: asked });
    expect(after.requests.get(asked)).toBe(signer.requests.get(asked));
  });

  test("a seat that loses nonces after it refused has still refused", () => {
    const asked = table.ask(0, "refused");
    table.seat(1).policy = () => false;
    table.run((posted) => posted.kind === "SIGN_SHARE_RESPONSE");
    const { coordinator } = table.seat(0);
    const lost = { tag: "coordinator/lost", digest: asked, session: 1, seat: table.seat(1).id } as const;
    const entry = replayCoordinator(context, coordinator, lost).requests.get(asked);
    expect(entry?.standings.get(table.seat(1).id)?.tag).toBe("refused");
    expect(entry?.tag).toBe(requestAt(table.seat(0), asked).tag);
    table.seat(0).coordinate({ tag: "cancel", digest: asked, reason: "over" });
    const over = replayCoordinator(context, table.seat(0).coordinator, lost).requests.get(asked);
    expect(["cancelled", "signed"]).toContain(over?.tag);
    expect(requestAt(table.seat(0), asked).standings.get(table.seat(1).id)?.tag).toBe("refused");
  });
});

describe("payloads that no honest seat writes", () => {
  const hand = new Hand(table, table.seat(0));
  const request = hand.request("text");
  const origin: Origin = { ...request, from: request.coordinator };
  const certificate = new Uint8Array();
  const asked = (change: Partial<typeof request>): Uint8Array =>
    nonceRequest.encode({ request: { ...request, ...change }, pairs: 1, certificate });

  test("a request with no message, too many, or an expiry past counting", () => {
    expect(nonceRequest.decode(asked({}), origin)?.request).toEqual(request);
    const [message] = request.messages;
    const many = Array.from({ length: 65 }, () => message ?? { message: certificate, tweak: noTweak });
    expect(nonceRequest.decode(asked({ messages: [] }), origin)).toBeNull();
    expect(nonceRequest.decode(asked({ messages: many }), origin)).toBeNull();
    expect(nonceRequest.decode(asked({ expiry: 2 ** 60 }), origin)).toBeNull();
  });

  test("two requests in one", () => {
    const one = asked({});
    const body = one.slice(1, one.length - 6);
    const two = Uint8Array.of(2, ...body, ...body, ...one.slice(one.length - 6));
    expect(nonceRequest.decode(two, origin)).toBeNull();
  });

  test("commitments of another length cannot be written, nor read", () => {
    const entries = [{ identifier: 1, pairs: [new Uint8Array(65)] }];
    expect(() => nonceResponse.encode({ generation: 1, digest: null, entries })).toThrow();
    const good = nonceResponse.encode({ generation: 1, digest: null, entries: [] });
    const odd = Uint8Array.of(...good.slice(0, -2), 0, 1, 0, 1, 0, 65, ...new Uint8Array(65));
    expect(nonceResponse.decode(odd, origin)).toBeNull();
  });

  test("a generation past counting, and no signature or too many", () => {
    const good = nonceResponse.encode({ generation: 1, digest: null, entries: [] });
    expect(nonceResponse.decode(Uint8Array.of(255, ...good.slice(1)), origin)).toBeNull();
    for (const count of [0, 65]) {
      const signatures = Array.from({ length: count }, () => new Uint8Array(64));
      expect(signed.decode(signed.encode({ digest, signatures }), origin)).toBeNull();
    }
  });

  test("tweaks read back as written, and nothing else is one", () => {
    for (const tweak of [
      noTweak,
      { kind: "merkleRoot", root: new Uint8Array() },
      { kind: "merkleRoot", root: new Uint8Array(32).fill(3) },
    ] as const) {
      expect(tweakFromBytes(tweakBytes(tweak))).toEqual(tweak);
    }
    for (const bytes of [[], [0, 1], [1, 2], [2], [3]])
      expect(() => tweakFromBytes(Uint8Array.from(bytes))).toThrow("unknown tweak");
  });

  test("a package is read back as written", () => {
    const list = hand.nonces(request, [table.seat(1), table.seat(2)]);
    const value = { request, session: 3, commitmentList: list, certificate };
    expect(signShareRequest.decode(signShareRequest.encode(value), origin)).toEqual(value);
  });
});

test("the signer of the source documents is what the machines call", () => {
  const { keyPackages, publicKeyPackage } = context.key;
  const other = table.seat(1).context.key.keyPackages;
  const all = [...keyPackages, ...other];
  const pairs = all.map((keyPackage) => signerService.public_nonce(keyPackage, 1, table.rng));
  const commitmentList = pairs.map(([pair], i) => ({
    identifier: i + 1,
    pairs: [pair?.commitments ?? new Uint8Array()],
  }));
  const request = new Hand(table, table.seat(0)).request("named as there");
  const sessions = signerService.open_sessions(publicKeyPackage, { request, session: 1, commitmentList });
  expect(sessions).toHaveLength(1);
  const shares = signerService.signature_share(
    sessions ?? [],
    all.map((keyPackage, i) => ({ number: i + 1, keyPackage })),
    pairs.map((own) => own.map((pair) => pair.nonces)),
  );
  expect(shares?.map(({ identifier }) => identifier)).toEqual([1, 2]);
});
