import { sameBytes } from "../../../../rounds/core/codec.ts";
import { certificateCodec, type Hash, isCertificateOf, isMember } from "../../../../rounds/index.ts";
import type { MessageToSign } from "../../../../rounds/operation/operation.ts";
import { TEXT_TAG, textMessage } from "../../../../rounds/operation/text.ts";
import { operationContext } from "../../../../rounds/signing/context.ts";
import { operationDigest, sameMessages, type SigningRequest } from "../../../../rounds/signing/request.ts";
import type { Sentence } from "../../../views/common.ts";
import { listed } from "../../../views/people.ts";
import type { CheckView } from "../../../views/requests.ts";
import { nameOf, namesOf } from "../people.ts";
import { isLiveState, type RequestModel } from "./model.ts";
import type { OperationWords } from "./words.ts";

const plain = (text: string): Sentence => [{ kind: "text", text }];

const check = (code: string, passed: boolean, title: string, evidence: Sentence | string): CheckView => ({
  code,
  state: passed ? "passed" : "refused",
  title,
  evidence: typeof evidence === "string" ? plain(evidence) : evidence,
});

/** Characters that do not show, or that change how the others read: controls, zero widths, direction marks, tags. */
const hidden = /[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/gu;
/** Joins two pictures into one, which is seen. */
const joiner =
  /(?<=\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]?)\u200D(?=\p{Extended_Pictographic})/gu;
const lineBreaks: ReadonlySet<string> = new Set(["\n", "\t", "\r"]);

/** How many characters of a text a reader cannot see as they are. */
export const hiddenCharacters = (text: string): number =>
  [...text.replace(joiner, "").matchAll(hidden)].filter(([found]) => !lineBreaks.has(found)).length;

// A certificate costs one signature check per seat, and never changes.
const certified = new WeakMap<Uint8Array, boolean>();

function isCertified({ context }: RequestModel): boolean {
  let known = certified.get(context.certificate);
  if (known === undefined) {
    const decoded = certificateCodec.decode(context.certificate);
    known = decoded.ok && isCertificateOf(context.roster, decoded.value);
    certified.set(context.certificate, known);
  }
  return known;
}

/** A request rebuilt here from its operation alone. */
interface Rebuilt {
  readonly messages: readonly MessageToSign[];
  readonly same: boolean;
  readonly digest: Hash;
}

// A request never changes, and its screen is drawn many times.
const rebuilt = new WeakMap<SigningRequest, Rebuilt>();

/** What this tab would sign for a request, and the digest it would approve. */
export function rebuiltOf({ request, context }: RequestModel): Rebuilt {
  let known = rebuilt.get(request);
  if (known === undefined) {
    const made = context.operations.rebuild(request.operation, operationContext(context));
    const messages = made.ok ? made.messages : [];
    const same = made.ok && sameMessages(messages, request.messages);
    known = { messages, same, digest: operationDigest(request) };
    rebuilt.set(request, known);
  }
  return known;
}

/** What this tab looked at by itself. Every line says the result of a computation made here. */
export function checksOf(model: RequestModel, words: OperationWords): readonly CheckView[] {
  const { request, roster, digest, now } = model;
  const { same, digest: own } = rebuiltOf(model);
  const count = request.messages.length;
  const hashes = count === 1 ? "The hash" : `All ${count} hashes`;
  const seats = roster.seats.length;
  const asks = isLiveState(model.state);
  return [
    check(
      "content",
      same,
      "The hash belongs to what is shown here",
      same
        ? `${hashes} rebuilt in this tab ${count === 1 ? "is" : "are"} what the group is asked to sign.`
        : "What the group is asked to sign is not what the request shows.",
    ),
    ...(words.texts === null ? [] : [labelCheck(model, words.texts), ...plainCheck(words.texts, asks)]),
    check(
      "digest",
      own === digest,
      "An approval covers exactly this request",
      "Content, deadline, group and coordinator are all part of the digest computed here.",
    ),
    check(
      "member",
      isMember(roster, request.coordinator),
      "A member of the group asks",
      `${capital(nameOf(roster, request.coordinator))} signed the request; a relay cannot make one up.`,
    ),
    check(
      "key",
      isCertified(model),
      "The key is certified",
      `${seats} of ${seats} members signed it; their signatures were checked here.`,
    ),
    ...(asks
      ? [
          check(
            "deadline",
            now < request.expiry,
            "The deadline has not passed",
            "No share is given after it, by this tab’s clock.",
          ),
        ]
      : []),
    ...alarmCheck(model),
  ];
}

const capital = (name: string): string => (name === "the coordinator" ? "The coordinator" : name);

function labelCheck({ request }: RequestModel, texts: readonly string[]): CheckView {
  const labelled =
    texts.length === request.messages.length &&
    request.messages.every(
      ({ message, tweak }, k) => tweak.kind === "none" && sameBytes(message, textMessage(texts[k] ?? "")),
    );
  return check("label", labelled, "It can never be a payment", [
    { kind: "text", text: "Hashed under the label " },
    { kind: "quote", text: TEXT_TAG },
    { kind: "text", text: ", which no transaction uses." },
  ]);
}

function plainCheck(texts: readonly string[], asks: boolean): CheckView[] {
  const found = texts.reduce((sum, text) => sum + hiddenCharacters(text), 0);
  if (found === 0)
    return [
      check("plain-text", true, "Every character shows", "No hidden or direction-changing characters."),
    ];
  const evidence = plain(
    `${found} ${found === 1 ? "character" : "characters"} cannot be seen; ask why before you answer.`,
  );
  return [
    { code: "plain-text", state: asks ? "asks" : "passed", title: "Some characters do not show", evidence },
  ];
}

function alarmCheck({ group, roster }: RequestModel): CheckView[] {
  const phase = (group.keygen ?? group.keygenCoordinator)?.phase;
  if (phase?.tag !== "ready" || phase.alarms.length === 0) return [];
  const people = listed(namesOf(roster, phase.alarms));
  return [
    {
      code: "alarm",
      state: "asks",
      title: "Somebody reported a different code",
      evidence: plain(`${people} did. Talk to each other before you sign anything.`),
    },
  ];
}
