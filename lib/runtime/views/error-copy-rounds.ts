import type { CopyOf } from "./error-copy.ts";
import type { ErrorCopy, PeerErrorCode, Remedy, RoundErrorCode } from "./errors.ts";
import { listed, possessive, verb } from "./people.ts";

const noKey = "No key was made and no address was shown, so no funds can be at risk.";
const notSigned = "Nothing was signed and no funds moved. Your share is untouched.";
const nobody = "Nobody can be named from what this tab saw.";
const lockedKey =
  "If this tab had already signed the key, its share is kept and it goes on asking the others for the certificate.";

const copy = (what: string, who: string, safe: string, next: string, remedy: Remedy): ErrorCopy => ({
  what,
  who,
  safe,
  next,
  remedy,
});

export const roundCopy: Readonly<Record<RoundErrorCode, CopyOf>> = {
  "stopped-here": () =>
    copy(
      "You stopped this round",
      "You, in this tab.",
      noKey,
      "Start again when everybody is ready.",
      "try-again",
    ),
  declined: () =>
    copy(
      "You did not agree to the settings",
      "You, in this tab.",
      noKey,
      "Tell the coordinator what should be different. A new invitation makes a new group.",
      "home",
    ),
  cancelled: (p) =>
    copy(
      `${listed(p, "The coordinator")} cancelled this round`,
      `${listed(p, "The coordinator")}. Cancelling is allowed and blames nobody.`,
      "Whatever was complete before stays. Nothing else was signed.",
      "Ask why, then start again.",
      "try-again",
    ),
  "lobby-full": () =>
    copy(
      "All seats of this group are taken",
      "The people who joined before you.",
      "Nothing was stored for you and you agreed to nothing.",
      "Ask the coordinator whether one of the seats was meant for you.",
      "home",
    ),
  "lobby-closed": () =>
    copy(
      "The coordinator closed this lobby",
      "The coordinator. No key is made with this link any more.",
      "No key was made, so no funds can be at risk. What you may have approved here counts for nothing.",
      "Ask the coordinator why, and for a new link.",
      "home",
    ),
  "lobby-duplicate": (p) =>
    copy(
      `The seat of ${listed(p, "that name")} is already taken`,
      "Another tab or device joined with this name or identity first.",
      "Nothing was stored for you and you agreed to nothing.",
      "If it was you, go on in that tab. If not, tell the coordinator at once: somebody else used the link.",
      "home",
    ),
  "not-in-roster": (p) =>
    copy(
      "The group was closed without you",
      `${listed(p, "The coordinator")} sealed a list of members that does not hold this tab’s identity.`,
      "Nothing was stored for you and you agreed to nothing.",
      "Ask the coordinator for a new group with a seat for you.",
      "home",
    ),
  "lobby-removed": (p) =>
    copy(
      "You were removed from this group",
      `${listed(p, "The coordinator")} took you off the list of members before the key was made.`,
      "No key was made with you, and you can sign nothing.",
      "If that was a mistake, ask the coordinator: a new link, opened in another browser, takes a seat again.",
      "home",
    ),
  "roster-changed": (p) =>
    copy(
      "The settings differ from the ones you approved",
      `${listed(p, "The coordinator")} showed you one list of members and sealed another.`,
      noKey,
      "Do not go on with this group. Talk to the others and make a new one.",
      "new-group",
    ),
  "aborted-by-peer": (p) =>
    copy(
      `${listed(p, "A member")} ended the ceremony`,
      `${listed(p, "A member")}, before this tab had signed the key.`,
      noKey,
      "Ask what happened, then make a new group with the same people.",
      "new-group",
    ),
  "lost-state": (p) =>
    copy(
      `${possessive(p, "A member’s")} tab lost its part of the ceremony`,
      `${listed(p, "A member")}. This happens when a browser clears data; it is nobody’s fault.`,
      noKey,
      "Make a new group. Ask that person to protect the browser’s storage first.",
      "new-group",
    ),
  "lower-round": () =>
    copy(
      "Another round of the same ceremony goes on instead",
      "Two rounds were started at once; every tab moves to the same one.",
      noKey,
      "Nothing to do: the other round is on the board.",
      "none",
    ),
  "transcripts-differ": (p) =>
    copy(
      "Not everybody received the same messages",
      p.length > 0 ? `${listed(p)} signed two different messages; the proof is in the report.` : nobody,
      noKey,
      "Make a new group. If it happens again, use another relay.",
      "new-group",
    ),
  blamed: (p) =>
    copy(
      `${listed(p, "A member")} sent something that failed its check`,
      `${listed(p, "A member")}. The signed proof is in the report and anyone can check it.`,
      noKey,
      `Talk to ${listed(p, "that person")}. Make a new group, with or without ${verb(p.length, "that person", "them")}.`,
      "new-group",
    ),
  deadline: (p) =>
    copy(
      `No message from ${listed(p, "some members")} in time`,
      `${listed(p, "Some members")} ${verb(p.length, "was", "were")} silent. The relay may be the cause, so nobody is blamed.`,
      `${noKey} ${lockedKey}`,
      `Ask ${listed(p, "everybody")} to open the tab and bring it to the front, then start again.`,
      "try-again",
    ),
  "unusable-key": () =>
    copy(
      "The shares add up to a key nobody can use",
      "Nobody: each member’s part is right, and only their sum is not. It happens by chance about never.",
      noKey,
      "Make a new group with the same people. If it happens again, use another relay.",
      "new-group",
    ),
  unproven: (p) =>
    copy(
      "Something is wrong, and nobody can say whose fault it is",
      p.length > 0
        ? `It shows in what ${listed(p)} sent, but what was signed proves nothing against anybody.`
        : nobody,
      `${noKey} ${lockedKey}`,
      "Make a new group. If it happens again, use another relay and check that all of you run the same build.",
      "new-group",
    ),
  "fingerprint-mismatch": (p) =>
    copy(
      "The codes did not match",
      `${listed(p, "A member")} answered “Does not match”.`,
      "No address was shown and no funds are at risk. The shares stay sealed on each device and are never used.",
      "Call each other, check that all of you run the same build, then make a new group with new links.",
      "new-group",
    ),
  superseded: () =>
    copy(
      "This signer moved to another tab or device",
      "The tab or device that took over; it holds the newer owner mark.",
      "This tab sends nothing more. Nothing was signed twice.",
      "Go on there, or take over here.",
      "take-over",
    ),
  expired: (p) =>
    copy(
      "The request ran out of time",
      p.length > 0 ? `${listed(p)} had not answered.` : "Too few members had answered.",
      `${notSigned} No later signature can come out of it.`,
      "Propose it again with a longer time.",
      "try-again",
    ),
  "too-few-keys": (p) =>
    copy(
      "Too few members are left to sign this",
      p.length > 0
        ? `${listed(p)} refused or cannot take part.`
        : "Some members refused or cannot take part.",
      notSigned,
      "Talk to those who refused, or propose something else.",
      "try-again",
    ),
  "journal-unreadable": () =>
    copy(
      "This browser’s record of the group cannot be read by this version",
      "Nobody: the record was written by another version or is damaged.",
      "It was not changed. Your backup file, if you made one, is untouched.",
      "Open the newest version. If it stays like this, restore from your backup.",
      "restore",
    ),
};

