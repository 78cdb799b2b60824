import { Cl } from "@stacks/transactions";
import {
  contractClarityVersion,
  contractSources,
  sourceHash,
  tokenTrait,
} from "../../lib/sbtc/contract/deployment.ts";
import type { BurnBlock } from "../burn.ts";
import { faucetAddress, minerAddress } from "./accounts.ts";
import { sip010Trait } from "./sip-010-trait.ts";
import type { VerifiedTransaction } from "./transaction.ts";
import { Vm, type Execution } from "./vm.ts";

/** One step of a chain's state. The same steps in the same order give the same state. */
export type Step =
  | { readonly tag: "burn"; readonly block: BurnBlock }
  /** The transaction runs: its fee is paid, whatever then becomes of it. */
  | { readonly tag: "run"; readonly transaction: VerifiedTransaction }
  /** The transaction only pays its fee. */
  | { readonly tag: "payOnly"; readonly transaction: VerifiedTransaction };

const genesisStx = 1_000_000_000_000_000n;
const burnViewHash = contractSources("devnet").find(({ name }) => name === "burn-view")?.hash;

/** A virtual machine with the devnet's genesis, and with its Bitcoin hashes written into every burn-view contract. */
export class Machine {
  readonly vm: Vm;
  readonly #burnViews: string[] = [];
  readonly #burnBlocks: BurnBlock[] = [];

  private constructor(vm: Vm) {
    this.vm = vm;
  }

  static async start(): Promise<Machine> {
    const vm = await Vm.start();
    vm.mintStx(faucetAddress, genesisStx);
    const [address = "", name = ""] = tokenTrait("devnet").split(".");
    mustSucceed(vm.deploy(address, name, sip010Trait, contractClarityVersion));
    return new Machine(vm);
  }

  /** Carries out one step. Answers what a `run` did; null for the rest. */
  apply(step: Step): Execution | null {
    switch (step.tag) {
      case "burn":
        this.#burn(step.block);
        return null;
      case "run": {
        this.#pay(step.transaction);
        return this.#run(step.transaction);
      }
      case "payOnly":
        this.#pay(step.transaction);
        this.vm.skipBlock();
        return null;
    }
  }

  #burn(block: BurnBlock): void {
    this.vm.advanceBurnTo(block.height);
    this.#burnBlocks.push(block);
    for (const contract of this.#burnViews) this.#record(contract, block);
  }

  #pay({ fee, sender }: VerifiedTransaction): void {
    if (sender !== minerAddress) mustSucceed(this.vm.transferStx(fee, sender, minerAddress));
  }

  #run({ sender, payload }: VerifiedTransaction): Execution {
    switch (payload.tag) {
      case "transfer":
        return this.vm.transferStx(payload.amount, sender, payload.recipient);
      case "call":
        return this.vm.call(payload.contract, payload.functionName, payload.args, sender);
      case "deploy": {
        const { contract, name, source, clarityVersion } = payload;
        const execution = this.vm.deploy(sender, name, source, clarityVersion);
        if (execution.tag === "ok" && sourceHash(source) === burnViewHash) {
          this.#burnViews.push(contract);
          for (const block of this.#burnBlocks) this.#record(contract, block);
        }
        return execution;
      }
    }
  }

  /** Only the deployer may write; the devnet, which knows the true hashes, does it in the deployer's name. */
  #record(contract: string, block: BurnBlock): void {
    const [deployer = ""] = contract.split(".");
    const args = [Cl.uint(block.height), Cl.bufferFromHex(block.hash)];
    mustSucceed(this.vm.call(contract, "record", args, deployer));
  }
}

function mustSucceed(execution: Execution): void {
  if (execution.tag === "ok") return;
  const why = execution.tag === "err" ? Cl.stringify(execution.result) : execution.reason;
  throw new Error(`the simulator refused what the devnet itself does: ${why}`);
}
