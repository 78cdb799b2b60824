import { schnorr_FROST as noble } from "@noble/curves/secp256k1.js";
import type { KeygenSetting } from "./setting.ts";
import { steps } from "./setting.ts";
import { type Steps, timed } from "./measure.ts";

/** One participant's key generation with `@noble/curves`: packages and shares in, key and verifying shares out. */
export function nobleKeygen(setting: KeygenSetting): Steps {
  const signers = { min: setting.threshold, max: setting.size };
  const first = timed(() => noble.DKG.round1(setting.me, signers));
  const { secret } = first.value;
  const others = [...setting.nobleRound1];
  const second = timed(() => noble.DKG.round2(secret, others));
  const third = timed(() => noble.DKG.round3(secret, others, [...setting.nobleRound2]));
  return steps(first.ms, second.ms, third.ms);
}
