import type { Write } from "../../ports/store.ts";
import type { Txid } from "../../../sbtc/bytes.ts";
import type { HeldPoint } from "../../../sbtc/peg/coordinator/held-history.ts";
import { command, type PersonCommand } from "../../../sbtc/peg/coordinator/intake.ts";
import { CoinPool, type Facts } from "../../../sbtc/peg/coordinator/facts.ts";
import { emptyLoop, step, type LoopState, type StepEffects } from "../../../sbtc/peg/coordinator/loop.ts";
import { takeOutcome } from "../../../sbtc/peg/coordinator/outcome.ts";
import {
  coinPool,
  deficitOf,
  freeCoins,
  promisedCoins,
  syncPending,
} from "../../../sbtc/peg/coordinator/planning.ts";
import type { Round, RoundOutcome } from "../../../sbtc/peg/coordinator/rounds.ts";
import { FeeWallet, type CallStatus } from "../../../sbtc/peg/fee-wallet/fee-wallet.ts";
import type { PegRecord, RecordId } from "../../../sbtc/peg/queue/record.ts";
import { Refusal, refuse } from "../../../sbtc/refusal.ts";
import type { Plan } from "../../../sbtc/transactions/plan.ts";
import { signWithKey, type Unlocking } from "../../../sbtc/transactions/sign.ts";
import { sameBytes } from "../../../sbtc/bytes.ts";
import type { CoordinatorOptions, CoordinatorPorts, CoordinatorSnapshot } from "./ports.ts";
import { Adoption } from "./adoption.ts";
import { BitcoinFees } from "./bitcoin-fees.ts";
import { Follower } from "./follower.ts";
import { Joiner } from "./joiner.ts";
import { gatherContract, RequestWatch } from "./gather.ts";
import { TipReads } from "./tip-reads.ts";
import { tokenQueries } from "../../../sbtc/contract/queries.ts";
import { callWrite, loadCoordinator, recordWrite } from "./storage.ts";

/**
 * The StacksCoordinator of the source documents: looks at both chains, moves every request as far as they allow, and asks
 * the group for what is missing. Everything it may not do twice is on disk before it is done. One per browser: the caller
 * holds the lock.
 */
export class PegCoordinator {
  readonly #ports: CoordinatorPorts;
  readonly #options: CoordinatorOptions;
  readonly #follower: Follower;
  readonly #reads: TipReads;
  readonly #watch: RequestWatch;
  readonly #adoption: Adoption;
  readonly #fees: BitcoinFees;
  readonly #wallet: FeeWallet;
  readonly #joiner: Joiner;
  readonly #calls = new Map<string, CallStatus>();
  readonly #refused = new Map<Txid, string>();
  readonly #sentAt = new Map<Txid, string>();
  readonly #listeners = new Set<() => void>();
  #state: LoopState;
  #facts: Facts | null = null;
  #fault: string | null = null;
  #broken: CoordinatorSnapshot["broken"] = [];
  #paused = false;
  #leaving = false;
  #stopped = false;
  #queue: Promise<unknown> = Promise.resolve();
  #cancelWake: (() => void) | null = null;
  #snapshot: CoordinatorSnapshot | null = null;

