import type { Sealer } from "../driver/journal.ts";
import { isVaultError } from "../vault/errors.ts";
import type { UnlockedVault } from "../vault/vault.ts";

/** Seals a journal under a vault. */
export const sealerOf = (vault: UnlockedVault): Sealer => ({
  seal: (context, record) => vault.seal(context, record),
  open: (context, sealed) => {
    const opened = vault.open(context, sealed);
    return isVaultError(opened) ? null : opened;
  },
});
