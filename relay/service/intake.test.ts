import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";
import { afterEach, describe, expect, test, vi } from "vitest";
import { RawConnection } from "../../test/relay/in-process.ts";
import { Intake } from "./intake.ts";
import { sourceOf } from "./websocket.ts";

const open: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of open.splice(0).reverse()) await close();
});

function recorder() {
  const state = { paused: false };
  const source = {
    pause: () => {
      state.paused = true;
    },
    resume: () => {
      state.paused = false;
    },
  };
  return { state, intake: new Intake(source) };
}

describe("what is read of a connection", () => {
  test("stops at eight unanswered events and goes on with the first answer", () => {
    const { state, intake } = recorder();
    const answered = Array.from({ length: 8 }, () => {
      expect(state.paused).toBe(false);
      return intake.take(0);
    });
    expect(state.paused).toBe(true);
    answered[0]!();
    expect(state.paused).toBe(false);
  });

  test("stops at 2 MiB of unanswered events", () => {
    const { state, intake } = recorder();
    const first = intake.take(2_000_000);
    expect(state.paused).toBe(false);
    const second = intake.take(97_152);
    expect(state.paused).toBe(true);
    first();
    expect(state.paused).toBe(false);
    second();
    expect(state.paused).toBe(false);
  });

  test("stops while it is held, and a hold does not end what else stops it", () => {
    vi.useFakeTimers();
    const { state, intake } = recorder();
    intake.hold(100);
    const answered = intake.take(3_000_000);
    vi.advanceTimersByTime(50);
    answered();
    expect(state.paused).toBe(true);
    vi.advanceTimersByTime(49);
    expect(state.paused).toBe(true);
    vi.advanceTimersByTime(1);
    expect(state.paused).toBe(false);
  });

  test("once shut, nothing opens it again", () => {
    vi.useFakeTimers();
    const { state, intake } = recorder();
    const answered = intake.take(0);
    intake.hold(10);
    intake.shut();
    answered();
    intake.hold(10);
    vi.advanceTimersByTime(100);
    expect(state.paused).toBe(true);
  });
});

describe("a websocket under Socket.IO", () => {
  async function serve(onEvent: (connection: { pause(): void; resume(): void }) => void) {
    const server = createServer();
    const io = new Server(server, { path: "/socket.io", transports: ["websocket"] });
    io.on("connection", (socket) => {
      const source = sourceOf(socket);
      socket.on("event", () => onEvent(source));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    open.push(() => io.close());
    const client = new RawConnection(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    open.push(() => client.close());
    await new Promise<void>((resolve) => client.socket.once("connect", () => resolve()));
    return client;
  }

  test("reads nothing of a connection that is paused, and all of it later", async () => {
    let handled = 0;
    let resume: () => void = () => undefined;
    const client = await serve((source) => {
      handled++;
      if (handled > 1) return;
      source.pause();
      resume = () => source.resume();
    });
    const bytes = new Uint8Array(200_000);
    for (let index = 0; index < 20; index++) client.socket.emit("event", bytes);
    await expect.poll(() => handled).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(handled).toBeLessThan(5);
    resume();
    await expect.poll(() => handled).toBe(20);
  });
});
