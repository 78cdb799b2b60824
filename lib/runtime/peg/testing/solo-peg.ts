import { parseTxid } from "../../../sbtc/bytes.ts";
import type { BitcoinNode, BlockRef } from "../../../sbtc/bitcoin/node.ts";
import { addressOf } from "../../../sbtc/bitcoin/script.ts";
import { parseTransaction, type BitcoinTx } from "../../../sbtc/bitcoin/transaction.ts";
import type { ContractAction } from "../../../sbtc/contract/actions.ts";
import {
  lockCall,
  mintCall,
  setWalletCall,
  settleCall,
  type ContractCall,
} from "../../../sbtc/contract/calls.ts";
import { configCalls } from "../../../sbtc/contract/config-calls.ts";
import { contractClarityVersion, contractSources } from "../../../sbtc/contract/deployment.ts";
import { actionDigest } from "../../../sbtc/contract/digest.ts";
import type { Limits } from "../../../sbtc/contract/queries.ts";
import { networks } from "../../../sbtc/network.ts";
import { readAnnouncedDeposit } from "../../../sbtc/ops/deposit-announcement.ts";
import { recoverOwner } from "../../../sbtc/ops/owner-signature.ts";
import { parsePegOutRequest } from "../../../sbtc/ops/peg-out-request.ts";
import { parseGroupKey, pegScript } from "../../../sbtc/ops/peg-script.ts";
import { formatPrincipal } from "../../../sbtc/ops/principal.ts";
import { accountAddress, signCall, signDeploy } from "../../../sbtc/stacks/transaction.ts";
import { account, devnetChainId, SoloGroup } from "../../../sbtc/testing/peg-world.ts";
import type { Plan } from "../../../sbtc/transactions/plan.ts";
import { buildFulfilment } from "../../../sbtc/transactions/peg-out.ts";
import { buildSweep } from "../../../sbtc/transactions/script-path.ts";
import { finalize, signingDigests, witnessFor } from "../../../sbtc/transactions/sign.ts";
import { esploraNode } from "../../bitcoin/esplora.ts";
import { HttpStacksNode } from "../../stacks/http-stacks-node.ts";

const network = networks.regtest;
const fee = 60_000n;

export const soloLimits: Limits = {
  ...{ minAmount: 10_000n, maxMint: 50_000_000n, maxLock: 50_000_000n },
  ...{ windowMint: 200_000_000n, windowLock: 200_000_000n, supplyCap: 2_100_000_000n },
  ...{ window: 144, confirmations: 2, lifetime: 30 },
};

/** A peg on a running devnet whose group is one key: what chains and testers see of it is what they see of a threshold group. */
export class SoloPeg {
  readonly #url: string;
  readonly #key: Uint8Array;
  readonly #group = new SoloGroup(7);
  readonly bitcoin: BitcoinNode;
  readonly stacks: HttpStacksNode;
  readonly contract: string;
  readonly #script: Uint8Array;

  /** @param url of the site that serves the devnet below `/api` */
  constructor(url: string, owner = 31) {
    this.#url = url;
    this.#key = account(owner).key;
    this.contract = `${accountAddress(this.#key, "testnet")}.sbtc`;
    const source = { fetch, timeoutMs: 20_000 };
    this.bitcoin = esploraNode({ ...source, operator: "devnet", url: `${url}/api/bitcoin`, network });
    this.stacks = new HttpStacksNode({ ...source, url: `${url}/api/stacks` });
    this.#script = pegScript(parseGroupKey(this.#group.key), "peg").script;
  }

