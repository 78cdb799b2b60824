import type { Page } from "playwright/test";
import { roundId } from "../lib/rounds/index.ts";
import { systemRng } from "../lib/runtime/ports/rng.ts";
import { trialSettings } from "../lib/runtime/seat/start.ts";
import type { PegCommand } from "../lib/runtime/views/index.ts";
import { parseTransaction, serializeTransaction } from "../lib/sbtc/bitcoin/transaction.ts";
import { scriptOfAddress } from "../lib/sbtc/bitcoin/script.ts";
import { networks } from "../lib/sbtc/network.ts";
import { coordinatedBy, readCoordinated } from "../lib/sbtc/peg/operation/coordinated.ts";
import { proposalsOf, proposalsToSign } from "../lib/sbtc/peg/operation/kinds.ts";
import type { Proposal, TransactionProposal } from "../lib/sbtc/peg/proposal.ts";
import { CrookedPeer } from "./crooked-peer.ts";
import { approveBy } from "./peg-group.ts";
import { expect, type PegSite, test } from "./peg-site.ts";
import { heading, openPeg, pegIn, pegOut } from "./peg-tester.ts";
import { addressOf, codeOf, type Person, sayMatches } from "./people.ts";
import { go } from "./signing.ts";

const recipient = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

test.setTimeout(600_000);

/** A peg's coordinator without a browser: it runs the product's own loop, and asks for whatever else it likes. */
class CrookedCoordinator {
  readonly #peer: CrookedPeer;
  readonly #site: PegSite;

  constructor(site: PegSite) {
    this.#site = site;
    this.#peer = new CrookedPeer("coordinator", site.url, "mallory", () => null);
  }

