import { concatBytes } from "@noble/hashes/utils.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { hashOfId, parseTxid, toHex } from "../../lib/sbtc/bytes.ts";
import { networks } from "../../lib/sbtc/network.ts";
import { merkleRoot } from "../../lib/sbtc/bitcoin/spv/merkle.ts";
import { parseTransaction, serializeTransaction } from "../../lib/sbtc/bitcoin/transaction.ts";
import type { BitcoinTx, TxInput, TxOutput } from "../../lib/sbtc/bitcoin/transaction.ts";
import { encodePegIn } from "../../lib/sbtc/ops/peg-in.ts";
import { mineHeader } from "../../lib/sbtc/testing/headers.ts";
import { bareTaproot, recipientAccount, soloGroup } from "../../lib/sbtc/testing/wallets.ts";

/** Transactions of a full block. */
export const transactionsPerBlock = 2_000;
/** The wallet the scan looks for; one transaction in 200 pays it as a peg-in. */
export const peg = soloGroup(1);

const noise = (seed: string, length: number): Uint8Array => {
  const parts: Uint8Array[] = [];
  for (let i = 0; i * 32 < length; i++) parts.push(sha256(new TextEncoder().encode(`${seed}/${i}`)));
  return concatBytes(...parts).subarray(0, length);
};

/** One to four inputs, one to three outputs, witnesses of the usual sizes: what a block of today holds. */
function ordinary(seed: string, n: number): BitcoinTx {
  const inputs = Array.from({ length: 1 + (n % 7 === 0 ? 3 : n % 2) }, (_, i): TxInput => {
    const byKey =
      n % 3 === 0 ? [noise(`${seed}s${i}`, 64)] : [noise(`${seed}d${i}`, 71), noise(`${seed}k${i}`, 33)];
    return {
      txid: parseTxid(toHex(noise(`${seed}i${i}`, 32))),
      vout: i,
      scriptSig: new Uint8Array(),
      sequence: 0xffff_fffd,
      witness: byKey,
    };
  });
  const outputs = Array.from({ length: 1 + (n % 3) }, (_, i): TxOutput => {
    const script = concatBytes(Uint8Array.of(0, 20), noise(`${seed}o${i}`, 20));
    return { amount: BigInt(1_000 + n + i), script };
  });
  return parseTransaction(serializeTransaction({ version: 2, inputs, outputs, lockTime: 0 }));
}

function pegIn(seed: string): BitcoinTx {
  const { inputs } = ordinary(seed, 1);
  const outputs = [
    encodePegIn({ recipient: recipientAccount, memo: new Uint8Array() }, networks.testnet3, "D2"),
    { amount: 50_000n, script: peg.script },
    { amount: 9_000n, script: bareTaproot(9) },
  ];
  return parseTransaction(serializeTransaction({ version: 2, inputs, outputs, lockTime: 0 }));
}

/** A full block, as a node would hand it out. */
export function fullBlock(seed: string): Uint8Array {
  const transactions = Array.from({ length: transactionsPerBlock }, (_, n) =>
    n % 200 === 100 ? pegIn(`${seed}/${n}`) : ordinary(`${seed}/${n}`, n),
  );
  const root = merkleRoot(transactions.map(({ txid }) => hashOfId(txid)));
  const header = mineHeader({ previous: "11".repeat(32) as never, time: 1_700_000_000, merkleRoot: root });
  const count = Uint8Array.of(0xfd, transactionsPerBlock & 0xff, transactionsPerBlock >> 8);
  return concatBytes(header.raw, count, ...transactions.map(({ raw }) => raw));
}
