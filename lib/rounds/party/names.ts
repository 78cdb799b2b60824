import type { GroupId } from "../core/names.ts";

/** Names of machines in journals and outboxes. They are stored: never give one to another machine. */
export const machineNames = {
  member: "lobby.member",
  lobby: "lobby.coordinator",
  keygen: (group: GroupId) => `${group}.keygen`,
  keygenCoordinator: (group: GroupId) => `${group}.keygen-coordinator`,
  signer: (group: GroupId) => `${group}.signer`,
  signing: (group: GroupId) => `${group}.signing-coordinator`,
  archive: (group: GroupId) => `${group}.archive`,
  parked: (group: GroupId) => `${group}.parked`,
} as const;
