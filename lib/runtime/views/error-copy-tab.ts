import type { CopyOf } from "./error-copy.ts";
import type { ErrorCopy, PageErrorCode, RelayErrorCode, Remedy, StorageErrorCode } from "./errors.ts";
import { listed } from "./people.ts";

const shareSafe = "Your share is still sealed in this browser, unchanged.";
const nothingStored = "Nothing was stored and nothing was sent.";
const resends = "Everything not yet delivered is kept here and sent again by itself.";
const here = "This browser.";

const copy =
  (what: string, who: string, safe: string, next: string, remedy: Remedy): CopyOf =>
  (): ErrorCopy => ({ what, who, safe, next, remedy });

export const storageCopy: Readonly<Record<StorageErrorCode, CopyOf>> = {
  "wrong-passphrase": copy(
    "That passphrase does not open this signer",
    "Nobody but you can know it, so nobody can reset it.",
    `${shareSafe} You can try as often as you like.`,
    "Check capital letters and the keyboard layout. If it is lost, restore from your backup file and its passphrase.",
    "try-again",
  ),
  "passphrase-too-short": copy(
    "The passphrase is too short",
    "This page checks only its length.",
    nothingStored,
    "Use several words, at least 12 characters in all.",
    "try-again",
  ),
  "record-corrupt": copy(
    "The stored record of this signer is damaged",
    `${here} The seal of the record does not fit its contents.`,
    "Nothing is used from a damaged record. The other members can still sign if there are enough of them.",
    "Restore from your backup file.",
    "restore",
  ),
  "storage-full": copy(
    "This browser has no room left",
    `${here} It refused to store the next step.`,
    "The step was not taken: nothing was sent that is not stored.",
    "Free some space on this device, then try again.",
    "try-again",
  ),
  "storage-unavailable": copy(
    "This browser does not let the page store anything",
    `${here} Private windows and some settings forbid it.`,
    nothingStored,
    "Open the page in a normal window, or allow storage for this site.",
    "reload",
  ),
  "storage-blocked": copy(
    "An older tab keeps the storage from being updated",
    "Another tab of this site in this browser.",
    shareSafe,
    "Close the other tabs of this site, then reload this one.",
    "reload",
  ),
  "storage-newer": copy(
    "The stored record was written by a newer version",
    "A newer version of this page ran in this browser before.",
    `${shareSafe} This version does not touch it.`,
    "Reload to get the newest version.",
    "reload",
  ),
  "key-work-failed": copy(
    "The passphrase could not be worked through",
    `${here} It stopped the work, most often for lack of memory.`,
    shareSafe,
    "Close other tabs and try again.",
    "try-again",
  ),
  "passkey-cancelled": copy(
    "The passkey was not used",
    "You or your browser closed the prompt.",
    shareSafe,
    "Try the passkey again, or use the passphrase.",
    "try-again",
  ),
  "passkey-unsupported": copy(
    "This passkey cannot unlock data",
    "Your browser or the device that holds the passkey.",
    nothingStored,
    "Use a passphrase instead.",
    "try-again",
  ),
  "passkey-missing": copy(
    "The passkey of this signer is not on this device",
    "It was deleted, or belongs to another device.",
    shareSafe,
    "Use the passphrase. If you have none, restore from your backup.",
    "unlock",
  ),
  "backup-wrong-passphrase": copy(
    "That passphrase does not open the backup",
    "The file is sealed with the passphrase you chose when you saved it.",
    "Neither the file nor this browser was changed.",
    "Try again. If you no longer know it, save a new backup.",
    "try-again",
  ),
  "backup-unreadable": copy(
    "This file is not a readable backup",
    "The file is of another kind, cut short or damaged.",
    "Neither the file nor this browser was changed.",
    "Choose the file that this page saved, or save a new one.",
    "try-again",
  ),
  "backup-newer": copy(
    "This backup was made by a newer version",
    "The version named in the file.",
    "Neither the file nor this browser was changed.",
    "Reload to get the newest version, then restore.",
    "reload",
  ),
  "backup-other-group": copy(
    "This backup is of another signer",
    "The file opens, but it holds another seat or group.",
    "Neither the file nor this browser was changed.",
    "Choose the file of this signer.",
    "try-again",
  ),
  "backup-old": copy(
    "This backup is older than the group’s last change of shares",
    "The shares were renewed after the file was made.",
    "Neither the file nor this browser was changed.",
    "Use a newer backup, or ask the others to repair your share.",
    "try-again",
  ),
  "tab-no-answer": copy(
    "The other tab did not answer",
    "A tab of this signer that is frozen or busy.",
    "Only one tab can sign: the other one loses its mark and sends nothing more.",
    "Take over here, or close the other tab.",
    "take-over",
  ),
};

