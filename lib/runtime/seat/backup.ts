import { backupOf, epochOf, type GroupState, Identity, keygenBoard, replay } from "../../rounds/index.ts";
import type { Rng } from "../ports/rng.ts";
import type { Profile } from "../store/profiles.ts";
import { openBackup, writeBackup } from "../vault/backup.ts";
import { isVaultError, type VaultError } from "../vault/errors.ts";
import type { BackupView } from "../views/storage.ts";
import { restoringHost } from "../peg/host/memory.ts";
import { noPegMemory, type PegMemory } from "../peg/signer/memory-file.ts";
import { decodeContents, encodeContents, type KeptHost } from "./backup-contents.ts";
import { operations, type Seat } from "./seat.ts";
import type { SeatSecrets } from "./secrets.ts";
import { groupInUse } from "./groups.ts";
import { keyTimes } from "./views/key-times.ts";

const holds = ["identity", "share", "certificate", "approvals", "policy"] as const;

/** What screens say of a seat's backup while nothing is under way. */
export function backupOfProfile({ backup, label }: Profile): BackupView {
  const held = label.role === "coordinator" ? ([...holds, "coordinator"] as const) : holds;
  if (backup === undefined) return { state: "none", stage: "idle", holds: held };
  const { savedAt, fileName, testedAt } = backup;
  return {
    state: testedAt === undefined ? "saved" : "tested",
    savedAt,
    fileName,
    stage: "idle",
    holds: held,
    ...(testedAt === undefined ? {} : { testedAt }),
  };
}

/** True where a backup was saved before the key in use was made: it brings back the one before alone. */
export function isOutdated({ savedAt }: BackupView, { party }: Seat, group: GroupState): boolean {
  const { readyAt } = keyTimes(party, group);
  return savedAt !== undefined && readyAt !== null && savedAt < readyAt;
}

/** A seat's file: text and name; or why not. Null while there is no key to back up. */
export async function makeBackup(
  seat: Seat,
  passphrase: string,
  rng: Rng,
  now: number,
  onProgress: (done: number) => void,
): Promise<{ readonly text: string; readonly fileName: string } | VaultError | null> {
  const record = backupOf(seat.party);
  const roster = seat.group?.sealed.roster;
  if (record === null || roster === undefined) return null;
  const contents = encodeContents({ secrets: seat.secrets, record, ...(await seat.pegMemory()) });
  const made = new Date(now).toISOString();
  const label = { group: roster.name, seat: seat.secrets.name, made };
  const text = await writeBackup(contents, label, passphrase, (length) => rng.bytes(length), { onProgress });
  if (typeof text !== "string") return text;
  const safe = (name: string) =>
    name
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, "-")
      .replace(/^-|-$/g, "");
  const owner = seat.secrets.name === "" ? "coordinator" : safe(seat.secrets.name);
  return { text, fileName: `hoarfrost-${safe(roster.name)}-${owner}-${made.slice(0, 10)}.json` };
}

/** What a backup file brings back. */
export interface Restored {
  readonly secrets: SeatSecrets;
  readonly record: Uint8Array;
  /** What the seat approved for the peg, for each of its groups. */
  readonly peg: readonly PegMemory[];
  readonly hosts: readonly KeptHost[];
  /** x-only group key, hex. */
  readonly groupKey: string;
  readonly code: string;
  readonly groupName: string;
  readonly threshold: number;
  readonly total: number;
  readonly coordinator: boolean;
}

/**
 * Opens a backup file and rebuilds the seat from it in memory: only a file that gives a usable key is a backup. Nothing is stored and
 * nothing is sent.
 */
export async function readBackup(
  text: string,
  passphrase: string,
  rng: Rng,
  onProgress: (done: number) => void,
): Promise<(Restored & { readonly made: string; readonly seatName: string }) | VaultError> {
  const opened = await openBackup(text, passphrase, onProgress);
  if (isVaultError(opened)) return opened;
  const restored = restore(opened.contents, rng);
  if (restored === "newer") return { tag: "error", code: "unsupportedVersion" };
  if (restored === null) return { tag: "error", code: "notABackup" };
  return { ...restored, made: opened.label.made, seatName: opened.label.seat };
}

function restore(bytes: Uint8Array, rng: Rng): Restored | "newer" | null {
  try {
    const contents = decodeContents(bytes);
    if (contents === null || contents === "newer") return contents;
    const { secrets, record, peg, hosts } = contents;
    // What could not be put back is told here, before anything is stored.
    for (const host of hosts) restoringHost(host.group, host.memory);
    const identity = new Identity(secrets.identity);
    const party = replay({ identity, epoch: epochOf(rng.bytes(16)), invite: secrets.invite, operations }, [
      record,
    ]);
    const group = groupInUse(party);
    const board = group === null ? null : keygenBoard(party, group.sealed.groupId);
    if (group === null || board?.groupPublicKey == null || board.fingerprint === null) return null;
    return {
      secrets,
      record,
      peg: [...party.groups.keys()].map((id) => peg.find((one) => one.group === id) ?? noPegMemory(id)),
      hosts: hosts.filter(({ group: id }) => [...party.groups.keys()].some((known) => known === id)),
      groupKey: [...board.groupPublicKey].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
      code: board.fingerprint.hex.replace(" ", ""),
      groupName: group.sealed.roster.name,
      threshold: board.threshold,
      total: board.keys,
      coordinator: identity.id === secrets.invite.coordinator,
    };
  } catch {
    // A file that was sealed by other software, or by a later version: it opens, and makes no seat.
    return null;
  }
}
