import { noTweak, type Tweak, verifySchnorr } from "../../frost/index.ts";
import { effectiveKey } from "../../frost/signing/tweak.ts";
import type { Hash } from "../core/names.ts";
import { mayCoordinate, operationContext, type SigningContext, type SigningGroup } from "./context.ts";
import type { OperationFault, OperationView } from "../operation/operation.ts";
import { sameMessages, type SigningRequest } from "./request.ts";
import { roundName } from "./signer-replay.ts";
import {
  LIVE_REQUESTS,
  LONGEST_EXPIRY_MS,
  REQUESTS_KEPT,
  type SignerRequest,
  type SignerState,
} from "./signer-state.ts";
import { mostPairs } from "./stock.ts";

/**
 * What a signer checks before it asks anyone, or gives anything. One function per promise, so that each can be
 * read, tested and broken on purpose by itself.
 */

/** True from the request's expiry on: no nonce and no share any more. */
export const isExpired = (request: SigningRequest, now: number): boolean => now >= request.expiry;

/** Why a request is refused at sight, as a code for its coordinator. */
export type RequestFault =
  "not-a-member" | "halted" | "used-round" | "expired" | "expiry-too-far" | "busy" | OperationFault;

/** The first fault of a request that is new here, or what it would sign in words. */
export function admit(
  context: SigningContext,
  state: SignerState,
  request: SigningRequest,
  now: number,
):
  { readonly ok: true; readonly view: OperationView } | { readonly ok: false; readonly fault: RequestFault } {
  if (!mayCoordinate(context, request.coordinator)) return { ok: false, fault: "not-a-member" };
  if (state.mode.tag === "halted") return { ok: false, fault: "halted" };
  if (isUsedRound(state, request)) return { ok: false, fault: "used-round" };
  if (isExpired(request, now)) return { ok: false, fault: "expired" };
  if (request.expiry > now + LONGEST_EXPIRY_MS) return { ok: false, fault: "expiry-too-far" };
  if (isBusy(state, request)) return { ok: false, fault: "busy" };
  if (request.messages.length > mostPairs(context)) return { ok: false, fault: "too-many-messages" };
  return rebuiltMessages(context, request);
}

/** A coordinator names each request once: another request under the same name is refused. */
export const isUsedRound = (state: SignerState, request: SigningRequest): boolean =>
  state.rounds.has(roundName(request));

function isBusy(state: SignerState, request: SigningRequest): boolean {
  let live = 0;
  let kept = 0;
  for (const entry of state.requests.values()) {
    if (entry.request.coordinator !== request.coordinator) continue;
    kept++;
    if (entry.tag === "deciding" || entry.tag === "approved") live++;
  }
  return live >= LIVE_REQUESTS || kept >= REQUESTS_KEPT;
}

/** Rebuilds from the operation what is to be signed; bytes that differ from it are never signed. */
export function rebuiltMessages(
  context: SigningContext,
  request: SigningRequest,
):
  | { readonly ok: true; readonly view: OperationView }
  | { readonly ok: false; readonly fault: OperationFault } {
  const rebuilt = context.operations.rebuild(request.operation, operationContext(context));
  if (!rebuilt.ok) return rebuilt;
  return sameMessages(rebuilt.messages, request.messages)
    ? { ok: true, view: rebuilt.view }
    : { ok: false, fault: "other-messages" };
}

/** Only an approved request, before its expiry, gets nonces and shares. */
export const mayAnswer = (entry: SignerRequest, now: number): boolean =>
  entry.tag === "approved" && !isExpired(entry.request, now);

/** True where a share left here for one of these commitments and another package. */
export const wasReleasedElsewhere = (
  state: SignerState,
  commitments: readonly Hash[],
  packageHash: Hash,
): boolean =>
  commitments.some((hash) => {
    const released = state.released.get(hash);
    return released !== undefined && released.packageHash !== packageHash;
  });

/** BIP-340 verification of every signature under the group key with its message's tweak. */
export const areSignatures = (
  group: SigningGroup,
  request: SigningRequest,
  signatures: readonly Uint8Array[],
): boolean =>
  signatures.length === request.messages.length &&
  request.messages.every(({ message, tweak }, k) =>
    verifySchnorr(
      signedKey(group, tweak),
      message,
      /* v8 ignore next -- as many signatures as messages, see above */ signatures[k] ?? new Uint8Array(),
    ),
  );

/** x-only key a message is signed under; empty where the tweak is none of a key. */
function signedKey(group: SigningGroup, tweak: Tweak = noTweak): Uint8Array {
  const { suite, verifyingKey } = group.key.publicKeyPackage;
  /* v8 ignore next -- tweaks of a request decode to ones that keys take */
  return effectiveKey(suite, verifyingKey, tweak)?.key.toXOnly() ?? new Uint8Array();
}
