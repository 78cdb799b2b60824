import { expect, test } from "vitest";
import { addressOf } from "../lib/sbtc/bitcoin/script.ts";
import type { TxOutput } from "../lib/sbtc/bitcoin/transaction.ts";
import { networks } from "../lib/sbtc/network.ts";
import { readOperationOfAnyPeg } from "../lib/sbtc/ops/any-peg.ts";
import { encodePegIn } from "../lib/sbtc/ops/peg-in.ts";
import { transactionWith } from "../lib/sbtc/testing/transactions.ts";
import { bareTaproot, keyWallet, recipientAccount } from "../lib/sbtc/testing/wallets.ts";
import { Chain } from "./bitcoin/chain.ts";
import { Faucet } from "./bitcoin/faucet.ts";
import { burnOps } from "./burn-ops.ts";
import { Transaction } from "@scure/btc-signer";

const network = networks.regtest;
const recipient = encodePegIn({ recipient: recipientAccount, memo: new Uint8Array() }, network, "D2");

/** A chain whose last block holds one peg-in to each of two wallets, and nothing else of interest. */
function chainWithPegIns() {
  const chain = new Chain({ now: () => 1_800_000_000 });
  const faucet = new Faucet(chain);
  faucet.prepare();
  const wallet = keyWallet(0x21);
  for (const peg of [bareTaproot(1), bareTaproot(2)]) {
    const paid = faucet.pay(wallet.script, 100_000n);
    if (!("txid" in paid)) throw new Error(paid.detail);
    const parent = chain.mempool.get(paid.txid)?.tx;
    const vout = parent?.outputs.findIndex(({ amount }) => amount === 100_000n) ?? -1;
    const tx = new Transaction({ allowUnknownOutputs: true });
    tx.addInput({ txid: paid.txid, index: vout, witnessUtxo: { script: wallet.script, amount: 100_000n } });
    tx.addOutput(recipient);
    tx.addOutput({ script: peg, amount: 90_000n });
    tx.sign(wallet.secret);
    tx.finalize();
    expect(chain.submit(tx.extract())).toHaveProperty("txid");
  }
  chain.mine(1, faucet.script);
  let processed = chain.tip.height;
  const handle = burnOps(chain, () => processed);
  const get = async (height: number | string, op: string, query = "") => {
    const path = `/v2/burn_ops/${height}/${op}`;
    const answer = await handle({ method: "GET", path, query, body: new Uint8Array() });
    if (answer === null) throw new Error("not served");
    return answer.status === 200 ? (JSON.parse(answer.body) as unknown) : answer.status;
  };
  return { chain, get, follow: (height: number) => (processed = height) };
}

test("a block's operations are told for every wallet, and the wallet with each", async () => {
  const { chain, get } = chainWithPegIns();
  const { height, hash } = chain.tip;
  const answer = (await get(height, "peg_in")) as { peg_in: { peg_wallet_address: string }[] };
  expect(answer.peg_in).toHaveLength(2);
  expect(answer.peg_in.map((row) => row.peg_wallet_address)).toEqual(
    [bareTaproot(1), bareTaproot(2)].map((script) => addressOf(script, network)),
  );
  expect(answer.peg_in[0]).toMatchObject({
    amount: 90_000,
    block_height: height,
    burn_header_hash: hash,
    recipient: "ST3RBZ4TZ3EK22SZRKGFZYBCKD7WQ5B8FFRS57TT6",
  });
  expect(await get(height, "peg_out_request")).toEqual({ peg_out_request: [] });
  expect(await get(height - 1, "peg_in")).toEqual({ peg_in: [] });
});

test("a block the Stacks chain has not followed is not found, and not empty", async () => {
  const { chain, get, follow } = chainWithPegIns();
  const { height } = chain.tip;
  follow(height - 1);
  expect(await get(height, "peg_in")).toBe(404);
  expect(await get(height + 1, "peg_in")).toBe(404);
  expect(await get("latest", "peg_in")).toBe(404);
});

test("an unknown operation or dialect is refused", async () => {
  const { chain, get } = chainWithPegIns();
  expect(await get(chain.tip.height, "peg_sideways")).toBe(400);
  expect(await get(chain.tip.height, "peg_in", "dialect=D3")).toBe(400);
  // D1 reads the same bytes otherwise, and finds no operation in them
  expect(await get(chain.tip.height, "peg_in", "dialect=D1")).toEqual({ peg_in: [] });
});

test("what claims to be an operation and is none keeps its reason, whichever wallet it pays", () => {
  const read = (outputs: readonly TxOutput[]) =>
    readOperationOfAnyPeg(transactionWith(outputs), { network, dialect: "D2" });
  const refused = (outputs: readonly TxOutput[]) => {
    const reading = read(outputs);
    return reading.tag === "refused" ? reading.refusal.code : reading.tag;
  };
  expect(refused([recipient])).toBe("outputMissing");
  expect(refused([recipient, { script: bareTaproot(1), amount: 0n }])).toBe("amountZero");
  expect(
    refused([recipient, { script: bareTaproot(1), amount: 5n }, { script: bareTaproot(2), amount: 9n }]),
  ).toBe("amountBelowDust");
  expect(refused([{ script: bareTaproot(1), amount: 5n }])).toBe("none");
});
