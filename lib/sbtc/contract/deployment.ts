import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { ClarityVersion } from "@stacks/transactions";
import type { StacksNode } from "../stacks/node.ts";
import { parseContractId } from "../stacks/transaction.ts";
import { contractTexts } from "./sources.ts";

/** Which chains a deployment is for. The devnet simulates Stacks and keeps Bitcoin's hashes in a map. */
export type ContractNetwork = "mainnet" | "testnet" | "devnet";

/** One contract to deploy: name and text. */
export interface ContractSource {
  readonly name: string;
  readonly source: string;
  /** SHA-256 of the text, 64 hex digits. */
  readonly hash: string;
}

/** The Clarity version all of them are written in. */
export const contractClarityVersion = ClarityVersion.Clarity3;

/** Name of the token contract; the rest of a deployment stands beside it under the same address. */
export const tokenContractName = "sbtc";

const mainnetTrait = "SP3FBR2AGK5H9QBDH3EEN6DF8EK8JY7RX8QJ5SVTE.sip-010-trait-ft-standard";
const testnetTrait = "ST1NXBK3K5YYMD6FD41MVNP3JS1GABZ8TRVX023PT.sip-010-trait-ft-standard";

/** Where SIP-010's trait stands on the network. */
export function tokenTrait(network: ContractNetwork): string {
  return network === "mainnet" ? mainnetTrait : testnetTrait;
}

/** The contracts of a deployment, in the order they must be deployed, all by one address. */
export function contractSources(network: ContractNetwork): readonly ContractSource[] {
  const burnView = contractTexts[network === "devnet" ? "burn-view-devnet" : "burn-view"];
  return [
    contract("bip340", contractTexts.bip340),
    contract("burn-view", burnView),
    contract("peg-out-message", contractTexts["peg-out-message"]),
    contract("sbtc-config", contractTexts["sbtc-config"]),
    contract(tokenContractName, contractTexts.sbtc.replace(mainnetTrait, tokenTrait(network))),
  ];
}

function contract(name: string, source: string): ContractSource {
  return { name, source, hash: sourceHash(source) };
}

/** SHA-256 of a contract's text, 64 hex digits: the form in which sources are pinned and compared. */
export function sourceHash(source: string): string {
  return bytesToHex(sha256(utf8ToBytes(source)));
}

/**
 * Compares what a node says stands beside a token contract with what should.
 * @param deployed text by contract name, as read from the node; a missing name is a difference
 * @returns names that differ, in deployment order; empty where the deployment is ours
 */
export function foreignContracts(network: ContractNetwork, deployed: ReadonlyMap<string, string>): string[] {
  return contractSources(network)
    .filter(({ name, hash }) => {
      const source = deployed.get(name);
      return source === undefined || sourceHash(source) !== hash;
    })
    .map(({ name }) => name);
}

/**
 * Asks a node for everything that stands beside a token contract and compares it with ours.
 * @param token `address.sbtc`
 * @returns names that differ or are missing; empty where the deployment is ours
 */
export async function checkDeployment(
  node: Pick<StacksNode, "contractSource">,
  network: ContractNetwork,
  token: string,
): Promise<string[]> {
  const { address } = parseContractId(token);
  const deployed = new Map<string, string>();
  for (const { name } of contractSources(network)) {
    const found = await node.contractSource(`${address}.${name}`);
    if (found !== null) deployed.set(name, found.source);
  }
  return foreignContracts(network, deployed);
}
