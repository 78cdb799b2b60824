import { Refusal } from "../../../sbtc/refusal.ts";
import type { Check } from "../../../sbtc/peg/checks/result.ts";
import { readCoordinated } from "../../../sbtc/peg/operation/coordinated.ts";
import { proposalsOf } from "../../../sbtc/peg/operation/kinds.ts";
import type { Decision, Verdict } from "../../../rounds/core/decision.ts";
import type { GroupId } from "../../../rounds/index.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Write } from "../../ports/store.ts";
import type { PegSigner, Review } from "./signer.ts";

type Question = Extract<Decision, { tag: "approveOperation" }>;

/** A request of the peg is looked at again after this long, while a person has not answered. */
const lookAgainMs = 5_000;

/** What could not be opened ahead of a request is tried again after this long. */
const prepareAgainMs = 30_000;

/** The part of a signer that a desk uses. */
export type Judge = Pick<PegSigner, "look" | "approve" | "highestEpoch">;

/** What a desk needs of its seat. */
export interface DeskPorts {
  readonly clock: Clock;
  /** Opens the judgement of this seat for a group, once each. @throws Refusal where it cannot be */
  readonly open: (group: GroupId) => Promise<Judge>;
  /** Open questions of the seat. */
  readonly questions: () => readonly Decision[];
  /** Gives an answer, stored together with these writes. */
  readonly answer: (id: string, verdict: Verdict, writes: readonly Write[]) => Promise<void>;
  /** Something a screen may show has changed. */
  readonly onChange: () => void;
  /** What no answer can follow: a damaged record, a full disk. */
  readonly onFault: (error: unknown) => void;
}

/**
 * The peg's requests of one seat: each is looked at as it comes and again while it waits, answered by the policy where it
 * may, and refused by code where no later look can change the answer. No request of the peg is approved past it.
 */
export class PegDesk {
  readonly #ports: DeskPorts;
  readonly #reviews = new Map<string, Review>();
  readonly #looking = new Set<string>();
  readonly #signers = new Map<GroupId, Promise<Judge>>();
  #cancel: (() => void) | null = null;
  #triedAt = -Infinity;
  #closed = false;

  constructor(ports: DeskPorts) {
    this.#ports = ports;
  }

  /** What was found about a request, by its digest; null before the first look is done. */
  review(digest: string): Review | null {
    return this.#reviews.get(digest) ?? null;
  }
  /** Looks at what is new. Call it whenever the seat's questions may have changed. */
  tend(): void {
    if (this.#closed) return;
    const open = this.#pegQuestions();
    for (const question of open) if (!this.#reviews.has(question.digest)) this.#start(question);
    if (open.length > 0) this.#wake();
  }

  /** Opens the judgement for a group before anything is asked, so that its policy can be shown and set. */
  prepare(group: GroupId): void {
    const now = this.#ports.clock.now();
    if (this.#closed || this.#signers.has(group) || now - this.#triedAt < prepareAgainMs) return;
    this.#triedAt = now;
    this.#judge(group).then(
      () => this.#ports.onChange(),
      (error: unknown) => {
        // Sources that are missing now are asked for again later; nothing waits for them here.
        if (!(error instanceof Refusal)) this.#ports.onFault(error);
      },
    );
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  /** Looks at everything that is open at once: a person said something that the checks ask for. */
  lookAgain(): void {
    for (const question of this.#pegQuestions()) this.#start(question);
  }

  /** The judgement for one group. @throws Refusal where it cannot be opened */
  #judge(group: GroupId): Promise<Judge> {
    let signer = this.#signers.get(group);
    if (signer === undefined) {
      signer = this.#ports.open(group);
      this.#signers.set(group, signer);
      // Sources may come later: what could not be opened is tried again.
      signer.catch(() => this.#signers.delete(group));
    }
    return signer;
  }

  /** A person's yes to one request. @returns true where it was given */
  async approve(question: Question): Promise<boolean> {
    return this.#decide(question, false);
  }

  #pegQuestions(): readonly Question[] {
    return this.#ports
      .questions()
      .filter((one) => one.tag === "approveOperation")
      .filter(({ request }) => proposalsOf(request.operation) !== null);
  }

  #wake(): void {
    if (this.#cancel !== null) return;
    this.#cancel = this.#ports.clock.after(lookAgainMs, () => {
      this.#cancel = null;
      for (const question of this.#pegQuestions()) this.#start(question);
      this.tend();
    });
  }

  #start(question: Question): void {
    this.#look(question).catch((error: unknown) => this.#ports.onFault(error));
  }

  async #look(question: Question): Promise<void> {
    const { digest, request } = question;
    const proposals = proposalsOf(request.operation);
    if (proposals === null || this.#looking.has(digest) || this.#closed) return;
    this.#looking.add(digest);
    try {
      const review = await this.#judged(async () => {
        const judge = await this.#judge(request.groupId);
        return (await this.#overtaken(question, judge)) ?? judge.look(proposals);
      });
      this.#reviews.set(digest, review);
      if (review.final !== null) await this.#refuse(question, review.final);
      else if (review.mayApprove && review.verdict.tag === "approve") await this.#decide(question, true);
    } finally {
      this.#looking.delete(digest);
      this.#ports.onChange();
    }
  }

  async #decide(question: Question, automatic: boolean): Promise<boolean> {
    const proposals = proposalsOf(question.request.operation);
    if (proposals === null || this.#closed) return false;
    let given = false;
    const review = await this.#judged(async () => {
      const signer = await this.#judge(question.request.groupId);
      const overtaken = await this.#overtaken(question, signer);
      if (overtaken !== null) return overtaken;
      const asked = { request: question.digest, automatic };
      return signer.approve(proposals, asked, async (writes) => {
        await this.#ports.answer(question.id, { tag: "yes" }, writes);
        given = true;
      });
    });
    this.#reviews.set(question.digest, review);
    this.#ports.onChange();
    return given;
  }

  /** The refusal of what a device asks whose coordinator works on another device since; null where it may ask. */
  async #overtaken({ request }: Question, judge: Judge): Promise<Review | null> {
    const epoch = readCoordinated(request.operation)?.epoch ?? 0n;
    const highest = await judge.highestEpoch(request.coordinator, epoch);
    if (highest <= epoch) return null;
    const check: Check = {
      id: "coordinator",
      state: "refused",
      code: "laterCoordinator",
      says: `This device asks with epoch ${epoch.toString()}; epoch ${highest.toString()} has asked since.`,
      mayPass: false,
    };
    // The number lets the device that was overtaken take over again, above the other.
    return { ...refusedBy(check, this.#ports.clock.now()), final: `laterCoordinator ${highest.toString()}` };
  }

  async #refuse(question: Question, code: string): Promise<void> {
    const isOpen = this.#ports.questions().some(({ id }) => id === question.id);
    if (isOpen) await this.#ports.answer(question.id, { tag: "no", reason: code }, []);
  }

  /** A look that cannot be made at all is a refused check like any other: nobody approves blindly. */
  async #judged(look: () => Promise<Review>): Promise<Review> {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const check: Check = {
        id: "sources",
        state: "refused",
        code: "bitcoinSourceMissing",
        says: `${error.message}.`,
        mayPass: true,
      };
      return refusedBy(check, this.#ports.clock.now());
    }
  }
}

/** What is known of a request that one check alone keeps from being looked at. */
const refusedBy = (check: Check, at: number): Review => ({
  checks: [[check]],
  mayApprove: false,
  verdict: { tag: "ask", reason: "notApprovable", says: "A check refused it." },
  final: null,
  at,
});
