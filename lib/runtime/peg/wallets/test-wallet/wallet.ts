import { base64 } from "@scure/base";
import { Transaction } from "@scure/btc-signer";
import { bytesToHex, concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import { Cl, deserializeTransaction, makeContractCall, PostConditionMode } from "@stacks/transactions";
import { z } from "zod";
import { signVrs, stacksMessageHash } from "../../../../sbtc/ops/owner-signature.ts";
import type { StacksNode } from "../../../../sbtc/stacks/node.ts";
import { parseContractId } from "../../../../sbtc/stacks/transaction.ts";
import type { TestKeys } from "./keys.ts";

/** How the three variants speak: as the standard says, as Leather does, as Xverse does. */
export type TestWalletVariant = "plain" | "leather" | "xverse";

interface Answer {
  readonly jsonrpc: "2.0";
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** What a test wallet needs beside its keys. */
export interface TestWalletPorts {
  readonly stacks: Pick<StacksNode, "nextNonce" | "broadcast">;
}

const standardPsbt = z.object({
  psbt: z.string(),
  signInputs: z.array(z.object({ index: z.int(), address: z.string() })),
});
const leatherPsbt = z.object({ hex: z.string(), signAtIndex: z.array(z.int()) });
const xversePsbt = z.object({ psbt: z.string(), signInputs: z.record(z.string(), z.array(z.int())) });
const messageParams = z.object({ message: z.string() });
const callParams = z.object({
  contract: z.string(),
  functionName: z.string(),
  functionArgs: z.array(z.string()),
  postConditions: z.array(z.string()),
  postConditionMode: z.enum(["allow", "deny"]),
});

const lenient = {
  allowUnknownOutputs: true,
  allowUnknownInputs: true,
  allowLegacyWitnessUtxo: true,
} as const;
/** Micro-STX for any call of ours. */
const callFee = 20_000n;

class Rejected extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * The devnet's wallet: signs whatever it is asked, with keys worth nothing, so that every path of the page can be tried
 * without an extension. It is strict about shapes, so that the page's requests are those the real wallets take.
 */
export function testWallet(variant: TestWalletVariant, keys: TestKeys, ports: TestWalletPorts) {
  let serial = 0;
  const methods: Readonly<Record<string, (params: unknown) => unknown>> = {
    [variant === "xverse" ? "wallet_connect" : "getAddresses"]: () => addressesOf(variant, keys),
    signPsbt: (params) => signPsbt(variant, keys, params),
    stx_signMessage: (params) => signMessage(variant, keys, params),
    stx_callContract: (params) => callContract(keys, ports, params),
  };
  return {
    ...(variant === "leather" ? { isLeather: true } : {}),
    ...(variant === "xverse"
      ? { signMultipleTransactions: notOffered, createRepeatInscriptions: notOffered }
      : {}),
    async request(method: string, params?: unknown): Promise<Answer> {
      serial += 1;
      const envelope = { jsonrpc: "2.0", id: serial } as const;
      try {
        const run = methods[method];
        if (run === undefined) throw new Rejected(-32601, `${method} is not known to this wallet`);
        return { ...envelope, result: await run(params) };
      } catch (error) {
        if (error instanceof Rejected)
          return { ...envelope, error: { code: error.code, message: error.message } };
        if (error instanceof z.ZodError)
          return { ...envelope, error: { code: -32602, message: z.prettifyError(error) } };
        const message = error instanceof Error ? error.message : "the test wallet failed";
        return { ...envelope, error: { code: -32603, message } };
      }
    },
  };
}

const notOffered = (): never => {
  throw new Rejected(-32601, "not offered by this wallet");
};

function addressesOf(variant: TestWalletVariant, { payment, taproot, stacks }: TestKeys): unknown {
  const hex = bytesToHex;
  if (variant === "xverse")
    return {
      walletType: "software",
      addresses: [
        {
          address: taproot.address,
          publicKey: hex(taproot.publicKey),
          purpose: "ordinals",
          addressType: "p2tr",
        },
        {
          address: payment.address,
          publicKey: hex(payment.publicKey),
          purpose: "payment",
          addressType: "p2wpkh",
        },
        {
          address: stacks.address,
          publicKey: hex(stacks.publicKey),
          purpose: "stacks",
          addressType: "stacks",
        },
      ],
    };
  return {
    addresses: [
      { symbol: "BTC", type: "p2wpkh", address: payment.address, publicKey: hex(payment.publicKey) },
      // Leather gives the whole key, as it has it; the standard leaves that open
      {
        symbol: "BTC",
        type: "p2tr",
        address: taproot.address,
        publicKey: hex(concatBytes(Uint8Array.of(2), taproot.publicKey)),
      },
      { symbol: "STX", address: stacks.address, publicKey: hex(stacks.publicKey) },
    ],
  };
}

function signPsbt(variant: TestWalletVariant, keys: TestKeys, params: unknown): unknown {
  if (variant === "leather") {
    const { hex, signAtIndex } = leatherPsbt.parse(params);
    const tx = Transaction.fromPSBT(hexToBytes(hex), lenient);
    for (const index of signAtIndex) sign(tx, index, keys);
    return { hex: bytesToHex(tx.toPSBT()) };
  }
  if (variant === "xverse") {
    const { psbt, signInputs } = xversePsbt.parse(params);
    const tx = Transaction.fromPSBT(base64.decode(psbt), lenient);
    for (const [address, indexes] of Object.entries(signInputs))
      for (const index of indexes) sign(tx, index, keys, address);
    tx.finalize();
    return { psbt: base64.encode(tx.toPSBT()) };
  }
  const { psbt, signInputs } = standardPsbt.parse(params);
  const tx = Transaction.fromPSBT(base64.decode(psbt), lenient);
  for (const { index, address } of signInputs) sign(tx, index, keys, address);
  return { psbt: base64.encode(tx.toPSBT()) };
}

function sign(tx: Transaction, index: number, keys: TestKeys, address?: string): void {
  const candidates = [keys.payment, keys.taproot].filter(
    (key) => address === undefined || key.address === address,
  );
  if (candidates.length === 0)
    throw new Rejected(-32001, `${address ?? ""} is not an address of this wallet`);
  const signed = candidates.some(({ secret }) => {
    try {
      return tx.signIdx(secret, index);
    } catch {
      return false; // this key does not spend that input; the other may
    }
  });
  if (!signed) throw new Rejected(-32602, `unable to sign input ${index}`);
}

function signMessage(variant: TestWalletVariant, { stacks }: TestKeys, params: unknown): unknown {
  const { message } = messageParams.parse(params);
  const vrs = signVrs(stacksMessageHash(message), stacks.secret);
  const rsv = concatBytes(vrs.subarray(1), vrs.subarray(0, 1));
  return { signature: bytesToHex(variant === "xverse" ? vrs : rsv), publicKey: bytesToHex(stacks.publicKey) };
}

async function callContract({ stacks }: TestKeys, ports: TestWalletPorts, params: unknown): Promise<unknown> {
  const call = callParams.parse(params);
  const { address, name } = parseContractId(call.contract);
  const transaction = await makeContractCall({
    network: "testnet",
    contractAddress: address,
    contractName: name,
    functionName: call.functionName,
    functionArgs: call.functionArgs.map((hex) => Cl.deserialize(hex)),
    postConditions: call.postConditions,
    postConditionMode: call.postConditionMode === "deny" ? PostConditionMode.Deny : PostConditionMode.Allow,
    senderKey: `${bytesToHex(stacks.secret)}01`,
    nonce: await ports.stacks.nextNonce(stacks.address),
    fee: callFee,
  });
  const bytes = transaction.serializeBytes();
  const outcome = await ports.stacks.broadcast(bytes);
  if (outcome.tag === "rejected") throw new Rejected(-32603, outcome.rejection.message);
  return { txid: outcome.txid, transaction: bytesToHex(deserializeTransaction(bytes).serializeBytes()) };
}
