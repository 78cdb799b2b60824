import { sameBytes, toHex, type Txid } from "../../../sbtc/bytes.ts";
import type { BitcoinNode } from "../../../sbtc/bitcoin/node.ts";
import { tokenQueries } from "../../../sbtc/contract/queries.ts";
import {
  liveHandOffs,
  newHandOff,
  nextHandOff,
  withSignature,
  type HandOffFacts,
  type HandOffNext,
  type HandOffRecord,
  type HandOffTerms,
  type SignedHandOff,
  type Unfinished,
} from "../../../sbtc/peg/coordinator/hand-off.ts";
import { complete } from "../../../sbtc/peg/coordinator/outcome.ts";
import { FeeWallet, type SentCall } from "../../../sbtc/peg/fee-wallet/fee-wallet.ts";
import { proposalsToSign } from "../../../sbtc/peg/operation/kinds.ts";
import type { Proposal } from "../../../sbtc/peg/proposal.ts";
import { storedCall, storedHandOff } from "../../../sbtc/peg/queue/codec.ts";
import { Refusal } from "../../../sbtc/refusal.ts";
import type { StacksNode } from "../../../sbtc/stacks/node.ts";
import { signWithKey } from "../../../sbtc/transactions/sign.ts";
import type { Rng } from "../../ports/rng.ts";
import { put, type Store } from "../../ports/store.ts";
import { BitcoinFees } from "./bitcoin-fees.ts";
import { gatherContract } from "./gather.ts";
import type { SetUpState } from "./set-up.ts";
import type { StacksAccountPort } from "./stacks-account.ts";

/** How a group answers: one signature per message, or why not. */
export type GroupAnswer =
  | { readonly tag: "signed"; readonly signatures: readonly Uint8Array[] }
  | { readonly tag: "refused" | "missing"; readonly reason: string };

/** Everything outside. */
export interface HandOffPorts {
  readonly bitcoin: BitcoinNode;
  readonly stacks: StacksNode;
  readonly store: Store;
  readonly rng: Rng;
  readonly account: StacksAccountPort;
  /** Key of the fee wallet's P2WPKH address, 32 bytes. */
  readonly feeKey: Uint8Array;
  /** One look at writing the next group's seats into the contract's registry; `done` where they stand there. */
  readonly register: () => Promise<SetUpState>;
  /** Asks one of both groups. People answer, so it may take days; asked again with the same bytes it is the same question. */
  readonly ask: (by: "next" | "old", proposal: Proposal) => Promise<GroupAnswer>;
  /** Requests that only the old group can finish; null as long as that is not known. */
  readonly unfinished: () => readonly Unfinished[] | null;
  readonly onChange: () => void;
  /** The disk failed, or this program made a mistake. */
  readonly onFault: (error: unknown) => void;
}

/** Where a hand-off stands, for screens. */
export interface HandOffState {
  readonly next: HandOffNext | null;
  /** Who is being asked; null where nobody is. */
  readonly asking: "next" | "old" | null;
  /** Why the last question was not answered with a signature; the next order asks again. */
  readonly refused: string | null;
  /** Why a source could not be asked, or a transaction not sent. */
  readonly fault: string | null;
  readonly moved: readonly { readonly txid: Txid; readonly sats: bigint; readonly height: number | null }[];
}

interface Asked {
  readonly proposal: Proposal;
  done: Promise<void>;
}

const nothing: HandOffState = { next: null, asking: null, refused: null, fault: null, moved: [] };

const under = ({ contract, from, to }: HandOffTerms): string =>
  `peg-hand-off/${contract}/${toHex(from.key)}/${toHex(to.key)}/`;

/** Transactions by which coins came to a wallet of this contract from an earlier one. */
export async function loadHandOffs(store: Store, contract: string): Promise<readonly SignedHandOff[]> {
  const rows = await store.list(`peg-hand-off/${contract}/`);
  return rows
    .filter(({ key }) => key.endsWith("/record"))
    .flatMap(({ value }) => storedHandOff.decode(value).signed);
}

/**
 * Takes a peg over to its next group, one look at a time. What both chains show decides what comes next; signatures and
 * plans are on disk before anything is done with them.
 */
