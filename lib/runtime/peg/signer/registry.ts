import {
  configQueries,
  sharedQueries,
  signersPerPage,
  type RegisteredSigner,
} from "../../../sbtc/contract/queries.ts";
import type { Registry } from "../../../sbtc/peg/checks/registry.ts";
import type { AgreeingStacks } from "./agreement.ts";

/** Whom every source says alike a contract has registered. @throws Refusal */
export async function readRegistry(stacks: AgreeingStacks, contract: string): Promise<Registry> {
  const config = `${contract}-config`;
  const count = await stacks.agree((node) => node.read(configQueries.signerCount(config)));
  const signers: RegisteredSigner[] = [];
  for (let first = 0; first < count; first += signersPerPage) {
    const page = await stacks.agree((node) => node.read(configQueries.signers(config, first)));
    signers.push(...page.filter((seat) => seat !== null));
  }
  return { signers, threshold: await stacks.agree((node) => node.read(sharedQueries.threshold(config))) };
}
