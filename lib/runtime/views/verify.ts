import type { Person } from "./common.ts";
import type { ErrorView } from "./errors.ts";

export type VerifyInput =
  | {
      readonly kind: "signature";
      readonly publicKey: string;
      readonly signature: string;
      /** "text" is hashed under the product's tag for text messages; "digest" is 32 bytes of hex as signed. */
      readonly message: { readonly form: "text" | "digest"; readonly value: string };
    }
  | { readonly kind: "transcript"; readonly fileName: string; readonly bytes: Uint8Array };

export interface VerifyLine {
  readonly title: string;
  readonly state: "passed" | "refused" | "looking";
  readonly evidence: string;
}

export interface VerifyView {
  readonly stage: "idle" | "checking" | "valid" | "invalid";
  /** Filled in from the link's fragment. */
  readonly prefill?: Extract<VerifyInput, { kind: "signature" }>;
  readonly lines: readonly VerifyLine[];
  readonly summary?: {
    readonly what: "signature" | "transcript";
    readonly groupName?: string;
    readonly code?: string;
    readonly address?: string;
    readonly publicKey: string;
    readonly threshold?: number;
    readonly total?: number;
    readonly people?: readonly Person[];
    readonly messageHash?: string;
  };
  readonly error?: ErrorView;
}
