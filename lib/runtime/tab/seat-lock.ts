/**
 * One active tab per identity. Two tabs that sign with one share could spend one nonce twice, so a tab works only while it holds the
 * seat's Web Lock. The browser frees the lock when its holder crashes or closes.
 */
export type SeatLock =
  | { readonly tag: "held"; readonly lost: Promise<void>; readonly release: () => void }
  | { readonly tag: "elsewhere" };

/** What a browser offers for this: `navigator.locks` and a `BroadcastChannel` per seat. Passed in, so that tests can bring their own. */
export interface TabPorts {
  readonly locks: Pick<LockManager, "request">;
  readonly openChannel: (
    name: string,
  ) => Pick<BroadcastChannel, "postMessage" | "close" | "addEventListener">;
}

const lockName = (seat: string): string => `hoarfrost/seat/${seat}`;
const handOver = "hand over";

/** How long the holder has to finish what it is writing before its lock is taken from it. */
const patienceMs = 3000;

/** A tab that is loaded again asks while the browser still ends what it was before; a tab that stays holds the lock longer than this. */
const reloadMs = 1000;

/**
 * Takes the seat's lock if no other tab has it.
 * @param onHandOver called when another tab asks for the seat: stop signing, finish writes, then resolve; the lock is released after that
 */
export async function acquireSeat(
  seat: string,
  ports: TabPorts,
  onHandOver: () => Promise<void>,
): Promise<SeatLock> {
  const free = await request(seat, ports, onHandOver, { ifAvailable: true });
  if (free.tag === "held") return free;
  return request(seat, ports, onHandOver, { signal: AbortSignal.timeout(reloadMs) });
}

/**
 * Takes the seat over from another tab: asks it to finish, waits, and takes the lock by force if it does not answer (a frozen tab). The
 * former holder's `lost` settles either way, and it must send nothing after that.
 */
export async function takeOverSeat(
  seat: string,
  ports: TabPorts,
  onHandOver: () => Promise<void>,
): Promise<SeatLock> {
  const channel = ports.openChannel(lockName(seat));
  channel.postMessage(handOver);
  channel.close();
  const waited = await request(seat, ports, onHandOver, { signal: AbortSignal.timeout(patienceMs) });
  return waited.tag === "held" ? waited : request(seat, ports, onHandOver, { steal: true });
}

function request(
  seat: string,
  ports: TabPorts,
  onHandOver: () => Promise<void>,
  options: LockOptions,
): Promise<SeatLock> {
  return new Promise((resolve) => {
    let settle: () => void = () => undefined;
    const lost = new Promise<void>((done) => (settle = done));
    const hold = async (lock: Lock | null): Promise<void> => {
      if (lock === null) return;
      let release: () => void = () => undefined;
      const released = new Promise<void>((done) => (release = done));
      const channel = ports.openChannel(lockName(seat));
      channel.addEventListener("message", (event) => {
        if ((event as MessageEvent<unknown>).data === handOver) void onHandOver().finally(release);
      });
      resolve({ tag: "held", lost, release });
      // A stolen lock ends this wait from outside: `lost` settles below, the channel closes there too.
      void lost.then(() => channel.close());
      await released;
    };
    // A stolen lock and an expired wait both reject; either way this tab does not hold the seat (any more).
    const ended = (): void => {
      settle();
      resolve({ tag: "elsewhere" });
    };
    ports.locks.request(lockName(seat), options, hold).then(ended, ended);
  });
}
