import type { Profile } from "../store/profiles.ts";
import type { UnlockedVault } from "../vault/vault.ts";
import { backupOfProfile } from "./backup.ts";
import type { SessionPorts } from "./ports.ts";
import { Seat, type SeatPorts } from "./seat.ts";
import type { OpenSeat } from "./stage.ts";

/** What a seat asks of the tab it is open in, and what it tells it. */
export type SeatHost = Pick<SeatPorts, "readiness" | "chains" | "onChange" | "onStop"> & {
  /** Another tab took the store away. */
  readonly onStoreLost: () => void;
};

/** Opens the seat of a profile whose secrets are open; nothing is under way in it yet. Rejects where the store does. */
export async function openProfile(
  ports: SessionPorts,
  profile: Profile,
  vault: UnlockedVault,
  { onStoreLost, ...host }: SeatHost,
): Promise<Omit<OpenSeat, "release">> {
  const { openStore, clock, rng, transport, takeTurn } = ports;
  const store = await openStore(profile.id, onStoreLost);
  const seat = await Seat.open({ store, vault, clock, rng, transport, takeTurn, ...host });
  const backup = backupOfProfile(profile);
  return {
    ...{ profile, vault, seat, backup },
    ...{ sending: new Set(), starting: false, policy: null, error: null },
  };
}
