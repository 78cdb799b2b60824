import { decodeJournal, encodeJournal } from "../../rounds/core/journal.ts";
import { type PartyId, partyId } from "../../rounds/core/names.ts";
import { hexToBytes } from "@noble/hashes/utils.js";
import type { Invite } from "../../rounds/envelope/invite.ts";

/** What a seat is made of, beside its journal: who it is and which lobby it belongs to. Stored sealed. */
export interface SeatSecrets {
  /** 32-byte identity key. */
  readonly identity: Uint8Array;
  readonly invite: Invite;
  /** Name of the person, as given to the lobby; empty for a coordinator without a seat. */
  readonly name: string;
  /** What the coordinator's tab opened the lobby with; what a signer's link said. Claims until a roster is approved. */
  readonly plan: Plan;
  /** True for a group of "Try it on this computer". */
  readonly trial: boolean;
}

/** What a group is planned to be. */
export interface Plan {
  readonly group: string;
  readonly network: string;
  readonly threshold: number;
  readonly seats: readonly string[];
}

export function encodeSecrets(secrets: SeatSecrets): Uint8Array {
  const { identity, invite, name, plan, trial } = secrets;
  return encodeJournal({
    identity,
    relay: invite.relay,
    coordinator: hexToBytes(invite.coordinator),
    lobbySecret: invite.lobbySecret,
    name,
    group: plan.group,
    network: plan.network,
    threshold: plan.threshold,
    seats: plan.seats,
    trial,
  });
}

/** @throws JournalError, TypeError for bytes that `encodeSecrets` did not write */
export function decodeSecrets(bytes: Uint8Array): SeatSecrets {
  const value = decodeJournal(bytes);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array || Array.isArray(value))
    throw damaged();
  const field = value as Readonly<Record<string, unknown>>;
  const { identity, relay, coordinator, lobbySecret, name, group, network, threshold, seats, trial } = field;
  const texts = [relay, name, group, network];
  const arrays = [identity, coordinator, lobbySecret];
  if (
    !texts.every(isText) ||
    !arrays.every(isBytes) ||
    typeof threshold !== "number" ||
    !Array.isArray(seats)
  )
    throw damaged();
  if (!seats.every(isText)) throw damaged();
  return {
    identity: identity as Uint8Array,
    invite: {
      relay: relay as string,
      coordinator: partyId(coordinator as Uint8Array) satisfies PartyId,
      lobbySecret: lobbySecret as Uint8Array,
    },
    name: name as string,
    plan: { group: group as string, network: network as string, threshold, seats: seats },
    trial: trial === true,
  };
}

const damaged = (): TypeError => new TypeError("the seat's own record is damaged");
const isText = (value: unknown): value is string => typeof value === "string";
const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
