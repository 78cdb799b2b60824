import { ALL, roundId } from "../../core/names.ts";
import { textToSign } from "../../operation/text.ts";
import { textMessage } from "../../operation/text.ts";
import { noTweak } from "../../../frost/index.ts";
import {
  type CommitmentEntry,
  digestReason,
  type SignShareRequest,
  signShareRequest,
  nonceRequest,
} from "../../signing/messages.ts";
import { operationDigest, type SigningRequest } from "../../signing/request.ts";
import type { Message } from "../../core/machine.ts";
import type { Script, Tools } from "./script.ts";

/** Does something with each package this seat sends as a coordinator, beside sending it. */
const withPackage = (
  name: string,
  act: (tools: Tools, message: Message, asked: SignShareRequest) => void,
): Script => ({
  name,
  outgoing: (tools, message) => {
    if (message.kind !== "SIGN_SHARE_REQUEST") return null;
    const asked = signShareRequest.decode(message.payload, message);
    if (asked !== null) act(tools, message, asked);
    return null;
  },
});

const ask = (tools: Tools, like: Message, asked: SignShareRequest): void =>
  tools.say(like, "SIGN_SHARE_REQUEST", signShareRequest.encode(asked), ALL);

/** Another list with the honest entries kept: what would make two shares of one nonce. */
function otherList(tools: Tools, list: readonly CommitmentEntry[]): CommitmentEntry[] {
  const mine = tools.run.keysOf(tools.me);
  const pairs = tools.run.requests.seenPairs;
  return list.map((entry) =>
    mine.includes(entry.identifier) && pairs.length > 0
      ? { ...entry, pairs: entry.pairs.map(() => tools.prng.pick(pairs)) }
      : entry,
  );
}

const otherRequest = (request: SigningRequest, text: string): SigningRequest => ({
  ...request,
  operation: textToSign(text),
  messages: [{ message: textMessage(text), tweak: noTweak }],
});

const firstPairs = (list: readonly CommitmentEntry[]): CommitmentEntry[] =>
  list.map((entry) => ({ ...entry, pairs: entry.pairs.slice(0, 1) }));

/** The same nonces in two packages: two lists, two sessions, or one session with two lists. */
export const twoPackages = withPackage("same nonces in two packages", (tools, message, asked) => {
  const commitmentList = otherList(tools, asked.commitmentList);
  ask(tools, message, { ...asked, commitmentList });
  ask(tools, message, { ...asked, session: asked.session + 1 });
  ask(tools, message, { ...asked, session: asked.session + 2, commitmentList });
});

/** Another operation under a name, or nonces, that were given for this one. */
export const otherOperation = withPackage("another operation", (tools, message, asked) => {
  const request = otherRequest(asked.request, "everything to me");
  const commitmentList = firstPairs(asked.commitmentList);
  ask(tools, message, { ...asked, request, commitmentList });
  const fresh = { ...request, roundId: roundId(tools.prng.bytes(16)) };
  ask(tools, { ...message, roundId: fresh.roundId }, { ...asked, request: fresh, commitmentList });
});

/** The operation people see, with other bytes to sign. */
export const otherBytes = withPackage("other bytes than the operation's", (tools, message, asked) => {
  const messages = asked.request.messages.map((item) => ({
    ...item,
    message: textMessage("everything to me"),
  }));
  ask(tools, message, { ...asked, request: { ...asked.request, messages } });
  const tweaked = asked.request.messages.map((item) => ({
    ...item,
    tweak: { kind: "merkleRoot", root: new Uint8Array(32).fill(7) } as const,
  }));
  ask(tools, message, { ...asked, request: { ...asked.request, messages: tweaked } });
});

/** A list with fewer keys than the threshold, unsorted, doubled, or with a stranger in it. */
export const crookedLists = withPackage("crooked commitment lists", (tools, message, asked) => {
  const { commitmentList: list } = asked;
  const lists: readonly CommitmentEntry[][] = [
    list.slice(1),
    list.slice(0, 1),
    [...list].reverse(),
    [...list, ...list],
    [...list, { identifier: 999, pairs: list[0]?.pairs ?? [] }],
  ];
  lists.forEach((commitmentList, i) =>
    ask(tools, message, { ...asked, session: asked.session + 1 + i, commitmentList }),
  );
});

/** Cancels for all to see, and asks on in silence. */
export const cancelThenAsk = withPackage("cancels and asks on", (tools, message, asked) => {
  const digest = operationDigest(asked.request);
  const later = tools.prng.between(200, 20_000);
  tools.run.world.scheduler.after(later, () => {
    tools.say(message, "CANCEL", digestReason.encode({ digest, reason: "never-mind" }));
    tools.run.world.scheduler.after(3_000, () => {
      ask(tools, message, asked);
      const payload = nonceRequest.encode({
        request: asked.request,
        pairs: 1,
        certificate: new Uint8Array(),
      });
      tools.say(message, "NONCE_REQUEST", payload);
    });
  });
});

/** Asks again once the request has expired. */
export const askAfterExpiry = withPackage("asks after expiry", (tools, message, asked) => {
  const wait = asked.request.expiry - tools.run.world.scheduler.now() + 1_500;
  if (wait > 120_000) return;
  tools.run.world.scheduler.after(wait, () => ask(tools, message, asked));
});

/** Makes requests that live a few seconds, and sends their packages when they are over. */
export const shortRequests: Script = {
  name: "requests that expire at once",
  observe: (tools, message) => {
    if (message.kind !== "NONCE_REQUEST" || message.from === tools.me || !tools.prng.chance(0.5)) return;
    const asked = nonceRequest.decode(message.payload, message);
    if (asked?.request == null) return;
    const round = roundId(tools.prng.bytes(16));
    const request: SigningRequest = {
      ...otherRequest(asked.request, "be quick"),
      roundId: round,
      coordinator: tools.me,
      expiry: tools.run.world.scheduler.now() + tools.prng.between(300, 4_000),
    };
    const payload = nonceRequest.encode({ request, pairs: 2, certificate: new Uint8Array() });
    tools.say({ ...message, from: tools.me, roundId: round }, "NONCE_REQUEST", payload);
    tools.run.requests.awaitNonces(tools.me, round, (list) => {
      const signable: SignShareRequest = {
        request,
        session: 1,
        commitmentList: list,
        certificate: new Uint8Array(),
      };
      const wait = Math.max(0, request.expiry - tools.run.world.scheduler.now() + 1_200);
      tools.run.world.scheduler.after(wait, () =>
        ask(tools, { ...message, from: tools.me, roundId: round }, signable),
      );
    });
  },
};
