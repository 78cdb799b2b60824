import type { BitcoinNode } from "../../../sbtc/bitcoin/node.ts";
import { addressOf } from "../../../sbtc/bitcoin/script.ts";
import type { BitcoinNetwork } from "../../../sbtc/network.ts";
import { announcedDepositOutputs } from "../../../sbtc/ops/deposit-announcement.ts";
import type { VrsSignature } from "../../../sbtc/ops/owner-signature.ts";
import type { Principal } from "../../../sbtc/ops/principal.ts";
import type { Plan } from "../../../sbtc/transactions/plan.ts";
import {
  buildPegIn,
  buildPegOutRequest,
  fundByUser,
  type UserFunds,
} from "../../../sbtc/transactions/user.ts";
import type { PegFacts } from "./facts.ts";
import { fulfilmentFee, sweepFeeCap } from "./fees.ts";

/** Everything a peg-in's transaction is made of. */
export interface PegInOrder {
  readonly direction: "in";
  readonly amount: bigint;
  readonly recipient: Principal;
  readonly way:
    | { readonly tag: "direct" }
    | {
        readonly tag: "deposit";
        readonly reclaimKey: Uint8Array;
        readonly lockBlocks: number;
      };
}

/** Everything a peg-out request is made of. */
export interface PegOutOrder {
  readonly direction: "out";
  readonly amount: bigint;
  readonly recipientScript: Uint8Array;
  readonly signature: VrsSignature;
}

export type PegOrder = PegInOrder | PegOutOrder;

/** A user's coins at one script; unconfirmed ones count, since a wallet's own change is usually spendable at once. */
export async function fundsAt(
  node: Pick<BitcoinNode, "utxos">,
  script: Uint8Array,
  rates: PegFacts["rates"],
): Promise<UserFunds> {
  const utxos = await node.utxos(script);
  const coins = utxos.map(({ txid, vout, amount, height }) => ({
    txid,
    vout,
    amount,
    script,
    unconfirmedDepth: height === null ? 1 : 0,
  }));
  return { coins, changeScript: script, rate: rates.normal };
}

/** The transaction an order needs, paid from `funds`. @throws Refusal */
export function buildOrder(
  order: PegOrder,
  facts: PegFacts,
  network: BitcoinNetwork,
  funds: UserFunds,
): Plan {
  if (order.direction === "out") {
    const { amount, signature, recipientScript } = order;
    return buildPegOutRequest(
      {
        data: { amount, signature, memo: new Uint8Array() },
        recipientScript,
        fulfilmentFee: fulfilmentFee(facts.rates, recipientScript, facts.pegScript),
        pegScript: facts.pegScript,
        network,
      },
      funds,
    );
  }
  const { recipient, amount, way } = order;
  if (way.tag === "direct")
    return buildPegIn({ recipient, amount, pegScript: facts.pegScript, network, dialect: "D2" }, funds);
  const deposit = {
    data: { maxFee: sweepFeeCap(facts.rates), recipient },
    reclaim: { key: way.reclaimKey, blocks: way.lockBlocks },
  };
  return fundByUser(announcedDepositOutputs(deposit, amount, facts.groupKey, network), funds);
}

/** The address an order pays, for people to compare. */
export function payAddress(plan: Plan, order: PegOrder, network: BitcoinNetwork): string {
  const output = plan.unsigned.outputs[order.direction === "in" ? 1 : 2];
  return output === undefined ? "" : (addressOf(output.script, network) ?? "");
}

/** A request for money to the wallet's own address (BIP 21): what is missing, in BTC, as a QR code holds it. */
export function topUpUri(address: string, missing: bigint): string {
  const digits = missing.toString().padStart(9, "0");
  return `bitcoin:${address}?amount=${digits.slice(0, -8)}.${digits.slice(-8)}`;
}
