import { secp256k1 } from "@noble/curves/secp256k1.js";
import { bytesToHex, concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { Cl, deserializeTransaction, PayloadType, type ContractCallPayload } from "@stacks/transactions";
import { beforeEach, describe, expect, test } from "vitest";
import { parseTxid } from "../../../sbtc/bytes.ts";
import { scriptOfAddress } from "../../../sbtc/bitcoin/script.ts";
import { transferCall } from "../../../sbtc/contract/calls.ts";
import { networks } from "../../../sbtc/network.ts";
import { depositOutput } from "../../../sbtc/ops/deposit-script.ts";
import { pegOutText, recoverOwner, signVrs, stacksMessageHash } from "../../../sbtc/ops/owner-signature.ts";
import { parseGroupKey } from "../../../sbtc/ops/peg-script.ts";
import { formatPrincipal, parsePrincipal } from "../../../sbtc/ops/principal.ts";
import { Refusal } from "../../../sbtc/refusal.ts";
import { fundByUser } from "../../../sbtc/transactions/user.ts";
import { buildReclaim } from "../../../sbtc/transactions/script-path.ts";
import { MemoryStore } from "../../memory-store.ts";
import { connectWallet } from "./connect.ts";
import { walletChoices, type Scope } from "./providers.ts";
import { readMessageSignature } from "./signature.ts";
import { profileSeed, testKeys } from "./test-wallet/keys.ts";
import { registerTestWallets } from "./test-wallet/register.ts";
import { WalletError } from "./wallet.ts";

const network = networks.regtest;
const seed = new Uint8Array(32).fill(7);
const keys = testKeys(seed, network);
const sent: Uint8Array[] = [];
let window: Record<string, unknown>;

beforeEach(() => {
  sent.length = 0;
  window = {};
  const stacks = {
    nextNonce: () => Promise.resolve(3n),
    broadcast: (bytes: Uint8Array) => {
      sent.push(bytes);
      return Promise.resolve({ tag: "accepted" as const, txid: deserializeTransaction(bytes).txid() });
    },
  };
  registerTestWallets(window, seed, network, { stacks });
});

const connect = (variant: string, scope: Scope = window) =>
  connectWallet(`HoarfrostTestWallets.${variant}`, { scope, network, name: "Test wallet" });
const coin = (n: number, address: string, amount = 100_000n) => ({
  txid: parseTxid(n.toString(16).padStart(64, "0")),
  vout: 0,
  amount,
  script: scriptOfAddress(address, network),
});
const rate = 2000n;
const outputs = [{ amount: 120_000n, script: scriptOfAddress(keys.taproot.address, network) }];
const codeOf = async (run: () => Promise<unknown>) => {
  try {
    await run();
    return "accepted";
  } catch (error) {
    if (error instanceof WalletError || error instanceof Refusal) return error.code;
    throw error;
  }
};

test("the three test wallets are found beside the wallets that are not installed", () => {
  const choices = walletChoices(window);
  expect(choices.map(({ name, test, install }) => [name, test, install !== undefined])).toEqual([
    ["Test wallet", true, false],
    ["Test wallet, Leather’s way", true, false],
    ["Test wallet, Xverse’s way", true, false],
    ["Leather", false, true],
    ["Xverse", false, true],
  ]);
});

test("a browser profile keeps its seed, also where two tabs make it at once", async () => {
  const store = new MemoryStore();
  let next = 0;
  const rng = { bytes: (length: number) => new Uint8Array(length).fill(++next) };
  const [a, b] = await Promise.all([profileSeed(store, rng), profileSeed(store, rng)]);
  expect(a).toEqual(b);
  expect(await profileSeed(store, rng)).toEqual(a);
});

describe.each(["Plain", "Leather", "Xverse"])("the wallet that speaks like %s", (variant) => {
  test("shows its addresses, each proven by its key", async () => {
    const { addresses, reclaimKey, test: isTest } = await connect(variant);
    expect(addresses.stacks).toBe(keys.stacks.address);
    expect(addresses.payment.address).toBe(keys.payment.address);
    expect(addresses.taproot?.address).toBe(keys.taproot.address);
    expect(reclaimKey).toEqual(keys.taproot.publicKey);
    expect(isTest).toBe(true);
  });

  test("signs a payment from several coins of both addresses, and the result would be mined", async () => {
    const wallet = await connect(variant);
    const coins = [coin(1, keys.payment.address), coin(2, keys.taproot.address, 90_000n)];
    const plan = fundByUser(outputs, { coins, changeScript: wallet.addresses.payment.script, rate });
    expect(plan.inputs).toHaveLength(2);
    const tx = await wallet.signPlan(plan);
    expect(tx.txid).toBe(plan.unsigned.txid);
    expect(tx.inputs.every(({ witness }) => witness.length > 0)).toBe(true);
  });

  test("signs a reclaim by the deposit's second leaf", async () => {
    const wallet = await connect(variant);
    const recipient = parsePrincipal(keys.stacks.address, network);
    const group = parseGroupKey(secp256k1.getPublicKey(new Uint8Array(32).fill(9)).slice(1));
    const reclaim = { key: wallet.reclaimKey, blocks: 10 };
    const { script, tree } = depositOutput({ maxFee: 80_000n, recipient }, group, reclaim);
    const deposit = { txid: parseTxid("ab".repeat(32)), vout: 1, amount: 50_000n, script };
    const plan = buildReclaim(deposit, tree.second, wallet.addresses.payment.script, 10, rate);
    expect((await wallet.signPlan(plan)).inputs[0]?.witness).toHaveLength(3);
  });

  test("signs a peg-out text, and the owner recovered from it is its account", async () => {
    const wallet = await connect(variant);
    const recipientScript = wallet.addresses.payment.script;
    const text = pegOutText(5000n, recipientScript, network);
    const { signature } = await wallet.signText(text, stacksMessageHash(text));
    const owner = recoverOwner({ amount: 5000n, recipientScript, signature }, network, "D2");
    expect(formatPrincipal(owner)).toBe(wallet.addresses.stacks);
  });

  test("sends a transfer with its post-condition in deny mode", async () => {
    const wallet = await connect(variant);
    const contract = `${keys.stacks.address}.sbtc`;
    const txid = await wallet.call(
      transferCall(contract, 42n, keys.stacks.address, "ST1TNW5XKBHTZPN9M345JC8M1GZR5F0DJGAYMD3R6", null),
    );
    const transaction = deserializeTransaction(sent[0] ?? new Uint8Array());
    expect(transaction.txid()).toBe(txid);
    expect(transaction.postConditions.values).toHaveLength(1);
    expect(transaction.postConditionMode).toBe(2);
    expect(transaction.payload.payloadType).toBe(PayloadType.ContractCall);
    const { functionName, functionArgs } = transaction.payload as ContractCallPayload;
    expect(functionName.content).toBe("transfer");
    expect(functionArgs[0]).toEqual(Cl.uint(42n));
  });
});

/** A wallet whose answers are changed on their way. */
const bent = (change: (method: string, result: unknown) => unknown): Scope => {
  const wallets = window["HoarfrostTestWallets"] as Record<
    string,
    { request: (method: string, params: unknown) => Promise<{ result: unknown }> }
  >;
  const request = async (method: string, params: unknown) => {
    const answer = await wallets["Plain"]!.request(method, params);
    return { ...answer, result: change(method, answer.result) };
  };
  return { HoarfrostTestWallets: { Plain: { request } } };
};

describe("a wallet that misbehaves", () => {
  test("and signs another payment is caught before anything is broadcast", async () => {
    const wallet = await connect("Plain");
    const funds = {
      coins: [coin(1, keys.payment.address)],
      changeScript: wallet.addresses.payment.script,
      rate,
    };
    const asked = fundByUser([{ ...outputs[0]!, amount: 50_000n }], funds);
    const instead = fundByUser([{ ...outputs[0]!, amount: 51_000n }], funds);
    const psbt = { psbt: "" };
    const other = await connect(
      "Plain",
      bent((method, result) => (method === "signPsbt" ? psbt : result)),
    );
    const honest = bent((method, result) => {
      if (method === "signPsbt") psbt.psbt = (result as typeof psbt).psbt;
      return result;
    });
    await (await connect("Plain", honest)).signPlan(instead);
    expect(await codeOf(() => other.signPlan(asked))).toBe("psbtChanged");
  });

  test("and answers with an unsigned transaction is told so", async () => {
    const wallet = await connect("Plain");
    const funds = {
      coins: [coin(1, keys.payment.address)],
      changeScript: wallet.addresses.payment.script,
      rate,
    };
    const plan = fundByUser([{ ...outputs[0]!, amount: 50_000n }], funds);
    const { toPsbt } = await import("../../../sbtc/transactions/psbt.ts");
    const unsigned = bytesToHex(toPsbt(plan));
    const forger = await connect(
      "Plain",
      bent((method, result) => (method === "signPsbt" ? { psbt: unsigned } : result)),
    );
    expect(await codeOf(() => forger.signPlan(plan))).toBe("psbtNotSigned");
  });

  test("and is set to another network is told so", async () => {
    const mainnet = testKeys(seed, networks.mainnet);
    const scope = bent(() => ({
      addresses: [
        { address: mainnet.stacks.address, publicKey: bytesToHex(mainnet.stacks.publicKey) },
        { address: mainnet.payment.address, publicKey: bytesToHex(mainnet.payment.publicKey) },
      ],
    }));
    expect(await codeOf(() => connect("Plain", scope))).toBe("wallet-network");
  });

  test("and names an address that its key does not hold is not used", async () => {
    const other = testKeys(new Uint8Array(32).fill(8), network);
    const scope = bent(() => ({
      addresses: [
        { address: keys.stacks.address, publicKey: bytesToHex(keys.stacks.publicKey) },
        { address: other.payment.address, publicKey: bytesToHex(keys.payment.publicKey) },
      ],
    }));
    expect(await codeOf(() => connect("Plain", scope))).toBe("wallet-address");
  });

  test.each([
    [{ jsonrpc: "2.0", error: { code: -32000, message: "no" } }, "wallet-cancelled"],
    [{ jsonrpc: "2.0", error: { code: 4001, message: "no" } }, "wallet-cancelled"],
    [{ jsonrpc: "2.0", error: { code: -32601, message: "what" } }, "wallet-method"],
    [{ jsonrpc: "2.0", error: { code: -1, message: "broken" } }, "wallet-failed"],
    [{ jsonrpc: "2.0", result: { addresses: 3 } }, "wallet-failed"],
  ])("and answers %j ends with one code", async (answer, code) => {
    const scope = { HoarfrostTestWallets: { Plain: { request: () => Promise.resolve(answer) } } };
    expect(await codeOf(() => connect("Plain", scope))).toBe(code);
  });

  test("and is gone ends with one code", async () => {
    expect(await codeOf(() => connect("Plain", {}))).toBe("wallet-missing");
  });
});

describe("a message signature", () => {
  const secret = new Uint8Array(32).fill(3);
  const publicKey = secp256k1.getPublicKey(secret);

  test("is read in either order, with any recovery id, in either half", () => {
    const order = secp256k1.Point.Fn.ORDER;
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.boolean(),
        fc.constantFrom(0, 27, 31),
        fc.boolean(),
        (digest, first, added, high) => {
          const vrs = signVrs(digest, secret);
          const s = BigInt(`0x${bytesToHex(vrs.subarray(33))}`);
          const v = (vrs[0] ?? 0) ^ (high ? 1 : 0);
          const rs = concatBytes(
            vrs.subarray(1, 33),
            high ? secp256k1.Point.Fn.toBytes(order - s) : vrs.subarray(33),
          );
          const id = Uint8Array.of(v + added);
          const written = bytesToHex(first ? concatBytes(id, rs) : concatBytes(rs, id));
          expect(readMessageSignature(written, publicKey, digest)).toEqual(vrs);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("of another key, another text or another length is refused", async () => {
    const digest = new Uint8Array(32).fill(1);
    const hex = bytesToHex(signVrs(digest, secret));
    const other = secp256k1.getPublicKey(new Uint8Array(32).fill(4));
    const read = (text: string, key: Uint8Array, over: Uint8Array) =>
      codeOf(() => Promise.resolve().then(() => readMessageSignature(text, key, over)));
    expect(await read(hex, other, digest)).toBe("signatureInvalid");
    expect(await read(hex, publicKey, hexToBytes("02".repeat(32)))).toBe("signatureInvalid");
    expect(await read(hex.slice(2), publicKey, digest)).toBe("signatureMalformed");
    expect(await read("zz", publicKey, digest)).toBe("hexInvalid");
  });
});