  async mine(blocks: number): Promise<void> {
    await this.post("/api/bitcoin/devnet/mine", { blocks });
    const { height } = await this.bitcoin.tip();
    for (let tries = 0; (await this.stacks.info()).burnBlockHeight < height; tries++) {
      if (tries > 200) throw new Error("the Stacks chain does not follow");
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  async post(path: string, body: object): Promise<void> {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${this.#url}${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  }

  /**
   * Deploys and configures the contract, and announces the group's wallet.
   * @param change made to every contract's text
   */
  async open(
    limits: Limits = soloLimits,
    allowList = false,
    change = (source: string) => source,
  ): Promise<void> {
    const address = accountAddress(this.#key, "testnet");
    await this.mine(1);
    await this.post("/api/stacks/extended/v1/faucets/stx", { address });
    for (const { name, source } of contractSources("devnet")) {
      const terms = {
        network: "testnet",
        nonce: await this.stacks.nextNonce(address),
        fee: 400_000n,
      } as const;
      const contract = { name, source: change(source), clarityVersion: contractClarityVersion };
      await this.#accepted((await signDeploy(contract, terms, this.#key)).bytes);
    }
    const config = `${address}.sbtc-config`;
    await this.call(configCalls.setLimits(config, limits));
    await this.call(configCalls.enableAllowList(config, allowList));
    const wallet = addressOf(this.#script, network) ?? "";
    const action = { tag: "setWallet", key: this.#group.key, address: wallet } as const;
    const context = { chainId: devnetChainId, contract: this.contract, epoch: 0n };
    await this.call(setWalletCall(context, action, this.#group.sign(actionDigest(context, action)), null));
  }

  /** Sends a call and insists on its success. */
  async call(call: ContractCall): Promise<void> {
    const address = accountAddress(this.#key, "testnet");
    const terms = { network: "testnet", nonce: await this.stacks.nextNonce(address), fee } as const;
    const txid = await this.#accepted((await signCall(call, terms, this.#key)).bytes);
    const state = await this.stacks.transaction(txid);
    if (state.tag !== "success") throw new Error(`${call.functionName}: ${state.tag}`);
  }

  async #accepted(bytes: Uint8Array): Promise<string> {
    const outcome = await this.stacks.broadcast(bytes);
    if (outcome.tag === "accepted") return outcome.txid;
    throw new Error(outcome.rejection.message);
  }

  #sign(action: ContractAction) {
    const context = { chainId: devnetChainId, contract: this.contract, epoch: 1n };
    return {
      context,
      group: { key: this.#group.key, signature: this.#group.sign(actionDigest(context, action)) },
    };
  }

  async #seen(txid: string): Promise<{ tx: BitcoinTx; block: BlockRef }> {
    const { raw, block } = await this.bitcoin.transaction(parseTxid(txid));
    if (block === null) throw new Error(`${txid} is not confirmed`);
    return { tx: parseTransaction(raw), block };
  }

  async #sendSigned(plan: Plan): Promise<string> {
    const unlocking = signingDigests(plan).map(
      ({ input, message }) => [input, witnessFor(plan, input, this.#group.sign(message))] as const,
    );
    return this.bitcoin.broadcast(finalize(plan, new Map(unlocking)).raw);
  }

  /** Sweeps an announced deposit into the peg. @returns what it is worth in sBTC */
  async sweep(txid: string): Promise<bigint> {
    const { tx } = await this.#seen(txid);
    const found = readAnnouncedDeposit(tx, [parseGroupKey(this.#group.key)], network);
    const coin = { ...found.outpoint, amount: found.amount, script: found.script };
    const deposit = { coin, leaf: found.depositLeaf, data: found.data };
    const { plan, credits } = buildSweep([deposit], this.#script, 1000n);
    await this.#sendSigned(plan);
    return credits[0]?.credited ?? 0n;
  }

  /** Mints for a deposit. */
  async mint(txid: string, amount: bigint, recipient: string): Promise<void> {
    const { block } = await this.#seen(txid);
    const deposit = { txid, vout: 1 };
    const action = { tag: "mint", amount, recipient, deposit, burnBlock: block } as const;
    const { context, group } = this.#sign(action);
    await this.call(mintCall(context, action, group));
  }

  async #request(txid: string) {
    const { tx, block } = await this.#seen(txid);
    const request = parsePegOutRequest(tx, { network, dialect: "D2", pegScript: this.#script });
    return { request, block, owner: formatPrincipal(recoverOwner(request, network, "D2")) };
  }

  /** Locks what a request asks for. */
  async lock(txid: string): Promise<void> {
    const { request, block, owner } = await this.#request(txid);
    const { amount, recipientScript: script, signature: ownerSignature } = request;
    const address = addressOf(script, network) ?? "";
    const what = { amount, script, address, ownerSignature, txid, burnBlock: block } as const;
    const action = { tag: "lock", dialect: "D2", ...what } as const;
    const { context, group } = this.#sign(action);
    await this.call(lockCall(context, action, group, owner));
  }

  /** Pays a request. @returns the payment's txid */
  async fulfil(txid: string): Promise<string> {
    const { request } = await this.#request(txid);
    const utxos = await this.bitcoin.utxos(this.#script);
    const pegCoins = utxos.filter(({ height }) => height !== null);
    const chainTip = (await this.bitcoin.tip()).hash;
    const parts = { request, pegCoins, chainTip, network, dialect: "D2" } as const;
    return this.#sendSigned(buildFulfilment(parts, { rate: 1000n }));
  }

  /** Burns what a paid request locked. */
  async settle(txid: string, payoutTxid: string): Promise<void> {
    const { request } = await this.#request(txid);
    const { block } = await this.#seen(payoutTxid);
    const action = { tag: "settle", txid, payoutTxid, burnBlock: block } as const;
    const { context, group } = this.#sign(action);
    await this.call(settleCall(context, action, group, request.amount));
  }
}
