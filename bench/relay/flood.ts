import { encodeBatch } from "../../lib/wire/relay/batch.ts";
import { RawConnection } from "../../test/relay/in-process.ts";
import { credentialsOf, makeGroup, makePerson } from "../../test/relay/people.ts";
import { frameFor, openClient, percentile, until } from "./load.ts";

const BATCH = 64;
/** What waits in the flooder at any time: so much that its connection never idles. */
const AHEAD_BYTES = 1_048_576;
const AHEAD_PACKETS = 32;
const ROUNDS = 5;
const SAMPLES = 800;
const PAUSE_MS = 2;

/** What a flooder did. */
export interface Flooded {
  readonly mebibytes: number;
  readonly messages: number;
  readonly logins: number;
}

/** True where the connection would idle soon if nothing more was sent. */
function takesMore({ socket }: RawConnection): boolean {
  const { transport, writeBuffer } = socket.io.engine;
  const websocket: unknown = Reflect.get(transport, "ws");
  const bytes: unknown =
    typeof websocket === "object" && websocket !== null ? Reflect.get(websocket, "bufferedAmount") : null;
  if (typeof bytes !== "number") throw new Error("this websocket does not say what waits in it");
  return bytes < AHEAD_BYTES && writeBuffer.length < AHEAD_PACKETS;
}

/**
 * Floods the relay at `url`: a member that sends as fast as its connection takes it, heeds no answer, and comes back at once
 * whenever it is cut off.
 * @param onReady told after the first login
 * @returns says what was done so far
 */
export async function flood(url: string, onReady: () => void): Promise<() => Flooded> {
  const [from, to] = [makePerson(), makePerson()];
  const room = await makeGroup(from, [from, to]);
  const batches = Array.from({ length: 32 }, () =>
    encodeBatch(Array.from({ length: BATCH }, () => frameFor(room, from, to))),
  );
  const done = { bytes: 0, batches: 0, logins: 0 };
  const run = async (): Promise<never> => {
    for (;;) {
      const connection = new RawConnection(url);
      const closed = connection.closed.then(() => false);
      const login = connection.logIn(credentialsOf(from, room)).then(
        (answer) => (answer as { ok: boolean }).ok,
        () => false,
      );
      if (await Promise.race([closed, login])) {
        if (done.logins++ === 0) onReady();
        while (connection.socket.connected) {
          while (takesMore(connection)) {
            const batch = batches[done.batches % batches.length] ?? new Uint8Array(0);
            connection.socket.emit("post", batch, done.batches++, () => undefined);
            done.bytes += batch.length;
          }
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      }
      connection.close();
    }
  };
  void run();
  return () => ({
    mebibytes: Math.round(done.bytes / 1_048_576),
    messages: done.batches * BATCH,
    logins: done.logins,
  });
}

/** A running flooder. `stop` ends it and says what it did. */
export interface FloodProcess {
  stop(): Promise<Flooded>;
}

/** One round: 99th percentiles in milliseconds, before, during and after a flood. */
export interface FloodRound {
  readonly before: number;
  readonly flooded: number;
  readonly after: number;
  readonly done: Flooded;
}

/** How much slower the slowest hundredth of the messages was during the flood than before and after it. */
export const ratioOf = ({ before, flooded, after }: FloodRound): number => flooded / ((before + after) / 2);

/**
 * Measures a quiet room beside a flood, by turns with none: single messages, one after the other, each timed from the client
 * to the relay's acknowledgement and back. All of the flood counts, also the burst that it is allowed.
 * @param startFlood starts a flooder in a process of its own, so that what is measured is the relay and not this process
 */
export async function measureFlood(
  url: string,
  startFlood: () => Promise<FloodProcess>,
  onRound: (round: FloodRound) => void,
): Promise<readonly FloodRound[]> {
  const people = [makePerson(), makePerson()] as const;
  const room = await makeGroup(people[0], people);
  const client = await openClient(url, people[0], room);
  const probe = async (): Promise<number> => {
    const times: number[] = [];
    while (times.length < SAMPLES) {
      const frame = frameFor(room, people[0], people[1]);
      const at = performance.now();
      await client.post({ frame, keep: false });
      await until(client, () => client.status().unsent === 0);
      times.push(performance.now() - at);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    return percentile(times, 0.99);
  };
  // Unmeasured: the first messages pay for compiling the code of both processes.
  await probe();
  const rounds: FloodRound[] = [];
  let before = await probe();
  for (let index = 0; index < ROUNDS; index++) {
    const flooder = await startFlood();
    const flooded = await probe();
    const done = await flooder.stop();
    const after = await probe();
    const round = { before, flooded, after, done };
    onRound(round);
    rounds.push(round);
    before = after;
  }
  client.stop();
  return rounds;
}
