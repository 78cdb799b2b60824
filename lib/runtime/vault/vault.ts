import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { type VaultError, vaultError } from "./errors.ts";
import { currentCost, isTooShort, kdfProblem, type KdfParams, passphraseKey } from "./kdf.ts";
import { open, type Rng, seal } from "./sealing.ts";

/**
 * One way to the data key. Each lock holds it sealed twice: inside under the device key, outside under what the person gives, so that
 * neither a copied database nor a guessed passphrase is enough alone. `device` has no outer layer: the browser profile is the only guard.
 */
export type Lock =
  | { readonly kind: "device"; readonly sealed: Uint8Array }
  | { readonly kind: "passphrase"; readonly kdf: KdfParams; readonly sealed: Uint8Array }
  | {
      readonly kind: "passkey";
      readonly credentialId: Uint8Array;
      /** Input of the authenticator's PRF; 32 random bytes. */
      readonly prfSalt: Uint8Array;
      readonly sealed: Uint8Array;
    };

/** What IndexedDB holds of a vault. The device key is a non-extractable AES-GCM key: it can be stored and used, never read. */
export interface VaultRecord {
  readonly version: 1;
  readonly id: string;
  readonly deviceKey: CryptoKey;
  readonly locks: readonly Lock[];
  /** SHA-256 over the locks: tells a damaged record from a wrong passphrase. It guards against accidents, not attackers. */
  readonly checksum: Uint8Array;
}

/** What a person brings to open a vault. `output` is the 32-byte PRF result of the passkey whose credential the lock names. */
export type VaultKey =
  | { readonly kind: "device" }
  | { readonly kind: "passphrase"; readonly passphrase: string; readonly onProgress?: (done: number) => void }
  | { readonly kind: "passkey"; readonly output: Uint8Array };

const innerContext = (id: string): string => `hoarfrost/vault/1/device/${id}`;
const outerContext = (id: string, kind: Lock["kind"]): string => `hoarfrost/vault/1/${kind}/${id}`;

/** An open vault: seals and opens records under the data key until it is locked, then refuses. Prints as redacted. */
export class UnlockedVault {
  #dataKey: Uint8Array | null;
  readonly #rng: Rng;
  readonly id: string;

  constructor(id: string, dataKey: Uint8Array, rng: Rng) {
    this.id = id;
    this.#dataKey = dataKey;
    this.#rng = rng;
  }

