import { lobbyKeys } from "../../rounds/index.ts";
import type { Profile, Profiles } from "../store/profiles.ts";
import type { WindowAnswer } from "../tab/protocol.ts";
import type { NewLock, VaultKey } from "../vault/vault.ts";
import { codeOfInviteFault } from "./errors.ts";
import { decodeLink, type InviteLink } from "./link.ts";
import type { SessionPorts } from "./ports.ts";
import type { Stage } from "./stage.ts";

/** Where a page without a seat begins, by the place in its address; an invitation leads further. */
export function whereToBegin(
  page: "coordinator" | "signer",
  hash: string,
): Stage | { readonly tag: "invited"; readonly link: InviteLink } {
  if (hash.startsWith("#/restore"))
    return { tag: "restore", restore: { stage: "choose" }, file: null, found: null };
  if (page === "coordinator")
    return { tag: "create", trial: hash.startsWith("#/try"), busy: false, error: null };
  if (!hash.startsWith("#join") && (hash === "" || hash.startsWith("#/")))
    return { tag: "noLink", error: null };
  const link = decodeLink(hash);
  if (typeof link !== "string") return { tag: "invited", link };
  return { tag: "noLink", error: { code: codeOfInviteFault(link), people: [] } };
}

/** The seat that this browser already has in the lobby of a link: the same link leads back to it. */
export async function heldSeat(
  profiles: Profiles,
  { invite, trialSeat }: InviteLink,
): Promise<Profile | undefined> {
  const { lobbyId } = lobbyKeys(invite);
  const all = await profiles.list();
  return all.find(
    ({ lobby, label }) =>
      lobby === lobbyId && label.role === "signer" && (trialSeat === null || label.seatName === trialSeat),
  );
}

/** Has the window make a passkey for a seat. @returns why there is none */
export async function newPasskey(
  { ask }: SessionPorts,
  seatName: string,
): Promise<NewLock | "passkey-cancelled" | "passkey-unsupported"> {
  const made = await ask({ do: "createPasskey", seatName });
  if (made === "unavailable") return "passkey-unsupported";
  const isPasskey = made !== null && typeof made === "object" && "output" in made;
  return isPasskey ? { kind: "passkey", ...made } : "passkey-cancelled";
}

/** Has the window ask for the passkey of a profile. @returns null where it has none, or the person or the browser declined */
export async function passkeyOf({ ask }: SessionPorts, { vault }: Profile): Promise<VaultKey | null> {
  const lock = vault.locks.find(({ kind }) => kind === "passkey");
  if (lock?.kind !== "passkey") return null;
  const { credentialId, prfSalt } = lock;
  const output = await ask({ do: "evaluatePasskey", credentialId, prfSalt });
  return output instanceof Uint8Array ? { kind: "passkey", output } : null;
}

/** What a window's answer says of notifications; null where it says nothing. */
export const notificationsOf = (answer: WindowAnswer): "off" | "on" | "blocked" | null =>
  answer === "on" || answer === "off" || answer === "blocked" ? answer : null;

/** What the browser promises about this site's storage and about notifications. */
export async function lookAround({ storage, ask }: SessionPorts) {
  const [persisted, free, state] = await Promise.all([
    storage.persisted(),
    storage.free(),
    ask({ do: "notificationState" }),
  ]);
  return { persisted, free, notifications: notificationsOf(state) };
}

/** True where nothing but the browser itself protects a seat: it opens without being asked. */
export const isUnprotected = ({ vault }: Profile): boolean =>
  vault.locks.every(({ kind }) => kind === "device");
