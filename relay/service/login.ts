import { loginDigest, type Challenge, type Login } from "../../lib/wire/relay/login.ts";
import { verifySignature } from "../../lib/wire/relay/statement.ts";

/** Loopback names that mean the same as `localhost` for a relay that has no public URL. */
const loopback = ["localhost", "127.0.0.1", "[::1]"];

/** Origins a login may be signed for: the public one, or this machine's names where none was set. */
export function ownOrigins(publicUrl: string, port: number): readonly string[] {
  return publicUrl === "" ? loopback.map((host) => `http://${host}:${port}`) : [new URL(publicUrl).origin];
}

/**
 * True where the identity signed this challenge for one of our origins and, in a lobby, whoever it is knows the lobby
 * secret: the lobby key signed the same, identity included.
 * @param lobbyKey the room's lobby key, or null in a group
 */
export function verifyLogin(
  login: Login,
  challenge: Challenge,
  origins: readonly string[],
  lobbyKey: Uint8Array | null,
): boolean {
  if ((lobbyKey === null) !== (login.lobbySignature === null)) return false;
  return origins.some((origin) => {
    const digest = loginDigest("identity", origin, login.room, login.identity, challenge);
    if (!verifySignature(login.signature, digest, login.identity)) return false;
    if (lobbyKey === null || login.lobbySignature === null) return true;
    const lobbyDigest = loginDigest("lobby", origin, login.room, login.identity, challenge);
    return verifySignature(login.lobbySignature, lobbyDigest, lobbyKey);
  });
}
