import { base64 } from "@scure/base";
import { type VaultError, vaultError } from "./errors.ts";
import { currentCost, isTooShort, kdfProblem, type KdfParams, passphraseKey } from "./kdf.ts";
import { open, type Rng, seal } from "./sealing.ts";

/** Largest backup file we look at, in characters: a seat that approved tens of thousands of requests fits. */
const longestFile = 64 * 2 ** 20;

/** What the file says in clear, so that a person who finds it knows what it is for. Authenticated with the contents. */
export interface BackupLabel {
  /** Name of the group, as its members see it. */
  readonly group: string;
  /** Name of the seat. */
  readonly seat: string;
  /** When it was made, ISO 8601, UTC. */
  readonly made: string;
}

interface BackupFile extends BackupLabel {
  readonly format: "hoarfrost-backup";
  readonly version: 1;
  readonly kdf: { readonly N: number; readonly r: number; readonly p: number; readonly salt: string };
  readonly sealed: string;
}

/**
 * Seals contents (identity, share, certificate, policy: never a nonce or an unfinished key generation) under a passphrase into a small
 * text file.
 */
export async function writeBackup(
  contents: Uint8Array,
  label: BackupLabel,
  passphrase: string,
  rng: Rng,
  options: {
    readonly onProgress?: (done: number) => void;
    readonly cost?: { N: number; r: number; p: number };
  } = {},
): Promise<string | VaultError> {
  if (isTooShort(passphrase)) return vaultError("passphraseTooShort");
  const cost = options.cost ?? currentCost;
  const salt = rng(16);
  const head = {
    ...label,
    format: "hoarfrost-backup",
    version: 1,
    kdf: { ...cost, salt: base64.encode(salt) },
  } as const;
  const key = await passphraseKey(passphrase, { ...cost, salt }, options.onProgress);
  const sealed = base64.encode(seal(key, context(head), contents, rng));
  const file: BackupFile = { ...head, sealed };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Reads the label of a backup file without its passphrase; the label is proven only once the file is opened. */
export function backupLabel(text: string): BackupLabel | VaultError {
  const file = parse(text);
  return "code" in file ? file : { group: file.group, seat: file.seat, made: file.made };
}

/** Opens a backup file. Anything that is not exactly what `writeBackup` made under this passphrase is refused. */
export async function openBackup(
  text: string,
  passphrase: string,
  onProgress?: (done: number) => void,
): Promise<{ readonly label: BackupLabel; readonly contents: Uint8Array } | VaultError> {
  const file = parse(text);
  if ("code" in file) return file;
  const kdf = decodeKdf(file);
  if ("code" in kdf) return kdf;
  const sealed = fromBase64(file.sealed);
  if (sealed === null) return vaultError("notABackup");
  const contents = open(await passphraseKey(passphrase, kdf, onProgress), context(file), sealed);
  if (contents === null) return vaultError("wrongBackupPassphrase");
  return { label: { group: file.group, seat: file.seat, made: file.made }, contents };
}

const context = ({ format, version, group, seat, made, kdf }: Omit<BackupFile, "sealed">): string =>
  JSON.stringify([format, version, group, seat, made, kdf.N, kdf.r, kdf.p, kdf.salt]);

function decodeKdf(file: BackupFile): KdfParams | VaultError {
  const salt = fromBase64(file.kdf.salt);
  if (salt === null) return vaultError("notABackup");
  const kdf = { N: file.kdf.N, r: file.kdf.r, p: file.kdf.p, salt };
  return kdfProblem(kdf) === null ? kdf : vaultError("notABackup");
}

function fromBase64(text: string): Uint8Array | null {
  try {
    return base64.decode(text);
  } catch {
    return null;
  }
}

function parse(text: string): BackupFile | VaultError {
  if (text.length > longestFile) return vaultError("notABackup");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return vaultError("notABackup");
  }
  if (!isRecord(value) || value.format !== "hoarfrost-backup") return vaultError("notABackup");
  if (value.version !== 1) return vaultError("unsupportedVersion");
  const { group, seat, made, kdf, sealed } = value;
  const texts = [group, seat, made, sealed].every((field) => typeof field === "string");
  if (!texts || !isRecord(kdf) || typeof kdf.salt !== "string") return vaultError("notABackup");
  if (![kdf.N, kdf.r, kdf.p].every((field) => typeof field === "number")) return vaultError("notABackup");
  return value as unknown as BackupFile;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
