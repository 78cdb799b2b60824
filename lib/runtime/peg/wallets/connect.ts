import { base64 } from "@scure/base";
import { z } from "zod";
import { parseHex, sameBytes } from "../../../sbtc/bytes.ts";
import { addressOf } from "../../../sbtc/bitcoin/script.ts";
import type { ContractCall } from "../../../sbtc/contract/calls.ts";
import type { BitcoinNetwork } from "../../../sbtc/network.ts";
import { refuse } from "../../../sbtc/refusal.ts";
import { parseContractId } from "../../../sbtc/stacks/transaction.ts";
import type { Plan } from "../../../sbtc/transactions/plan.ts";
import { fromSignedPsbt, toPsbt, type WalletHint } from "../../../sbtc/transactions/psbt.ts";
import { readAddresses } from "./addresses.ts";
import { providerAt, testWalletPrefix, type Provider, type Scope } from "./providers.ts";
import { readMessageSignature } from "./signature.ts";
import { WalletError, type BitcoinAddress, type ConnectedWallet, type WalletAddresses } from "./wallet.ts";

/** Where to look for wallets, and what to ask them for. */
export interface ConnectOptions {
  readonly scope: Scope;
  readonly network: BitcoinNetwork;
  readonly name: string;
}

const psbtAnswer = z.object({ psbt: z.string().max(2_000_000) });
const messageAnswer = z.object({ signature: z.string().max(200), publicKey: z.string().max(140) });
const callAnswer = z.object({ txid: z.string().regex(/^(0x)?[0-9a-fA-F]{64}$/) });

/**
 * Connects a wallet through the connector's own library, which knows how Leather and Xverse differ: it renames methods,
 * reshapes the inputs to sign, and turns Leather's hex PSBT into base64.
 * @param id as {@link walletChoices} lists it
 * @throws WalletError
 */
export async function connectWallet(id: string, options: ConnectOptions): Promise<ConnectedWallet> {
  const provider = () =>
    providerAt(options.scope, id) ??
    fail("wallet-missing", `${options.name} is not in this browser, or was switched off`);
  const result = await ask(provider(), "getAddresses", { network: networkName(options.network) });
  const addresses = readAddresses(result, options.network);
  const reclaim = addresses.taproot ?? addresses.payment;
  return {
    id,
    name: options.name,
    test: id.startsWith(testWalletPrefix),
    addresses,
    reclaimKey: reclaim.publicKey.length === 33 ? reclaim.publicKey.slice(1) : reclaim.publicKey,

    async signPlan(plan: Plan) {
      const signInputs = plan.inputs.map(({ coin, signer }, index) => ({
        index,
        address: signer.tag === "leaf" ? reclaim.address : ownerOf(coin.script, addresses, options).address,
      }));
      const signed = await ask(provider(), "signPsbt", {
        psbt: base64.encode(toPsbt(plan, walletHints(plan, addresses))),
        signInputs,
        broadcast: false,
        network: networkName(options.network),
      });
      const parsed = psbtAnswer.safeParse(signed);
      if (!parsed.success) return fail("wallet-failed", "it answered without a signed transaction");
      return fromSignedPsbt(plan, readPsbt(parsed.data.psbt));
    },

    async signText(text: string, digest: Uint8Array) {
      const parsed = messageAnswer.safeParse(
        await ask(provider(), "stx_signMessage", {
          message: text,
          publicKey: Array.from(addresses.stacksKey, (byte) => byte.toString(16).padStart(2, "0")).join(""),
        }),
      );
      if (!parsed.success) return fail("wallet-failed", "it answered without a signature");
      const publicKey = parseHex(parsed.data.publicKey.replace(/^0x/i, "").toLowerCase());
      if (publicKey.length !== 33) refuse("signatureMalformed", "the wallet named no compressed public key");
      return { publicKey, signature: readMessageSignature(parsed.data.signature, publicKey, digest) };
    },

    async call({ contract, functionName, functionArgs, postConditions }: ContractCall) {
      const { address, name } = parseContractId(contract);
      const parsed = callAnswer.safeParse(
        await ask(provider(), "stx_callContract", {
          contract: `${address}.${name}`,
          functionName,
          functionArgs: [...functionArgs],
          postConditions: [...postConditions],
          postConditionMode: "deny",
          network: options.network.name === "mainnet" ? "mainnet" : "testnet",
        }),
      );
      if (!parsed.success) return fail("wallet-failed", "it answered without a transaction id");
      return parsed.data.txid.replace(/^0x/, "").toLowerCase();
    },
  };
}

/** What the PSBT must tell a wallet about each of its own inputs. */
export function walletHints(
  plan: Plan,
  addresses: Pick<WalletAddresses, "payment" | "taproot">,
): ReadonlyMap<number, WalletHint> {
  return new Map(
    plan.inputs.flatMap(({ coin, signer }, index) => {
      const own = [addresses.payment, addresses.taproot].find(
        (one) => one !== null && sameBytes(one.script, coin.script),
      );
      return signer.tag === "wallet" && own != null ? [[index, own.hint] as const] : [];
    }),
  );
}

/** PSBTs come back as base64, and from some wallets as hex. */
export function readPsbt(text: string): Uint8Array | string {
  return /^70736274ff/i.test(text) ? parseHex(text.toLowerCase()) : text;
}

function ownerOf(
  script: Uint8Array,
  { payment, taproot }: WalletAddresses,
  { network }: ConnectOptions,
): BitcoinAddress {
  const found = [payment, taproot].find((one) => one !== null && sameBytes(one.script, script));
  return (
    found ??
    refuse("inputUnexpected", `the wallet does not hold ${addressOf(script, network) ?? "an input's script"}`)
  );
}

const networkName = (network: BitcoinNetwork): "mainnet" | "testnet" | "signet" | "regtest" =>
  network.name === "testnet3" || network.name === "testnet4" ? "testnet" : network.name;

type Method = "getAddresses" | "signPsbt" | "stx_signMessage" | "stx_callContract";

/** Asks through the library, which is loaded at the first question: pages that connect no wallet never fetch it. */
async function ask(provider: Provider, method: Method, params: object): Promise<unknown> {
  const { request } = await import("@stacks/connect");
  const through = request as (options: object, method: string, params: object) => Promise<unknown>;
  try {
    return await through({ provider, enableLocalStorage: false }, method, params);
  } catch (error) {
    throw walletError(error);
  }
}

const cancelled = new Set([-32000, -31001, 4001]);

function walletError(error: unknown): WalletError {
  if (error instanceof WalletError) return error;
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  const words =
    error instanceof Error && error.message !== "" ? error.message.slice(0, 200) : "no reason given";
  if (typeof code === "number" && cancelled.has(code)) return new WalletError("wallet-cancelled", words);
  if (code === -32601) return new WalletError("wallet-method", words);
  return new WalletError("wallet-failed", words, { cause: error });
}

function fail(code: WalletError["code"], message: string): never {
  throw new WalletError(code, message);
}