  private constructor(
    ports: CoordinatorPorts,
    options: CoordinatorOptions,
    stored: Awaited<ReturnType<typeof loadCoordinator>>,
  ) {
    const { terms } = options;
    this.#ports = ports;
    this.#options = options;
    this.#state = { ...emptyLoop, records: stored.records };
    const commit = (writes: readonly Write[]) => this.#commit(writes);
    const { parameters, start } = options;
    this.#follower = new Follower(
      { node: ports.bitcoin, terms, parameters, start, commit },
      stored.chain,
      stored.held,
    );
    this.#reads = new TipReads(ports.stacks);
    this.#watch = new RequestWatch(ports.bitcoin, this.#reads, terms);
    this.#adoption = new Adoption(ports.bitcoin, terms);
    this.#fees = new BitcoinFees(ports.bitcoin, options.feeKey);
    this.#wallet = new FeeWallet(
      {
        node: ports.stacks,
        ...ports.account,
        save: (call) => this.#commit([callWrite(terms.contract, call)]),
      },
      stored.calls,
    );
    this.#joiner = new Joiner(
      {
        terms,
        frost: ports.frost,
        signWallet: (plan, input) => this.#signWallet(plan, input),
        commit,
        send: (txid, raw, { chain }) => this.#send(txid, raw, chain.tip.hash),
        inTurn: async (work) => {
          await this.#enqueue(() => this.#guarded(work));
          await this.look();
        },
      },
      stored.joining,
    );
  }

  /** @throws StoredValueError where what is on disk cannot be read */
  static async open(ports: CoordinatorPorts, options: CoordinatorOptions): Promise<PegCoordinator> {
    return new PegCoordinator(ports, options, await loadCoordinator(ports.store, options.terms.contract));
  }

  /** Looks every `everyMs` milliseconds from now on, and whenever a round ends. */
  run(everyMs: number): void {
    const next = (): void => {
      if (this.#stopped) return;
      this.#cancelWake?.();
      this.#cancelWake = this.#ports.clock.after(everyMs, next);
      void this.look();
    };
    next();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelWake?.();
    this.#cancelWake = null;
  }

  /** Resolves when nothing is under way: looks, answers and commands asked for so far. */
  async idle(): Promise<void> {
    for (let seen: Promise<unknown> | null = null; seen !== this.#queue;) {
      seen = this.#queue;
      await seen;
    }
  }

  /** Called after each change. @returns ends it */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The same object until something changes. */
  snapshot(): CoordinatorSnapshot {
    this.#snapshot ??= {
      records: [...this.#state.records.values()],
      rounds: [...this.#state.rounds.values()],
      paused: this.#paused,
      facts: this.#facts,
      fault: this.#fault,
      stopped: this.#stopped,
      broken: this.#broken,
      joining: this.#joiner.snapshot(),
    };
    return this.#snapshot;
  }

  /** When a block of the best chain was made by its header, milliseconds since 1970; null where there is none. */
  timeAt(height: number): number | null {
    return this.#follower.timeAt(height);
  }

  /** What the peg held, one point per block that changed it, oldest first. */
  get held(): readonly HeldPoint[] {
    return this.#follower.held.points;
  }

  /** While paused nothing new is asked of the group; what is signed already is still delivered. */
  pause(paused: boolean): void {
    this.#paused = paused;
    this.#changed();
    if (!paused) void this.look();
  }

  /** Makes ready for the next group: nothing begins that only this one could end, and its wallet is watched. Null takes it back. */
  leave(nextScript: Uint8Array | null): void {
    if (nextScript !== null) this.#follower.chain.ledger.watch(nextScript);
    this.#follower.next = nextScript;
    this.#leaving = nextScript !== null;
  }

  /** Looks at one request at once, past its pauses and even while the loop is paused. */
  processNow(id: RecordId): Promise<void> {
    this.#state = { ...this.#state, urgent: new Set([...this.#state.urgent, id]) };
    return this.look();
  }

  /**
   * Makes one coin of the peg's smallest, the fee wallet paying.
   * @throws Refusal where there is nothing to join, or the fee wallet cannot pay; StoreError
   */
  async join(): Promise<void> {
    await this.look();
    await this.#enqueue(() => {
      if (this.#facts === null) return refuse("sourceMissing", this.#fault ?? "the chains were not read yet");
      return this.#joiner.begin(this.#facts);
    });
    this.#changed();
  }

  /** Carries a person's command out and looks again. */
  async command(id: RecordId, order: PersonCommand): Promise<void> {
    const carryOut = async (): Promise<void> => {
      const record = this.#state.records.get(id);
      if (record !== undefined) await this.#store([command(record, order, this.#ports.clock.now())]);
    };
    await this.#enqueue(() => this.#guarded(carryOut));
    await this.look();
  }

  /**
   * One look at both chains and everything that follows from it. Never rejects: a node that fails is told in the snapshot,
   * and a disk that fails stops this coordinator, since it may know more than the disk does.
   */
  look(): Promise<void> {
    return this.#enqueue(() => this.#guarded(() => this.#look()));
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    if (this.#stopped) return;
    try {
      await work();
      this.#fault = null;
    } catch (error) {
      this.#fault = messageOf(error);
      if (!(error instanceof Refusal)) this.stop();
    }
    this.#changed();
  }

  async #look(): Promise<void> {
    const { terms } = this.#options;
    const now = this.#ports.clock.now();
    const { wallet } = await this.#ports.stacks.read(tokenQueries.wallet(terms.contract));
    // Handed over: what comes from now on is read by whoever knows the wallet in charge.
    if (wallet !== null && !sameBytes(wallet.key, terms.key)) return;
    await this.#follower.follow(
      () => this.#state.records,
      now,
      (records) => this.#put(records),
    );
    const known = [...this.#state.records.values()];
    const { found, coinUses } = await this.#adoption.find(known, this.#follower.chain);
    await this.#store(found);
    const facts = await this.#gather(now, coinUses);
    this.#facts = facts;
    const { state, effects } = step(this.#state, facts);
    // On disk first: a transaction or call must be known before anyone else can know it.
    await this.#commit(effects.store.map((record) => recordWrite(terms.contract, record)));
    this.#state = state;
    await this.#carryOut(effects, facts);
    await this.#joiner.tend(facts);
    this.#broken = effects.faults.map(({ id, error }) => ({ id, reason: error.message }));
  }

  async #gather(now: number, coinUses: Facts["coinUses"]): Promise<Facts> {
    const { bitcoin } = this.#ports;
    const { terms } = this.#options;
    const { chain } = this.#follower;
    const { records } = this.#state;
    const contract = await gatherContract(this.#reads, terms.contract);
    const requests = await this.#watch.gather(records.values(), chain, contract.stacksTip);
    const fees = await this.#fees.gather(records.values());
    const { normal } = await bitcoin.feeRates();
    this.#joiner.expect(chain);
    syncPending(records.values(), chain);
    const promised = promisedCoins(records, requests);
    const free = freeCoins(chain, terms, promised);
    const coins: CoinPool = coinPool(records, free, fees.wallet.coins, chain);
    this.#joiner.reserve(coins);
    return {
      terms,
      now,
      chain,
      contract,
      requests,
      calls: this.#calls,
      coinUses,
      refusedBitcoin: this.#refused,
      rate: normal,
      feeWallet: fees.wallet,
      parents: fees.parents,
      deficit: deficitOf(records, requests, chain, free, contract.supply),
      leaving: this.#leaving,
      handOffs: this.#options.handOffs?.() ?? none,
      serving: !this.#paused && contract.key !== null && sameBytes(contract.key, terms.key),
      promised,
      coins,
    };
  }

  async #carryOut(effects: StepEffects, facts: Facts): Promise<void> {
    for (const { txid, raw } of effects.sends) await this.#send(txid, raw, facts.chain.tip.hash);
    for (const { key, call } of effects.calls)
      this.#calls.set(key, await this.#wallet.send(key, { tag: "call", call }, facts.contract.burnHeight));
    for (const round of effects.withdrawn) await this.#ports.frost.withdraw(round);
    for (const round of effects.rounds) void this.#ask(round);
  }

  /** Once per tip: a node that has a transaction keeps it until a block says otherwise. */
  async #send(txid: Txid, raw: Uint8Array, tip: string): Promise<void> {
    if (this.#sentAt.get(txid) === tip) return;
    try {
      await this.#ports.bitcoin.broadcast(raw);
      this.#refused.delete(txid);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code !== "nodeRejected") return;
      this.#refused.set(txid, error.message);
    }
    this.#sentAt.set(txid, tip);
  }

  async #ask(round: Round): Promise<void> {
    const outcome = await this.#ports.frost
      .sign(round)
      .catch((error: unknown): RoundOutcome => ({ tag: "missing", reason: messageOf(error) }));
    const take = async (): Promise<void> => {
      const { terms } = this.#options;
      const { clock } = this.#ports;
      const { height } = this.#follower.chain.tip;
      const { state, store } = takeOutcome(this.#state, round, outcome, {
        terms,
        now: clock.now(),
        height,
        signWallet: (plan, input) => this.#signWallet(plan, input),
      });
      await this.#commit(store.map((record) => recordWrite(terms.contract, record)));
      this.#state = state;
    };
    await this.#enqueue(() => this.#guarded(take));
    await this.look();
  }

  #signWallet(plan: Plan, input: number): Unlocking {
    return signWithKey(plan, input, this.#options.feeKey, this.#ports.rng.bytes(32));
  }

  async #store(records: readonly PegRecord[]): Promise<void> {
    await this.#commit(records.map((record) => recordWrite(this.#options.terms.contract, record)));
    this.#put(records);
  }

  #put(records: readonly PegRecord[]): void {
    if (records.length === 0) return;
    const all = new Map(this.#state.records);
    for (const record of records) all.set(record.id, record);
    this.#state = { ...this.#state, records: all };
  }

  async #commit(writes: readonly Write[]): Promise<void> {
    if (writes.length > 0) await this.#ports.store.commit(writes);
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  #changed(): void {
    this.#snapshot = null;
    for (const listener of this.#listeners) listener();
  }
}

const none: ReadonlySet<Txid> = new Set();

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : "unknown");