  get #seat() {
    const { stage } = this.#peer.session;
    if (stage.tag !== "open") throw new Error("the coordinator's seat is not open");
    return stage.open.seat;
  }

  get peg() {
    const view = this.#seat.peg?.view() ?? null;
    if (view === null) throw new Error("the coordinator has no peg");
    return view;
  }

  /** Starts a trial. @returns links for its signers */
  async invite(): Promise<readonly string[]> {
    const { session } = this.#peer;
    await session.open("", "#/try");
    await session.act({ do: "create-group", settings: trialSettings });
    const links = (): readonly string[] => {
      const { view } = this.#peer;
      return view.tag === "lobby" ? (view.lobby.trial ?? []).map(({ href }) => href) : [];
    };
    await expect.poll(() => links().length).toBe(2);
    return links().map((href) => `${this.#site.url}${href}`);
  }

  async makeKey(signers: readonly Person[]): Promise<void> {
    const { session } = this.#peer;
    const isReady = (): boolean => {
      const { view } = this.#peer;
      return view.tag === "lobby" && view.lobby.run.allowed;
    };
    await expect.poll(isReady).toBe(true);
    await session.act({ do: "run-dkg" });
    for (const signer of signers) await codeOf(signer);
    for (const signer of signers) await sayMatches(signer);
    await session.act({ do: "answer-compare", answer: "matches" });
    for (const signer of signers) await addressOf(signer);
    await expect.poll(() => this.#seat.peg?.view() ?? null).not.toBe(null);
  }

  /** @returns the testers' link */
  async setUpPeg(signers: readonly Person[]): Promise<string> {
    const { stacks, bitcoin } = this.peg.feeWallet;
    await this.#site.post("/api/stacks/extended/v1/faucets/stx", { address: stacks });
    await this.#site.post("/api/bitcoin/devnet/faucet", { address: bitcoin, amount: 250_000 });
    await this.#site.mine(1);
    const command: PegCommand = { do: "peg-setup", step: "deploy" };
    await this.#peer.session.act({ do: "peg", command });
    await approveBy(signers, 120_000);
    await expect.poll(() => this.peg.testers, { timeout: 60_000 }).toBeDefined();
    return this.peg.testers ?? "";
  }

  /** The latest thing this coordinator asked for that fits. */
  async asked(fits: (proposal: Proposal) => boolean): Promise<Proposal> {
    const found = (): Proposal | undefined =>
      [...(this.#seat.group?.signing?.requests.values() ?? [])]
        .flatMap(({ request }) => proposalsOf(request.operation) ?? [])
        .findLast(fits);
    await expect.poll(found, { timeout: 60_000 }).toBeDefined();
    const proposal = found();
    if (proposal === undefined) throw new Error("it was there");
    return proposal;
  }

  /** Asks the group for something, past every rule of the loop. */
  async ask(proposal: Proposal): Promise<void> {
    const groupId = this.#seat.group?.sealed.groupId;
    if (groupId === undefined) throw new Error("there is no group");
    // As the device the signers answer: a lower epoch would be refused before anything is looked at.
    const epochs = [...(this.#seat.group?.signing?.requests.values() ?? [])].map(
      ({ request }) => readCoordinated(request.operation)?.epoch ?? 0n,
    );
    const epoch = epochs.reduce((highest, one) => (one > highest ? one : highest), 0n);
    const operation = coordinatedBy(epoch, proposalsToSign([proposal]));
    const expiry = Date.now() + 3_600_000;
    const command = { tag: "sign", roundId: roundId(systemRng.bytes(16)), operation, expiry } as const;
    await this.#seat.command({ tag: "coordinateSigning", groupId, command });
  }

  close(): Promise<void> {
    return this.#peer.close();
  }
}

/** A payment that goes to somebody else than the request says. */
function redirected(proposal: Proposal, address: string): TransactionProposal {
  if (proposal.tag !== "transaction") throw new Error("a payout is a transaction");
  const tx = parseTransaction(proposal.unsigned);
  const script = scriptOfAddress(address, networks.regtest);
  const outputs = tx.outputs.map((output, i) => (i === 1 ? { ...output, script } : output));
  return { ...proposal, unsigned: serializeTransaction({ ...tx, outputs }) };
}

/** A request was answered by this tab itself, with a code, and there is nothing to approve. */
async function expectRefused(who: Person, title: string, code: string): Promise<void> {
  await go(who, "requests");
  const { page } = who;
  const refused = page.locator("a.item", { hasText: title }).filter({ hasText: "You refused" });
  await expect(refused).toBeVisible({ timeout: 60_000 });
  await refused.click();
  await expect(page.getByText(new RegExp(`\\b${code}$`)).first()).toBeVisible();
  await expect(page.getByRole("button", { name: /^Approve/ })).toHaveCount(0);
}

test("a coordinator that asks to mint twice, or to be paid itself, is refused by code in every signer's tab", async ({
  context,
  page,
  site,
  complaints,
}) => {
  const mallory = new CrookedCoordinator(site);
  try {
    const signers: Person[] = [];
    for (const link of await mallory.invite()) {
      const tab: Page = await context.newPage();
      await tab.goto(link);
      signers.push({ name: `signer ${signers.length + 1}`, context, page: tab });
    }
    await mallory.makeKey(signers);
    const link = await mallory.setUpPeg(signers);

    await openPeg(page, link);
    await site.mine(1);
    await pegIn(page, "0.01", "direct");
    await site.mine(3);
    await approveBy(signers);
    await expect(heading(page, "Your sBTC is there")).toBeVisible({ timeout: 60_000 });

    await mallory.ask(await mallory.asked((one) => one.tag === "action" && one.action.tag === "mint"));
    for (const signer of signers) await expectRefused(signer, "Mint sBTC", "depositAlreadyMinted");

    await pegOut(page, "0.002", recipient);
    await site.mine(3);
    await approveBy(signers);
    await expect(heading(page, "Signing your payment")).toBeVisible({ timeout: 60_000 });
    await site.mine(3);
    const payout = await mallory.asked(
      (one) => one.tag === "transaction" && one.purpose.tag === "fulfilment",
    );
    await mallory.ask(redirected(payout, mallory.peg.feeWallet.bitcoin));
    for (const signer of signers) await expectRefused(signer, "Pay a peg-out", "paysCoordinator");
    expect(complaints).toEqual([]);
  } finally {
    await mallory.close();
  }
});
