import type { ClarityValue } from "@stacks/transactions";

/** A read-only question to a contract, with the reader of its answer. */
export interface Query<T> {
  /** `address.name` */
  readonly contract: string;
  readonly functionName: string;
  readonly args: readonly ClarityValue[];
  /** @throws Refusal `nodeAnswerMalformed` where the answer has another shape */
  readonly read: (value: ClarityValue) => T;
}
