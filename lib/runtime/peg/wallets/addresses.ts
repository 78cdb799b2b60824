import { ripemd160 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { p2tr } from "@scure/btc-signer";
import { z } from "zod";
import { parseHex, sameBytes } from "../../../sbtc/bytes.ts";
import { scriptOfAddress, scriptType } from "../../../sbtc/bitcoin/script.ts";
import type { BitcoinNetwork } from "../../../sbtc/network.ts";
import { accountOf } from "../../../sbtc/ops/owner-signature.ts";
import { formatPrincipal } from "../../../sbtc/ops/principal.ts";
import { attempt, Refusal } from "../../../sbtc/refusal.ts";
import { WalletError, type BitcoinAddress, type WalletAddresses } from "./wallet.ts";

const entry = z.object({
  address: z.string().max(120),
  publicKey: z.string().max(132).optional(),
  purpose: z.string().optional(),
});
const answer = z.object({ addresses: z.array(entry).max(64) });
type Entry = z.infer<typeof entry>;

const hash160 = (bytes: Uint8Array): Uint8Array => ripemd160(sha256(bytes));

/**
 * Reads what a wallet answers to `getAddresses`: Leather tells addresses apart by `type`, Xverse by `purpose` and
 * `addressType`; here only the addresses themselves and their keys count.
 * @throws WalletError `wallet-network`, `wallet-address`, `wallet-failed`
 */
export function readAddresses(result: unknown, network: BitcoinNetwork): WalletAddresses {
  const parsed = answer.safeParse(result);
  if (!parsed.success) throw new WalletError("wallet-failed", "it answered without addresses");
  const { addresses } = parsed.data;
  const { stacks, stacksKey } = readStacks(addresses, network);
  const bitcoin = addresses
    .filter(({ address }) => !isStacks(address))
    .sort((a, b) => Number(b.purpose === "payment") - Number(a.purpose === "payment"))
    .flatMap((one) => {
      const read = readBitcoin(one, network);
      return read === null ? [] : [read];
    });
  const payment =
    bitcoin.find(({ script }) => scriptType(script) === "p2wpkh" || scriptType(script) === "p2sh") ??
    bitcoin[0];
  if (payment === undefined)
    throw new WalletError("wallet-address", "it gave no Bitcoin address to pay from");
  const taproot = bitcoin.find(({ script }) => scriptType(script) === "p2tr") ?? null;
  return { stacks, stacksKey, payment, taproot };
}

const isStacks = (address: string): boolean => /^S[0-9A-Z]{27,45}$/.test(address);

function readStacks(
  entries: readonly Entry[],
  network: BitcoinNetwork,
): { readonly stacks: string; readonly stacksKey: Uint8Array } {
  const offered = entries.filter(({ address }) => isStacks(address));
  for (const { address, publicKey } of offered) {
    const key = keyOf(publicKey);
    if (key?.length !== 33) continue;
    // The same key has an account on every network: the one beside this Bitcoin network counts.
    const stacks = formatPrincipal(accountOf(key, network));
    if (stacks === address || sameAccount(address, key)) return { stacks, stacksKey: key };
  }
  throw new WalletError(
    "wallet-address",
    offered.length === 0
      ? "it gave no Stacks address"
      : "its Stacks address is no single-signature account of the key it named",
  );
}

/** True where the address is the key's on some network: wallets may show the account of the network they are set to. */
function sameAccount(address: string, key: Uint8Array): boolean {
  return [22, 26].some(
    (version) => formatPrincipal({ version, hash160: hash160(key), contractName: null }) === address,
  );
}

function keyOf(hex: string | undefined): Uint8Array | null {
  const outcome = attempt(() => parseHex((hex ?? "").replace(/^0x/i, "")));
  return outcome.ok && outcome.value.length > 0 ? outcome.value : null;
}

function readBitcoin({ address, publicKey }: Entry, network: BitcoinNetwork): BitcoinAddress | null {
  let script: Uint8Array;
  try {
    script = scriptOfAddress(address, network);
  } catch (error) {
    if (error instanceof Refusal && error.code === "addressWrongNetwork")
      throw new WalletError("wallet-network", error.message, { cause: error });
    return null;
  }
  const key = keyOf(publicKey);
  if (key === null) return null;
  switch (scriptType(script)) {
    case "p2wpkh":
      return sameBytes(script.subarray(2), hash160(key))
        ? { address, script, publicKey: key, hint: {} }
        : null;
    case "p2sh": {
      const redeemScript = concatBytes(Uint8Array.of(0, 20), hash160(key));
      return sameBytes(script.subarray(2, 22), hash160(redeemScript))
        ? { address, script, publicKey: key, hint: { redeemScript } }
        : null;
    }
    case "p2tr": {
      const xOnly = key.length === 33 ? key.subarray(1) : key;
      const own = attempt(() => p2tr(xOnly).script);
      return own.ok && sameBytes(own.value, script)
        ? { address, script, publicKey: xOnly, hint: { tapInternalKey: xOnly } }
        : null;
    }
    default:
      return null;
  }
}