  /** Seals a record. `context` names its place (store and key), so that a record moved elsewhere does not open. */
  seal(context: string, plaintext: Uint8Array): Uint8Array {
    return seal(this.#key(), `hoarfrost/record/1/${this.id}/${context}`, plaintext, this.#rng);
  }

  /** Opens a record sealed under the same context, or says that it is damaged. */
  open(context: string, sealed: Uint8Array): Uint8Array | VaultError {
    return (
      open(this.#key(), `hoarfrost/record/1/${this.id}/${context}`, sealed) ?? vaultError("corruptRecord")
    );
  }

  get isLocked(): boolean {
    return this.#dataKey === null;
  }

  /** Wipes the data key. Every later use throws. */
  lock(): void {
    this.#dataKey?.fill(0);
    this.#dataKey = null;
  }

  /** A record like `record` with one more lock of `kind`, replacing an earlier lock of that kind and any bare device lock. */
  async withLock(record: VaultRecord, key: NewLock): Promise<VaultRecord | VaultError> {
    const lock = await makeLock(record.id, record.deviceKey, this.#key(), key, this.#rng);
    if ("code" in lock) return lock;
    const kept = record.locks.filter((other) => other.kind !== lock.kind && other.kind !== "device");
    return withChecksum({ ...record, locks: lock.kind === "device" ? [lock] : [...kept, lock] });
  }

  toJSON(): string {
    return "[UnlockedVault redacted]";
  }

  #key(): Uint8Array {
    if (this.#dataKey === null) throw new Error("the vault is locked: unlock it first");
    return this.#dataKey;
  }
}

/** A lock to make: like `VaultKey`, with what the passkey lock must remember. */
export type NewLock =
  | { readonly kind: "device" }
  | {
      readonly kind: "passphrase";
      readonly passphrase: string;
      readonly cost?: { readonly N: number; readonly r: number; readonly p: number };
      readonly onProgress?: (done: number) => void;
    }
  | {
      readonly kind: "passkey";
      readonly credentialId: Uint8Array;
      readonly prfSalt: Uint8Array;
      readonly output: Uint8Array;
    };

/** Makes a vault with a fresh data key and one lock. */
export async function createVault(
  id: string,
  first: NewLock,
  rng: Rng,
): Promise<{ readonly record: VaultRecord; readonly vault: UnlockedVault } | VaultError> {
  const deviceKey = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
  const dataKey = rng(32);
  const lock = await makeLock(id, deviceKey, dataKey, first, rng);
  if ("code" in lock) return lock;
  const record = withChecksum({ version: 1, id, deviceKey, locks: [lock], checksum: new Uint8Array(32) });
  return { record, vault: new UnlockedVault(id, dataKey, rng) };
}

/** Opens a vault with one of its locks. A damaged record, a missing lock and a wrong passphrase are told apart. */
export async function unlockVault(
  record: VaultRecord,
  key: VaultKey,
  rng: Rng,
): Promise<UnlockedVault | VaultError> {
  const problem = recordProblem(record);
  if (problem !== null) return problem;
  const lock = record.locks.find((candidate) => candidate.kind === key.kind);
  if (lock === undefined) return vaultError("noSuchLock");
  const inner = await openOuter(record.id, lock, key);
  if ("code" in inner) return inner;
  const dataKey = await openInner(record, inner);
  if ("code" in dataKey) return dataKey;
  return new UnlockedVault(record.id, dataKey, rng);
}

/** A record without the lock of that kind; the last one cannot be taken away. */
export function withoutLock(record: VaultRecord, kind: Lock["kind"]): VaultRecord | VaultError {
  if (!record.locks.some((lock) => lock.kind === kind)) return vaultError("noSuchLock");
  const locks = record.locks.filter((lock) => lock.kind !== kind);
  return locks.length === 0 ? vaultError("lastLock") : withChecksum({ ...record, locks });
}

async function makeLock(
  id: string,
  deviceKey: CryptoKey,
  dataKey: Uint8Array,
  key: NewLock,
  rng: Rng,
): Promise<Lock | VaultError> {
  const inner = await sealInner(id, deviceKey, dataKey, rng);
  switch (key.kind) {
    case "device":
      return { kind: "device", sealed: inner };
    case "passphrase": {
      if (isTooShort(key.passphrase)) return vaultError("passphraseTooShort");
      const kdf: KdfParams = { ...(key.cost ?? currentCost), salt: rng(16) };
      const outer = await passphraseKey(key.passphrase, kdf, key.onProgress);
      return { kind: "passphrase", kdf, sealed: seal(outer, outerContext(id, "passphrase"), inner, rng) };
    }
    case "passkey": {
      const { credentialId, prfSalt } = key;
      return {
        kind: "passkey",
        credentialId,
        prfSalt,
        sealed: seal(key.output, outerContext(id, "passkey"), inner, rng),
      };
    }
  }
}

async function openOuter(id: string, lock: Lock, key: VaultKey): Promise<Uint8Array | VaultError> {
  if (lock.kind === "passphrase" && key.kind === "passphrase") {
    const problem = kdfProblem(lock.kdf);
    if (problem !== null) return problem;
    const outer = await passphraseKey(key.passphrase, lock.kdf, key.onProgress);
    return open(outer, outerContext(id, "passphrase"), lock.sealed) ?? vaultError("wrongPassphrase");
  }
  if (lock.kind === "passkey" && key.kind === "passkey") {
    return open(key.output, outerContext(id, "passkey"), lock.sealed) ?? vaultError("wrongPasskey");
  }
  return lock.sealed;
}

// AES-GCM because that is what a non-extractable browser key can do; 96-bit random nonces are safe for the handful of locks made.
async function sealInner(
  id: string,
  deviceKey: CryptoKey,
  dataKey: Uint8Array,
  rng: Rng,
): Promise<Uint8Array> {
  const iv = rng(12);
  const algorithm = { name: "AES-GCM", iv: view(iv), additionalData: view(utf8ToBytes(innerContext(id))) };
  return concatBytes(iv, new Uint8Array(await crypto.subtle.encrypt(algorithm, deviceKey, view(dataKey))));
}

async function openInner(record: VaultRecord, inner: Uint8Array): Promise<Uint8Array | VaultError> {
  const context = view(utf8ToBytes(innerContext(record.id)));
  const algorithm = { name: "AES-GCM", iv: view(inner.subarray(0, 12)), additionalData: context };
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, record.deviceKey, view(inner.subarray(12))));
  } catch {
    return vaultError("deviceKeyMissing");
  }
}

/** WebCrypto's types want an ArrayBuffer that is not shared; a copy settles it and lets nobody change bytes while they are used. */
const view = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes);

function recordProblem(record: VaultRecord): VaultError | null {
  if ((record.version as number) !== 1) return vaultError("unsupportedVersion");
  try {
    const sum = checksum(record);
    const same = sum.length === record.checksum.length && sum.every((byte, i) => byte === record.checksum[i]);
    if (!same) return vaultError("corruptRecord");
  } catch {
    return vaultError("corruptRecord");
  }
  return record.deviceKey instanceof CryptoKey ? null : vaultError("deviceKeyMissing");
}

const withChecksum = (record: VaultRecord): VaultRecord => ({ ...record, checksum: checksum(record) });

function checksum(record: VaultRecord): Uint8Array {
  const parts = record.locks.flatMap((lock) => {
    const extra =
      lock.kind === "passphrase"
        ? [utf8ToBytes(`${lock.kdf.N},${lock.kdf.r},${lock.kdf.p}`), lock.kdf.salt]
        : lock.kind === "passkey"
          ? [lock.credentialId, lock.prfSalt]
          : [];
    return [utf8ToBytes(lock.kind), ...extra, lock.sealed];
  });
  const framed = [utf8ToBytes(record.id), ...parts].flatMap((part) => [
    Uint8Array.of(part.length >> 8, part.length & 255),
    part,
  ]);
  return sha256(concatBytes(...framed));
}
