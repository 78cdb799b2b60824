import { concatBytes } from "@noble/hashes/utils.js";
import { addressFromVersionHash, addressToString, createAddress } from "@stacks/transactions";
import { parseHex, quote, sameBytes, toHex } from "../bytes.ts";
import { networks, type BitcoinNetwork } from "../network.ts";
import { refuse } from "../refusal.ts";

/** Who receives sBTC: a Stacks account, or a contract of that account where `contractName` is set. */
export interface Principal {
  /** c32 version: 22 or 20 on mainnet, 26 or 21 elsewhere. */
  readonly version: number;
  readonly hash160: Uint8Array;
  readonly contractName: string | null;
}

const contractNamePattern = /^[a-zA-Z][a-zA-Z0-9_-]*$/;
/** Contract names are at most this long in every format here. */
export const maxContractNameLength = 40;

/** @throws Refusal `contractNameInvalid` */
export function checkContractName(name: string): string {
  return contractNamePattern.test(name) && name.length <= maxContractNameLength
    ? name
    : refuse("contractNameInvalid", `${quote(name)} is not a contract name of at most 40 characters`);
}

/** @throws Refusal `principalWrongNetwork` unless the version belongs to `network` */
export function checkPrincipalNetwork(principal: Principal, network: BitcoinNetwork): Principal {
  const { singleSig, multiSig } = network.stacks;
  if (principal.version === singleSig || principal.version === multiSig) return principal;
  const known = Object.values(networks).some(
    ({ stacks }) => principal.version === stacks.singleSig || principal.version === stacks.multiSig,
  );
  return known
    ? refuse(
        "principalWrongNetwork",
        `version ${principal.version} is not a Stacks address beside ${network.name}`,
      )
    : refuse("principalInvalid", `version ${principal.version} is no Stacks address version`);
}

/** Writes `S…` or `S….name`. */
export function formatPrincipal(principal: Principal): string {
  const address = addressToString(addressFromVersionHash(principal.version, toHex(principal.hash160)));
  return principal.contractName === null ? address : `${address}.${principal.contractName}`;
}

/**
 * Reads `S…` or `S….name`, in the one spelling that {@link formatPrincipal} writes.
 * @throws Refusal `principalInvalid`, `principalWrongNetwork`, `contractNameInvalid`
 */
export function parsePrincipal(text: string, network: BitcoinNetwork): Principal {
  const [address = "", name, ...rest] = text.split(".");
  if (rest.length > 0) refuse("principalInvalid", `${quote(text)} has more than one point`);
  const contractName = name === undefined ? null : checkContractName(name);
  let principal: Principal;
  try {
    const decoded = createAddress(address);
    principal = { version: decoded.version, hash160: parseHex(decoded.hash160), contractName };
  } catch {
    return refuse("principalInvalid", `${quote(address)} is not a Stacks address`);
  }
  // c32 reads O as 0 and L, I as 1; two spellings of one account would defeat comparisons by text.
  if (formatPrincipal(principal) !== text)
    refuse("principalInvalid", `${quote(text)} is not in its usual spelling`);
  return checkPrincipalNetwork(principal, network);
}

/** True where both name the same account or contract. */
export const samePrincipal = (a: Principal, b: Principal): boolean =>
  a.version === b.version && a.contractName === b.contractName && sameBytes(a.hash160, b.hash160);

const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const asciiBytes = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0));

/** D1 (spec §1.2): version, hash160, then the name, zero padded to 40 bytes only where a memo follows. */
export function encodePrincipalD1(principal: Principal, memo: Uint8Array): Uint8Array {
  const name =
    principal.contractName === null
      ? new Uint8Array()
      : asciiBytes(checkContractName(principal.contractName));
  const padding = new Uint8Array(memo.length === 0 ? 0 : maxContractNameLength - name.length);
  return concatBytes(Uint8Array.of(principal.version), principal.hash160, name, padding, memo);
}

/** Reads D1 principal and memo. The name ends at the first zero byte, or after 40 bytes. */
export function decodePrincipalD1(
  data: Uint8Array,
  network: BitcoinNetwork,
): { readonly principal: Principal; readonly memo: Uint8Array } {
  if (data.length < 21) refuse("payloadTooShort", `a D1 recipient takes 21 bytes, here are ${data.length}`);
  const field = data.subarray(21, 21 + maxContractNameLength);
  const zero = field.indexOf(0);
  const name = zero === -1 ? field : field.subarray(0, zero);
  const contractName = name.length === 0 ? null : checkContractName(textOf(name));
  const principal = { version: data[0] ?? 0, hash160: data.slice(1, 21), contractName };
  return {
    principal: checkPrincipalNetwork(principal, network),
    memo: data.slice(21 + maxContractNameLength),
  };
}

/** D2 and the production deposit: a Clarity principal, `05|version|hash` or `06|version|hash|length|name`. */
export function encodePrincipalD2(principal: Principal): Uint8Array {
  const head = concatBytes(
    Uint8Array.of(principal.contractName === null ? 5 : 6, principal.version),
    principal.hash160,
  );
  if (principal.contractName === null) return head;
  const name = asciiBytes(checkContractName(principal.contractName));
  return concatBytes(head, Uint8Array.of(name.length), name);
}

/**
 * Reads a Clarity principal and whatever follows it.
 * @param options.tolerant also accept the length byte of older bridge software, which counted hex characters: twice the
 * name's length. It can only be meant where exactly half as many bytes are left, so nothing else changes its reading.
 * @throws Refusal `payloadTooShort`, `principalTypeUnknown`, `contractNameInvalid`, `principalWrongNetwork`, `principalInvalid`
 */
export function decodePrincipalD2(
  data: Uint8Array,
  network: BitcoinNetwork,
  options: { readonly tolerant: boolean },
): { readonly principal: Principal; readonly rest: Uint8Array } {
  const type = data[0] ?? refuse("payloadTooShort", "no recipient");
  if (type !== 5 && type !== 6)
    refuse("principalTypeUnknown", `a Clarity principal starts with 05 or 06, not ${type}`);
  if (data.length < 22)
    refuse("payloadTooShort", `a Clarity principal takes 22 bytes, here are ${data.length}`);
  const head = { version: data[1] ?? 0, hash160: data.slice(2, 22) };
  if (type === 5) {
    return {
      principal: checkPrincipalNetwork({ ...head, contractName: null }, network),
      rest: data.slice(22),
    };
  }
  const stated = data[22] ?? refuse("payloadTooShort", "the contract name is missing");
  const left = data.length - 23;
  const length = options.tolerant && stated === 2 * left && stated > 0 ? left : stated;
  if (length > left) refuse("payloadTooShort", `a contract name of ${length} bytes in ${left}`);
  const contractName = checkContractName(textOf(data.subarray(23, 23 + length)));
  return {
    principal: checkPrincipalNetwork({ ...head, contractName }, network),
    rest: data.slice(23 + length),
  };
}