export const relayCopy: Readonly<Record<RelayErrorCode, CopyOf>> = {
  "relay-unreachable": copy(
    "The relay cannot be reached",
    "The network or the relay. It carries sealed messages and holds nothing of yours.",
    resends,
    "Check your connection. This page tries again by itself.",
    "try-again",
  ),
  "relay-login-refused": copy(
    "The relay did not accept this tab’s login",
    "The relay knows no member with this identity, or its clock is far off.",
    `${resends} Nothing was revealed.`,
    "Check this device’s clock. If you were invited by link, open the link again.",
    "try-again",
  ),
  "relay-full": copy(
    "The relay takes no more messages for a member",
    "Too much is waiting for somebody who has not been online.",
    resends,
    "Ask the members who are away to open their tabs.",
    "try-again",
  ),
  "relay-rate": copy(
    "The relay asks this tab to slow down",
    "The relay limits how much one tab may send.",
    resends,
    "Nothing to do: it goes on in a moment.",
    "none",
  ),
  "relay-too-large": copy(
    "A message is larger than the relay allows",
    "The operator of the relay sets this limit.",
    "Nothing was sent.",
    "Sign fewer messages at once, or ask the operator to raise the limit.",
    "try-again",
  ),
  "relay-conflict": copy(
    "The relay holds another message under the same number",
    "A copy of this signer ran from the same data, or the relay is faulty.",
    "This tab sends nothing more until you decide.",
    "Close other copies of this signer. If you restored a backup, unlock it once more.",
    "take-over",
  ),
  "relay-expired": (people) => ({
    what: "The relay dropped messages that waited too long",
    who: `Messages from ${listed(people, "other members")} were older than the relay keeps them.`,
    safe: "No message is used twice and none is made up. Complete steps stay complete.",
    next: "Start the round again if it does not go on by itself.",
    remedy: "try-again",
  }),
  "relay-version": copy(
    "The relay runs another version",
    "The relay and this page do not speak the same protocol.",
    resends,
    "Reload. If it stays like this, tell the operator of the relay.",
    "reload",
  ),
};

export const pageCopy: Readonly<Record<PageErrorCode, CopyOf>> = {
  "link-unreadable": copy(
    "This is not an invite link",
    "The text you opened or pasted.",
    nothingStored,
    "Copy the whole link again, from the first letter to the last.",
    "try-again",
  ),
  "link-incomplete": copy(
    "Part of the invite link is missing",
    "Some chat programs cut long links.",
    nothingStored,
    "Ask for the link again, or scan its code.",
    "try-again",
  ),
  "link-newer": copy(
    "This link was made by a newer version",
    "The person who invited you runs a newer version.",
    nothingStored,
    "Reload to get the newest version, then open the link again.",
    "reload",
  ),
  "invite-used": copy(
    "Somebody already used this link",
    "Whoever opened it first took the seat.",
    nothingStored,
    "If it was you, go on in that tab. If not, tell the coordinator at once.",
    "home",
  ),
  "name-taken": (people) => ({
    what: `There is already a member called ${listed(people, "that")}`,
    who: "Two people with one name cannot be told apart on the board.",
    safe: nothingStored,
    next: "Choose another name.",
    remedy: "try-again",
  }),
  "settings-invalid": copy(
    "These settings cannot make a group",
    "This page checked names, seats and threshold.",
    nothingStored,
    "Correct what is marked.",
    "try-again",
  ),
  "message-empty": copy(
    "There is nothing to sign",
    "A message is empty.",
    nothingStored,
    "Write something, or remove the empty message.",
    "try-again",
  ),
  "message-too-long": copy(
    "A message is too long",
    "Members must be able to read what they sign.",
    nothingStored,
    "Shorten it, or sign the hash of a file instead.",
    "try-again",
  ),
  "too-many-messages": copy(
    "Too many messages at once",
    "One round signs a limited number.",
    nothingStored,
    "Send the rest in a second request.",
    "try-again",
  ),
  "request-changed": copy(
    "This request changed while you looked at it",
    "Whoever coordinates it, or a new state of the chain.",
    "Your answer was not sent: an answer counts for exactly what you saw.",
    "Read it again, then decide.",
    "try-again",
  ),
  "verify-unreadable": copy(
    "This cannot be checked",
    "The input is not a transcript or a signature in a form this page knows.",
    "Nothing left this browser.",
    "Check that key and signature are complete: 64 and 128 hex digits.",
    "try-again",
  ),
  "worker-stopped": copy(
    "The part of this tab that holds your keys stopped",
    "This browser ended it.",
    `${shareSafe} One-time numbers were only in memory and are gone, so none can be used twice.`,
    "Reload and unlock again.",
    "reload",
  ),
  "browser-too-old": copy(
    "This browser lacks something this page needs",
    "The browser or its settings.",
    nothingStored,
    "Use a current Chrome, Edge, Firefox or Safari.",
    "home",
  ),
  unexpected: copy(
    "Something went wrong that this page did not expect",
    "This page. It is a fault of ours, not of a member.",
    "Nothing is sent before it is stored, so nothing is half done.",
    "Copy the report, then reload.",
    "reload",
  ),
};
