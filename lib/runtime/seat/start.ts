import { Identity } from "../../rounds/index.ts";
import type { Rng } from "../ports/rng.ts";
import type { SettingsView } from "../views/lobby.ts";
import type { InviteLink } from "./link.ts";
import type { Plan } from "./secrets.ts";
import type { NewSeat } from "./stage.ts";

/** What "Try it on this computer" starts with: the coordinator is one of the three, so three tabs are enough. */
export const trialSettings: SettingsView = {
  name: "Try-out",
  network: "devnet",
  threshold: 2,
  seats: ["Alice", "Bob", "Carol"].map((name, i) => ({ seat: i + 1, name, weight: 1 })),
};

const planOf = ({ name, network, threshold, seats }: SettingsView): Plan => ({
  group: name.trim(),
  network,
  threshold,
  seats: seats.map((seat) => seat.name.trim()),
});

/** A new lobby: fresh identity, fresh secret. In a trial the coordinator takes the first seat. */
export function newCoordinator(settings: SettingsView, relay: string, trial: boolean, rng: Rng): NewSeat {
  const identity = Identity.create((length) => rng.bytes(length));
  const plan = planOf(settings);
  return {
    role: "coordinator",
    record: null,
    peg: [],
    hosts: [],
    secrets: {
      identity: identity.reveal(),
      invite: { relay, coordinator: identity.id, lobbySecret: rng.bytes(32) },
      name: trial ? (plan.seats[0] ?? "") : "",
      plan,
      trial,
    },
  };
}

/** A new seat for whoever follows an invite: an identity of its own in this lobby. */
export function newSigner(link: InviteLink, name: string, rng: Rng): NewSeat {
  const identity = Identity.create((length) => rng.bytes(length));
  return {
    role: "signer",
    record: null,
    peg: [],
    hosts: [],
    secrets: {
      identity: identity.reveal(),
      invite: link.invite,
      name: name.trim(),
      plan: link.plan,
      trial: link.trialSeat !== null,
    },
  };
}

/** Most seats the form offers; the protocol allows more. */
export const mostSeats = 15;
