import { attentionOf } from "./view.ts";
import type { SeatSession } from "./session.ts";

/**
 * Names what a person at this tab is looking at or waiting for: the screen, the step of the key's making, how many questions wait and how
 * many requests have ended. Where it changes, somebody waits for the new picture; all else is progress.
 */
export function sceneOf(session: SeatSession): string {
  const { stage } = session;
  if (stage.tag !== "open") return stage.tag;
  const { group, party } = stage.open.seat;
  const keygen = group?.keygen ?? group?.keygenCoordinator;
  const requests = [
    ...(group?.signer?.requests.values() ?? []),
    ...(group?.signing?.requests.values() ?? []),
  ];
  const ended = requests.filter(({ tag }) => !underWay.has(tag)).length;
  const lobby = `${party.member.phase.tag}/${party.lobby?.phase.tag ?? ""}`;
  const phase = keygen?.phase.tag ?? "";
  const step = making.has(phase) ? "making" : phase;
  return [lobby, step, attentionOf(session), requests.length, ended].join("/");
}

const making: ReadonlySet<string> = new Set([
  "collectingPublicShares",
  "collectingPrivateShares",
  "collectingEnds",
  "pending",
  "provingLife",
]);
const underWay: ReadonlySet<string> = new Set([
  "deciding",
  "approved",
  "collectingCommitments",
  "collectingShares",
]);
