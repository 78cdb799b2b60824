import { parseBlockHash, parseTxid, type Txid } from "../../../sbtc/bytes.ts";
import { scriptType } from "../../../sbtc/bitcoin/script.ts";
import { parseTransaction } from "../../../sbtc/bitcoin/transaction.ts";
import type { BitcoinNode } from "../../../sbtc/bitcoin/node.ts";
import { pegOutMessageHash } from "../../../sbtc/ops/owner-signature.ts";
import { configQueries, sharedQueries, tokenQueries } from "../../../sbtc/contract/queries.ts";
import type { ContractFacts, PegTerms, RequestFacts } from "../../../sbtc/peg/coordinator/facts.ts";
import type { PegChain } from "../../../sbtc/peg/coordinator/peg-chain.ts";
import { outpointOf, type PegRecord, type RecordId } from "../../../sbtc/peg/queue/record.ts";
import { restingStates } from "../../../sbtc/peg/queue/states.ts";
import { Refusal } from "../../../sbtc/refusal.ts";
import type { ContractReader } from "./tip-reads.ts";

/** Blocks under the tip in which a request at rest is still looked at: deeper than any reorganisation that is survived. */
const watchedDepth = 144;

/** Reads what the contract says as a whole. */
export async function gatherContract(stacks: ContractReader, contract: string): Promise<ContractFacts> {
  const info = await stacks.info();
  const [supply, wallet, limits, halted, windowUse] = await Promise.all([
    stacks.read(tokenQueries.totalSupply(contract)),
    stacks.read(tokenQueries.wallet(contract)),
    stacks.read(configQueries.limits(contract)),
    stacks.read(sharedQueries.tradingHalted(contract)),
    stacks.read(tokenQueries.windowUse(contract)),
  ]);
  return {
    epoch: wallet.epoch,
    key: wallet.wallet?.key ?? null,
    limits,
    halted,
    supply,
    windowUse,
    burnHeight: info.burnBlockHeight,
    stacksTip: parseBlockHash(info.stacksTip),
  };
}

/** Asks about each request and remembers what is final: a request at rest is asked about again only when a tip moved. */
export class RequestWatch {
  readonly #bitcoin: BitcoinNode;
  readonly #stacks: ContractReader;
  readonly #terms: PegTerms;
  readonly #seen = new Map<RecordId, { readonly facts: RequestFacts; readonly tips: string }>();
  readonly #senders = new Map<Txid, Uint8Array | null>();

  constructor(bitcoin: BitcoinNode, stacks: ContractReader, terms: PegTerms) {
    this.#bitcoin = bitcoin;
    this.#stacks = stacks;
    this.#terms = terms;
  }

  async gather(
    records: Iterable<PegRecord>,
    chain: PegChain,
    stacksTip: string,
  ): Promise<ReadonlyMap<RecordId, RequestFacts>> {
    const tips = `${chain.tip.hash}/${stacksTip}`;
    const found = new Map<RecordId, RequestFacts>();
    for (const record of records) {
      const before = this.#seen.get(record.id);
      const height = chain.place(outpointOf(record).txid)?.height ?? chain.tip.height;
      const isDeep = chain.tip.height - height >= watchedDepth;
      const isKept = restingStates.has(record.state.tag) && (isDeep || before?.tips === tips);
      const facts = before !== undefined && isKept ? before.facts : await this.#ask(record);
      this.#seen.set(record.id, { facts, tips });
      found.set(record.id, facts);
    }
    return found;
  }

  async #ask(record: PegRecord): Promise<RequestFacts> {
    const { contract } = this.#terms;
    const config = `${contract}-config`;
    if (record.kind === "pegIn") {
      const state = await this.#stacks.read(tokenQueries.deposit(contract, record.deposit));
      const recipientAllowed =
        record.recipient !== null &&
        (state !== null ||
          (await this.#stacks.read(configQueries.recipientAllowed(config, record.recipient))));
      const sender =
        state?.state === "rejected" && record.returnTo === null ? await this.#sender(record.raw) : null;
      return { kind: "pegIn", state, recipientAllowed, sender };
    }
    const { request, owner } = record;
    const state = await this.#stacks.read(tokenQueries.withdrawal(contract, request.txid));
    if (state !== null) return { kind: "pegOut", state, scriptAllowed: true, balance: 0n, messageUse: null };
    const message = pegOutMessageHash(
      request.amount,
      request.recipientScript,
      this.#terms.network,
      this.#terms.dialect,
    );
    const [scriptAllowed, balance, messageUse] = await Promise.all([
      this.#stacks.read(configQueries.scriptAllowed(config, request.recipientScript)),
      this.#stacks.read(tokenQueries.balance(contract, owner)),
      this.#stacks.read(tokenQueries.messageUse(contract, owner, message)),
    ]);
    return { kind: "pegOut", state, scriptAllowed, balance, messageUse };
  }

  /** The script a deposit came from; null where it has no address or no source has the transaction. */
  async #sender(raw: Uint8Array): Promise<Uint8Array | null> {
    const [input] = parseTransaction(raw).inputs;
    if (input === undefined) return null;
    const known = this.#senders.get(input.txid);
    if (known !== undefined) return known;
    try {
      const parent = parseTransaction((await this.#bitcoin.transaction(parseTxid(input.txid))).raw);
      const script = parent.txid === input.txid ? parent.outputs[input.vout]?.script : undefined;
      const sender = script !== undefined && scriptType(script) !== null ? script : null;
      this.#senders.set(input.txid, sender);
      return sender;
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
  }
}
