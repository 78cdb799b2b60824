import { encodeBatch } from "../../lib/wire/relay/batch.ts";
import { RawConnection } from "../../test/relay/in-process.ts";
import { credentialsOf, makeGroup, makePerson, type Person, type TestRoom } from "../../test/relay/people.ts";
import { frameFor, openClient, percentile, until } from "./load.ts";

const BATCH = 64;

/** A member that sends as fast as it can, heeds no refusal, and comes back whenever it is cut off. */
class Flooder {
  readonly #url: string;
  readonly #room: TestRoom;
  readonly #people: readonly [Person, Person];
  #stopped = false;
  #finished: Promise<void> = Promise.resolve();

  constructor(url: string, room: TestRoom, people: readonly [Person, Person]) {
    this.#url = url;
    this.#room = room;
    this.#people = people;
  }

  start(): void {
    this.#finished = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#finished;
  }

  #isStopped(): boolean {
    return this.#stopped;
  }

  async #run(): Promise<void> {
    const [from, to] = this.#people;
    while (!this.#isStopped()) {
      const connection = new RawConnection(this.#url);
      const closed = connection.closed.then(() => true);
      const ready = connection.logIn(credentialsOf(from, this.#room)).then(
        () => false,
        () => true,
      );
      if (await Promise.race([closed, ready])) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        continue;
      }
      const batch = encodeBatch(Array.from({ length: BATCH }, () => frameFor(this.#room, from, to)));
      for (let open = true; open; open = connection.socket.connected && !this.#isStopped()) {
        for (let index = 0; index < 8; index++) connection.socket.emit("post", batch, () => undefined);
        await new Promise((resolve) => setImmediate(resolve));
      }
      connection.close();
    }
  }
}

/** Times of `count` single messages in a quiet room, one after the other. */
async function probe(url: string, count: number): Promise<number[]> {
  const people = [makePerson(), makePerson()] as const;
  const room = await makeGroup(people[0], people);
  const client = await openClient(url, people[0], room);
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const frame = frameFor(room, people[0], people[1]);
    const at = performance.now();
    await client.post({ frame, keep: false });
    await until(client, () => client.status().unsent === 0);
    times.push(performance.now() - at);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  client.stop();
  return times;
}

/**
 * How much slower the slowest hundredth of another room's messages gets while one member floods.
 * @param floodUrl where the flooder runs its own process, so that what is measured is the relay and not this process
 * @returns ratio of the 99th percentiles; the median of three rounds
 */
export async function floodRatio(
  url: string,
  startFlood: (url: string) => Promise<() => Promise<void>>,
): Promise<number> {
  await probe(url, 100);
  const ratios: number[] = [];
  for (let round = 0; round < 3; round++) {
    const quiet = percentile(await probe(url, 400), 0.99);
    const stop = await startFlood(url);
    // The flood's first burst is what it may send; what is measured is the flood after it.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const flooded = percentile(await probe(url, 400), 0.99);
    await stop();
    ratios.push(flooded / quiet);
  }
  return percentile(ratios, 0.5);
}

/** Floods the relay at `url` until the process is told to stop. */
export async function flood(url: string): Promise<() => Promise<void>> {
  const people = [makePerson(), makePerson()] as const;
  const room = await makeGroup(people[0], people);
  const flooder = new Flooder(url, room, people);
  flooder.start();
  return () => flooder.stop();
}
