import { hexToBytes } from "@noble/hashes/utils.js";
import type { PartyId } from "../../rounds/index.ts";
import type { Intent } from "../views/intents.ts";
import { introductionText } from "../peg/signer/successors.ts";
import { transcriptName } from "./verify.ts";
import type { SeatSession } from "./session.ts";
import type { OpenSeat } from "./stage.ts";

// What a person does for the next group while the present one goes on.

type IntentOf<Name extends Intent["do"]> = Extract<Intent, { readonly do: Name }>;

/** Opens the lobby for the next group. */
export async function reopenLobby(
  { seat }: OpenSeat,
  { threshold, remove, add }: IntentOf<"reopen-lobby">,
): Promise<void> {
  const staying = seat.party.lobby?.seats.filter(({ name }) => !remove.includes(name)) ?? [];
  const leaving = seat.party.lobby?.seats.filter(({ name }) => remove.includes(name)) ?? [];
  await seat.command({
    tag: "lobby",
    command: {
      tag: "reopen",
      threshold,
      seats: staying.length + add,
      remove: leaving.map(({ identity }): PartyId => identity),
    },
  });
}

/** Takes in the record of a group this seat is not in. */
export async function introduceSuccessor(session: SeatSession, open: OpenSeat, file: File): Promise<void> {
  const found = await open.seat.successors.introduce(new Uint8Array(await file.arrayBuffer()));
  if (found === null) session.update({ error: { code: "successor-record", people: [] } });
  else open.seat.desk.lookAgain();
}

/** A person typed the code of the group that is to take over. */
export async function confirmSuccessor(
  session: SeatSession,
  open: OpenSeat,
  key: string,
  code: string,
): Promise<void> {
  const { seat } = open;
  const now = session.ports.clock.now();
  const isRight = await seat.successors.confirm(seat.party, hexToBytes(key), code, now);
  if (isRight) seat.desk.lookAgain();
  else session.update({ error: { code: "successor-code", people: [] } });
}

/** Saves the record of how the newest group made its key, for members of this one who have no seat there. */
export function saveIntroduction(session: SeatSession, { seat }: OpenSeat): Promise<void> {
  const { group } = seat;
  const record = group === null ? null : introductionText(seat.party, group.sealed.groupId);
  if (group === null || record === null) return Promise.resolve();
  const { roster, groupId } = group.sealed;
  const name = transcriptName(roster.name, groupId).replace(".transcript.json", ".next-group.json");
  session.ports.post({ tag: "download", name, type: "application/json", text: record });
  return Promise.resolve();
}
