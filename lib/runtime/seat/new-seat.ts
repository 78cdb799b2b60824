import { epochOf, lobbyKeys, type SecretRecord } from "../../rounds/index.ts";
import { Journal } from "../driver/journal.ts";
import { restoringHost } from "../peg/host/memory.ts";
import { restoringWrites } from "../peg/signer/memory-file.ts";
import type { Profile, Profiles } from "../store/profiles.ts";
import { isVaultError, type VaultError } from "../vault/errors.ts";
import { createVault, type NewLock, type UnlockedVault } from "../vault/vault.ts";
import type { SessionPorts } from "./ports.ts";
import { randomName, storeSecrets } from "./seat.ts";
import { sealerOf } from "./sealer.ts";
import type { NewSeat } from "./stage.ts";

/**
 * Makes a seat of this browser: a vault with its first lock, its sealed secrets, the record of a restored backup where there is one, and
 * last the profile, so that a crash in between leaves nothing that looks like a seat.
 * @throws StoreError, StorageError
 */
export async function createProfile(
  ports: SessionPorts,
  profiles: Profiles,
  seat: NewSeat,
  lock: NewLock,
): Promise<{ readonly profile: Profile; readonly vault: UnlockedVault } | VaultError> {
  const id = randomName(ports.rng);
  const made = await createVault(id, lock, (length) => ports.rng.bytes(length));
  if (isVaultError(made)) return made;
  const { record: vaultRecord, vault } = made;
  const store = await ports.openStore(id, () => undefined);
  try {
    await storeSecrets(store, vault, seat.secrets);
    if (seat.record !== null) {
      const { journal } = await Journal.claim(store, sealerOf(vault), epochOf(ports.rng.bytes(16)));
      // A backup's record is what `backupOf` made: the journal's own form.
      const { writes } = journal.append([{ record: seat.record as SecretRecord, replace: true }]);
      const memory = seat.peg.flatMap((peg) => restoringWrites(peg, sealerOf(vault)));
      const hosts = seat.hosts.map((host) => restoringHost(host.group, host.memory));
      await store.commit([...writes, ...memory, ...hosts], [journal.owned]);
    }
  } finally {
    await store.close();
  }
  const { plan, name } = seat.secrets;
  const profile: Profile = {
    id,
    created: ports.clock.now(),
    lobby: lobbyKeys(seat.secrets.invite).lobbyId,
    vault: vaultRecord,
    label: {
      role: seat.role,
      groupName: plan.group,
      seatName: name,
      threshold: plan.threshold,
      total: plan.seats.length,
      state: seat.record === null ? "lobby" : "ready",
    },
  };
  await profiles.put(profile);
  return { profile, vault };
}