const badKeygen =
  (what: (names: string) => string): CopyOf =>
  (p) =>
    copy(
      what(possessive(p, "A member’s")),
      p.length > 0 ? `${listed(p)}. The signed proof is in the report.` : nobody,
      noKey,
      `Talk to ${listed(p, "each other")}, then make a new group.`,
      "new-group",
    );

const badRequest =
  (what: string): CopyOf =>
  (p) =>
    copy(
      what,
      `${listed(p, "Whoever coordinated this round")} put the request together.`,
      `${notSigned} This tab refused before using its one-time numbers.`,
      "Ask for the request again; any member can coordinate it.",
      "try-again",
    );

export const peerCopy: Readonly<Record<PeerErrorCode, CopyOf>> = {
  wrongParticipants: badKeygen(() => "The messages do not come from exactly the members of this group"),
  wrongCommitmentCount: badKeygen((names) => `${names} public shares are for another threshold`),
  identityElement: badKeygen((names) => `${names} public shares hold an empty value`),
  invalidProofOfPossession: badKeygen((names) => `${names} proof does not fit the public shares`),
  invalidSecretShare: badKeygen((names) => `${names} private share does not fit the public shares`),
  invalidConstantTerm: badKeygen((names) => `${names} public shares would change the key`),
  unusableGroupKey: badKeygen(() => "The shares add up to a key nobody can use"),
  invalidVerifyingShare: badKeygen((names) => `${names} share does not belong to this key`),
  invalidRepair: (p) =>
    copy(
      "The repaired share does not fit the key",
      p.length > 0 ? `${listed(p)} sent a wrong part.` : nobody,
      "The key and everybody’s shares are unchanged.",
      "Repair again with other helpers.",
      "try-again",
    ),
  missingShares: (p) =>
    copy(
      `Still waiting for ${listed(p, "some members")}`,
      `${listed(p, "Some members")} ${verb(p.length, "has", "have")} not answered yet.`,
      notSigned,
      "Nothing to do: it goes on as soon as the answer is there.",
      "none",
    ),
  invalidCommitmentList: badRequest("The request lists signers in a wrong way"),
  invalidTweak: badRequest("The request names a key that is not this group’s"),
  invalidGroupCommitment: badRequest("The one-time numbers of this round cancel out"),
  ownCommitmentMissing: badRequest("The request leaves out this tab’s own one-time number"),
  unexpectedShare: (p) =>
    copy(
      `${listed(p, "A member")} answered without being asked`,
      `${listed(p, "A member")}.`,
      notSigned,
      "Nothing to do: the answer was left aside.",
      "none",
    ),
  invalidSignatureShare: (p) =>
    copy(
      `${possessive(p, "A member’s")} share failed its check`,
      `${listed(p, "A member")}. The signed proof is in the report.`,
      notSigned,
      "The round goes on with the others where enough of them are online.",
      "try-again",
    ),
};
