import type {
  ElsewhereView,
  ErrorView,
  ProtectView,
  RestoreView,
  UnlockView,
  VerifyPageView,
} from "../../../lib/runtime/views/index.ts";
import { address, ago, chromeBare, code, people, publicKey } from "./people.ts";

const who = { seatName: "Alice", groupName: "Alpha peg wallet" };
export const unlock: UnlockView = { ...who, methods: ["passphrase"] };
export const unlockWorking: UnlockView = {
  ...who,
  methods: ["passkey", "passphrase"],
  idleLockedAfterMs: 900_000,
  work: { done: 0.62 },
};
export const unlockWrong: UnlockView = {
  ...who,
  methods: ["passphrase"],
  error: { code: "wrong-passphrase", people: [] },
};
export const protect: ProtectView = { ...who, minLength: 12, passkey: "available" };
export const elsewhere: ElsewhereView = { ...who, stage: "active-elsewhere", busyThere: true };
export const elsewhereAsking: ElsewhereView = { ...who, stage: "asking", busyThere: false };

const file = { name: "alpha-peg-wallet-alice-2026-11-21.hoarfrost", bytes: 2310, madeAt: ago(400_000) };
export const restore: RestoreView = { stage: "choose" };
export const restorePassphrase: RestoreView = {
  stage: "passphrase",
  file,
  error: { code: "backup-wrong-passphrase", people: [] },
};
export const restoreConfirm: RestoreView = {
  stage: "confirm",
  file,
  found: { ...who, threshold: 2, total: 3, code: code.hex, madeAt: ago(400_000), alreadyHere: true },
};

export const failed: ErrorView = {
  code: "deadline",
  people: ["Carol"],
  at: ago(5),
  report: "deadline, round a91f04c2",
  detail: "round a91f 04c2",
};

const verifyEmpty: VerifyPageView = { chrome: chromeBare, verify: { stage: "idle", lines: [] } };
const hash = "5b3e0c77a1d2f4989b1c0e7a66d1f0233c4b5a69788796a5b4c3d2e1f0aabbcc";
export const verify = {
  empty: verifyEmpty,
  valid: {
    ...verifyEmpty,
    verify: {
      stage: "valid",
      prefill: {
        kind: "signature",
        publicKey,
        signature: "9f27".repeat(16) + "0b4c".repeat(16),
        message: { form: "text", value: "Hello from three tabs" },
      },
      lines: [
        { title: "The public key is a point on the curve", state: "passed", evidence: "BIP-340, 32 bytes" },
        {
          title: "The signature fits key and message",
          state: "passed",
          evidence: "One equation, computed here",
        },
      ],
      summary: { what: "signature", publicKey, messageHash: hash },
    },
  },
  transcript: {
    ...verifyEmpty,
    verify: {
      stage: "invalid",
      lines: [
        { title: "Every member signed the same key", state: "passed", evidence: "3 of 3 DKG_END" },
        { title: "Bob’s proof of possession", state: "refused", evidence: "Does not fit the public shares" },
      ],
      summary: {
        what: "transcript",
        groupName: "Alpha peg wallet",
        publicKey,
        threshold: 2,
        total: 3,
        people,
        code: code.hex,
        address,
      },
    },
  },
} satisfies Record<string, VerifyPageView>;
