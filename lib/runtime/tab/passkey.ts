/**
 * Unlocking with a passkey: the authenticator's PRF (WebAuthn level 3, `prf` extension) turns a stored salt into 32 secret bytes that
 * never leave this tab. Not every browser and authenticator has it.
 */
export interface Passkey {
  readonly credentialId: Uint8Array;
  readonly prfSalt: Uint8Array;
  /** 32 bytes; the key of the vault's passkey lock. */
  readonly output: Uint8Array;
}

/**
 * True where the browser can be asked; whether the authenticator has the PRF is known only after it answered. A passkey belongs to a name:
 * a page that was opened by an IP address is refused one.
 */
export function passkeysOffered(): boolean {
  const isAddress = /^[\d.]+$|^\[/.test(location.hostname);
  return !isAddress && typeof PublicKeyCredential !== "undefined" && "credentials" in navigator;
}

const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes);
const random = (length: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(length));

function prfOutput(credential: Credential | null): Uint8Array | null {
  if (!(credential instanceof PublicKeyCredential)) return null;
  const first = credential.getClientExtensionResults().prf?.results?.first;
  if (first === undefined) return null;
  const bytes = ArrayBuffer.isView(first)
    ? new Uint8Array(first.buffer, first.byteOffset, first.byteLength)
    : new Uint8Array(first);
  return bytes.length === 32 ? Uint8Array.from(bytes) : null;
}

/**
 * Makes a passkey for a seat and derives its key.
 * @returns null where the person declined, "unavailable" where the authenticator made a passkey that derives no keys
 */
export async function createPasskey(seatName: string): Promise<Passkey | "unavailable" | null> {
  const prfSalt = random(32);
  const options: CredentialCreationOptions = {
    publicKey: {
      rp: { name: "Hoarfrost" },
      user: { id: random(16), name: seatName, displayName: seatName },
      challenge: random(32),
      pubKeyCredParams: [
        { type: "public-key", alg: -7 },
        { type: "public-key", alg: -257 },
      ],
      authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
      extensions: { prf: { eval: { first: prfSalt } } },
    },
  };
  const credential = await ask(() => navigator.credentials.create(options));
  if (!(credential instanceof PublicKeyCredential)) return null;
  const credentialId = new Uint8Array(credential.rawId);
  if (credential.getClientExtensionResults().prf?.enabled !== true) return "unavailable";
  // Some authenticators evaluate the PRF only on a later assertion, so ask once more before giving up.
  const output = prfOutput(credential) ?? (await evaluatePasskey(credentialId, prfSalt));
  return output === null ? null : { credentialId, prfSalt, output };
}

/** Derives the key of a passkey made earlier; null where the person declined or the passkey is not on this device. */
export async function evaluatePasskey(
  credentialId: Uint8Array,
  prfSalt: Uint8Array,
): Promise<Uint8Array | null> {
  const options: CredentialRequestOptions = {
    publicKey: {
      challenge: random(32),
      allowCredentials: [{ type: "public-key", id: own(credentialId) }],
      userVerification: "required",
      extensions: { prf: { eval: { first: own(prfSalt) } } },
    },
  };
  return prfOutput(await ask(() => navigator.credentials.get(options)));
}

async function ask(request: () => Promise<Credential | null>): Promise<Credential | null> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
