import { Chain } from "../../../../../../devnet/bitcoin/chain.ts";
import { genesis, type Block } from "../../../../../../devnet/bitcoin/block.ts";
import { Faucet } from "../../../../../../devnet/bitcoin/faucet.ts";
import { createPrng, type Prng } from "../../../../../rounds/simulation/prng.ts";
import { chainParameters } from "../../../../../sbtc/bitcoin/spv/parameters.ts";
import { keyWallet } from "../../../../../sbtc/testing/wallets.ts";
import { PegCoordinator } from "../../coordinator.ts";
import { SimDisk } from "./disk.ts";
import { ModelChain } from "./model-chain.ts";
import { People, wallets } from "./people.ts";
import { SimProcess } from "./process.ts";
import type { Truth } from "./reading.ts";
import { feeKey, feeWalletScript, group, limits, terms } from "./setting.ts";
import { Sightings } from "./sightings.ts";
import { SignatureMemory } from "./signatures.ts";
import { SimSigners } from "./signers.ts";
import { Tally } from "./tally.ts";

const start = genesis();
/** Blocks over the last one that pays everybody: room for reorganisations that must not reach it. */
const room = 16;
let funded: readonly Block[] | null = null;

/** Blocks every run starts from: people and the fee wallet have coins. Mined once. */
function fundedBlocks(): readonly Block[] {
  if (funded !== null) return funded;
  let time = 1_700_000_000;
  const chain = new Chain({ now: () => (time += 600) });
  const faucet = new Faucet(chain);
  faucet.prepare();
  chain.mine(8, faucet.script);
  for (let i = 0; i < 4; i++) {
    for (const { script } of wallets) faucet.pay(script, 4_000_000n);
    for (let j = 0; j < 4; j++) faucet.pay(feeWalletScript, 60_000n);
    chain.mine(1, faucet.script);
  }
  chain.mine(room, faucet.script);
  funded = Array.from({ length: chain.tip.height }, (_, i) => chain.blockAt(i + 1)!);
  return funded;
}

/** Both chains, three people, a group with one key, a disk, and whatever coordinator is alive. */
export class SimWorld implements Truth {
  readonly random: Prng;
  readonly chain: Chain;
  readonly stacks: ModelChain;
  readonly people: People;
  readonly signers: SimSigners;
  readonly disk = new SimDisk();
  readonly happened = new Tally();
  readonly log: string[] = [];
  /** What left without being on disk. */
  readonly unstored: string[] = [];
  readonly base: number;
  readonly #sightings = new Sightings(this.happened);
  readonly #miner = keyWallet(0x7a);
  #now = 1_800_000_000_000;
  #time = 1_750_000_000;
  #process: SimProcess | null = null;
  #coordinator: PegCoordinator | null = null;
  crashChance = 0;
  rate = 2_000n;
  deepest = 0;

  constructor(seed: number) {
    this.random = createPrng(seed, "peg simulation");
    const memory = new SignatureMemory();
    this.chain = new Chain({ now: () => (this.#time += 600), verify: memory.inputs });
    for (const block of fundedBlocks()) this.chain.restore(block);
    this.base = this.chain.tip.height - room;
    this.stacks = new ModelChain(
      { chainId: terms.chainId, contract: terms.contract, epoch: 1n },
      { key: group.key, limits, verify: memory.schnorr },
    );
    for (let height = 0; height <= this.chain.tip.height; height++) this.#tell(height);
    const { random, chain, log, happened } = this;
    const balance = (who: string): bigint => this.stacks.model.balance(who);
    this.people = new People({ random, chain, log, happened, memory, balance });
    this.signers = new SimSigners(random, () => this, happened);
  }

  #tell(height: number): void {
    this.stacks.burn(height, this.chain.blockAt(height)!.hash);
  }
  mine(blocks: number, minFeeRate = 0): void {
    const from = this.chain.tip.height + 1;
    this.chain.mine(blocks, this.#miner.script, minFeeRate);
    for (let height = from; height <= this.chain.tip.height; height++) this.#tell(height);
  }
  /**
   * Another branch wins.
   * @param drop its miners do not take what was in the blocks that are gone
   * @param keeps Stacks goes on with all it had, and does not follow
   * @param between what happens before the branch is mined
   */
  reorg(blocks: number, drop: boolean, keeps = false, between: () => void = () => undefined): void {
    this.deepest = Math.max(this.deepest, blocks);
    this.chain.rewind(blocks, drop);
    if (keeps) this.stacks.keep(this.chain.tip.height);
    else this.stacks.reorg(this.chain.tip.height);
    between();
    this.mine(blocks + 1);
  }
  wait(ms: number): void {
    this.#now += ms;
  }

  /** The living coordinator; a new one from the disk where there is none. */
  async coordinator(): Promise<PegCoordinator> {
    const isAlive = this.#process?.isDead === false && this.#coordinator?.snapshot().stopped === false;
    if (this.#coordinator !== null && isAlive) return this.#coordinator;
    if (this.#process?.crashed === true) {
      this.happened.add("crash");
      this.log.push("crash");
    }
    this.#coordinator?.stop();
    const { random, chain, stacks, disk, signers } = this;
    this.#process = new SimProcess({
      ...{ random, chain, stacks, disk, signers },
      rate: () => this.rate,
      now: () => (this.#now += 10),
      crashChance: () => this.crashChance,
      unstored: (what) => this.unstored.push(what),
    });
    const { height, hash } = start;
    const parameters = { ...chainParameters.regtest, start: { height, hash, nextBits: 0x207fffff } };
    this.#coordinator = await PegCoordinator.open(this.#process.ports, {
      ...{ terms, parameters, feeKey },
      start: { height, hash },
    });
    this.#sightings.opened(this.#coordinator.snapshot().records);
    return this.#coordinator;
  }

  /** Ends the process as a closed tab does. @param back puts an older copy of the disk back first; 0 for none */
  close(back: number): void {
    this.#process?.close();
    this.#coordinator?.stop();
    const isOlder = back > 0 && this.disk.restore(back);
    this.happened.add(isOlder ? "restarted from an older disk" : "closed and opened again");
    this.log.push(isOlder ? `closed; a disk of ${back} steps ago is put back` : "closed");
  }

  /** One look, and whatever the group answers. */
  async look(): Promise<PegCoordinator> {
    const coordinator = await this.coordinator();
    await coordinator.look();
    // Answers of the group come in their own time: wait for those that are not held back.
    for (let turn = 0; turn < 200 && coordinator.snapshot().rounds.length > 0; turn++) {
      await Promise.resolve();
      if (this.#process?.isDead === true || this.signers.holdsBack) break;
    }
    await new Promise((resolve) => setImmediate(resolve));
    await coordinator.idle();
    this.#sightings.looked(coordinator.snapshot().records);
    return coordinator;
  }
}
