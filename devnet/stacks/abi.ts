import type { ClarityAbi } from "@stacks/transactions";
import type { Vm } from "./vm.ts";

/** A deployed contract's interface in the form nodes publish; null where there is no such contract. */
export function contractAbi(vm: Vm, contract: string): ClarityAbi | null {
  const published: unknown = vm.interfaceOf(contract);
  // the simulator builds it with the same code as nodes do
  return published === undefined ? null : (published as ClarityAbi);
}