export class PegHandOff {
  readonly #ports: HandOffPorts;
  readonly #terms: HandOffTerms;
  readonly #wallet: FeeWallet;
  readonly #fees: BitcoinFees;
  readonly #refusedBitcoin = new Map<Txid, string>();
  #record: HandOffRecord;
  #state: HandOffState = nothing;
  #asked: Asked | null = null;
  #stopped = false;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    ports: HandOffPorts,
    terms: HandOffTerms,
    record: HandOffRecord,
    calls: readonly SentCall[],
  ) {
    this.#ports = ports;
    this.#terms = terms;
    this.#record = record;
    const save = (call: SentCall) =>
      ports.store.commit([put(`${under(terms)}call/${call.key}`, storedCall.encode(call))]);
    this.#wallet = new FeeWallet({ node: ports.stacks, ...ports.account, save }, calls);
    this.#fees = new BitcoinFees(ports.bitcoin, ports.feeKey);
  }

  /** @throws StoredValueError where what is on disk cannot be read */
  static async open(ports: HandOffPorts, terms: HandOffTerms): Promise<PegHandOff> {
    const stored = await ports.store.get(`${under(terms)}record`);
    const calls = (await ports.store.list(`${under(terms)}call/`)).map(({ value }) =>
      storedCall.decode(value),
    );
    return new PegHandOff(ports, terms, stored === null ? newHandOff : storedHandOff.decode(stored), calls);
  }

  get terms(): HandOffTerms {
    return this.#terms;
  }
  get state(): HandOffState {
    return this.#state;
  }
  get signed(): readonly SignedHandOff[] {
    return this.#record.signed;
  }

  /** Does nothing any more; what was asked for is found again by the next one. */
  stop(): void {
    this.#stopped = true;
  }

  /** Forgets a refusal: the next look asks again. */
  retry(): Promise<void> {
    this.#change({ refused: null });
    return this.look();
  }

  /** One look at both chains and the next thing to do. Sources that fail are told in the state. @throws StoreError */
  look(): Promise<void> {
    const turn = this.#turn.then(() => this.#guarded());
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves once the group that is asked has answered and that was taken in. */
  async answered(): Promise<void> {
    await this.#asked?.done;
  }

  async #guarded(): Promise<void> {
    if (this.#stopped) return;
    try {
      const fault = await this.#look();
      this.#change({ fault });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#change({ fault: error.message });
    }
  }

  /** @returns why something could not be done now, or null */
  async #look(): Promise<string | null> {
    const unfinished = this.#ports.unfinished();
    if (unfinished === null) return null;
    let facts = await this.#gather(unfinished);
    let next = nextHandOff(this.#terms, this.#record, facts);
    if (next.tag === "register") {
      this.#show(next, facts);
      const state = await this.#ports.register();
      if (state.tag !== "done") return state.tag === "failed" ? state.reason : null;
      facts = { ...facts, isRegistered: true };
      next = nextHandOff(this.#terms, this.#record, facts);
    }
    this.#show(next, facts);
    const sent = await this.#sendAgain(facts);
    const { refused } = this.#state;
    switch (next.tag) {
      case "announce": {
        const call = { tag: "call", call: next.call } as const;
        const status = await this.#wallet.send(next.key, call, facts.height);
        return status.tag === "failed" || status.tag === "stuck" ? status.reason : null;
      }
      case "sign":
        if (refused === null)
          this.#ask(next.by, next.proposal, (signatures) => this.#signed(next, signatures));
        return null;
      case "move":
        if (refused !== null) return null;
        await this.#keep(next.record);
        this.#ask("old", next.proposal, (signatures) => this.#movedBy(next.record, signatures));
        return null;
      case "register":
      case "drain":
      case "confirm":
      case "stuck":
      case "done":
        return sent;
    }
  }

  async #gather(unfinished: readonly Unfinished[]): Promise<HandOffFacts> {
    const { bitcoin, stacks } = this.#ports;
    const { contract, from } = this.#terms;
    const { supply, limits } = await gatherContract(stacks, contract);
    const wallet = await stacks.read(tokenQueries.wallet(contract));
    const tip = await bitcoin.tip();
    const fees = await this.#fees.gather([]);
    const { normal } = await bitcoin.feeRates();
    const listed = await bitcoin.utxos(from.script);
    const places = new Map<Txid, number | null>();
    for (const { txid } of this.#record.signed) places.set(txid, await this.#place(txid));
    return {
      wallet,
      isRegistered: false,
      supply,
      confirmations: limits.confirmations,
      height: tip.height,
      unfinished,
      coins: listed.flatMap(({ txid, vout, amount, script, height }) =>
        height === null ? [] : [{ txid, vout, amount, script, height }],
      ),
      places,
      refused: this.#refusedBitcoin,
      rate: normal,
      feeWallet: fees.wallet,
      parents: fees.parents,
    };
  }

  async #place(txid: Txid): Promise<number | null> {
    try {
      return (await this.#ports.bitcoin.transaction(txid)).block?.height ?? null;
    } catch (error) {
      if (error instanceof Refusal && error.code === "nodeNotFound") return null;
      throw error;
    }
  }

  /** Hands what no block holds yet to the network again. @returns why it did not take one of them */
  async #sendAgain({ places, ...facts }: HandOffFacts): Promise<string | null> {
    let reason: string | null = null;
    for (const { txid, raw } of liveHandOffs(this.#record, { ...facts, places })) {
      if ((places.get(txid) ?? null) !== null) continue;
      try {
        await this.#ports.bitcoin.broadcast(raw);
        this.#refusedBitcoin.delete(txid);
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== "nodeRejected") throw error;
        this.#refusedBitcoin.set(txid, error.message);
        reason = error.message;
      }
    }
    return reason;
  }

  /** People may take days to answer: looks go on meanwhile. */
  #ask(
    by: "next" | "old",
    proposal: Proposal,
    take: (signatures: readonly Uint8Array[]) => Promise<string | null>,
  ): void {
    if (this.#asked !== null && sameProposal(this.#asked.proposal, proposal)) return;
    const asked: Asked = { proposal, done: Promise.resolve() };
    this.#asked = asked;
    this.#change({ asking: by, refused: null });
    asked.done = this.#ports
      .ask(by, proposal)
      .then(async (answer) => {
        // Overtaken by another question, or by the end of this tab.
        if (this.#asked !== asked || this.#stopped) return;
        this.#asked = null;
        const refused = answer.tag === "signed" ? await take(answer.signatures) : answer.reason;
        this.#change({ asking: null, refused });
        if (refused === null) await this.look();
      })
      .catch((error: unknown) => this.#ports.onFault(error));
  }

  async #signed(
    next: Extract<HandOffNext, { tag: "sign" }>,
    [signature]: readonly Uint8Array[],
  ): Promise<string | null> {
    const record = signature === undefined ? null : withSignature(this.#terms, this.#record, next, signature);
    if (record === null) return "the group's signature does not hold";
    await this.#keep(record);
    return null;
  }

  async #movedBy(record: HandOffRecord, signatures: readonly Uint8Array[]): Promise<string | null> {
    const { plan } = record;
    if (plan === null) return null;
    const { rng, feeKey } = this.#ports;
    try {
      const { txid, raw } = complete(plan, signatures, {
        signWallet: (whole, input) => signWithKey(whole, input, feeKey, rng.bytes(32)),
      });
      // On disk before anyone can see it: whichever is mined, it is known as ours.
      await this.#keep({
        ...this.#record,
        plan: null,
        signed: [...this.#record.signed, { txid, plan, raw }],
      });
      return null;
    } catch (error) {
      if (error instanceof Refusal) return error.message;
      throw error;
    }
  }

  async #keep(record: HandOffRecord): Promise<void> {
    if (record === this.#record) return;
    await this.#ports.store.commit([put(`${under(this.#terms)}record`, storedHandOff.encode(record))]);
    this.#record = record;
  }

  #show(next: HandOffNext, { places }: HandOffFacts): void {
    const moved = this.#record.signed.map(({ txid, plan }) => ({
      txid,
      sats: plan.spends.reduce(
        (sum, { amount, signer }) => (signer.tag === "wallet" ? sum : sum + amount),
        0n,
      ),
      height: places.get(txid) ?? null,
    }));
    this.#change({ next, moved });
  }

  #change(change: Partial<HandOffState>): void {
    this.#state = { ...this.#state, ...change };
    this.#ports.onChange();
  }
}

const sameProposal = (a: Proposal, b: Proposal): boolean =>
  sameBytes(proposalsToSign([a]).body, proposalsToSign([b]).body);
