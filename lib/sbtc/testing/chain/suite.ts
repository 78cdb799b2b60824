import { seededRng } from "../../../frost/testing/groups.ts";
import { pegCases } from "./peg-cases.ts";
import { scriptCases } from "./script-cases.ts";
import { World, type ChainCase, type ChainUnderTest } from "./world.ts";

/** Every case, in the order in which they must run on one world. */
export const chainCases: readonly ChainCase[] = [...pegCases, ...scriptCases];

/** A world on a chain that has nothing but its first block. */
export const newWorld = (chain: ChainUnderTest): World =>
  new World(chain, seededRng(`chain suite on ${chain.name}`));

/** What became of one case. */
export interface CaseResult {
  readonly name: string;
  readonly error: unknown;
  readonly milliseconds: number;
}

/**
 * Runs the suite outside a test runner. Stops at the first failure: later cases build on earlier ones.
 * @param report called after every case
 */
export async function runChainSuite(
  chain: ChainUnderTest,
  report: (result: CaseResult) => void,
): Promise<boolean> {
  const world = newWorld(chain);
  for (const { name, run } of chainCases) {
    const begin = performance.now();
    let error: unknown = null;
    try {
      await run(world);
    } catch (caught) {
      error = caught;
    }
    report({ name, error, milliseconds: performance.now() - begin });
    if (error !== null) return false;
  }
  return true;
}
