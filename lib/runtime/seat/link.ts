import { decodeInvite, encodeInvite, type Invite, type InviteFault } from "../../rounds/index.ts";
import { networkOf } from "./views/lobby.ts";
import type { Plan } from "./secrets.ts";

/** An invite as its link says it: the invite itself, and what the coordinator plans, for reading before anything is joined. */
export interface InviteLink {
  readonly invite: Invite;
  readonly plan: Plan;
  /** The seat a trial's tab takes by itself. */
  readonly trialSeat: string | null;
}

const longestName = 64;
const mostSeats = 300;

/** What follows `#` in an invite link. Names are in it because they are private too: a fragment reaches no server. */
export function encodeLink({ invite, plan, trialSeat }: InviteLink): string {
  const rest = new URLSearchParams([
    ["group", plan.group],
    ["network", plan.network],
    ["t", String(plan.threshold)],
    ...plan.seats.map((name): [string, string] => ["seat", name]),
    ...(trialSeat === null ? [] : [["trial", trialSeat] as [string, string]]),
  ]);
  return `${encodeInvite(invite)}&${rest.toString()}`;
}

/** Reads what follows `#`. What the link says of the group is a claim: people approve the roster, not the link. */
export function decodeLink(fragment: string): InviteLink | InviteFault {
  const [join = "", ...rest] = fragment.replace(/^#/, "").trim().split("&");
  const invite = decodeInvite(join);
  if (typeof invite === "string") return invite;
  const fields = new URLSearchParams(rest.join("&"));
  const name = (value: string | null): string => (value ?? "").trim().slice(0, longestName);
  const threshold = Number(fields.get("t") ?? "0");
  const plan: Plan = {
    group: name(fields.get("group")),
    network: networkOf(fields.get("network") ?? ""),
    threshold: Number.isInteger(threshold) && threshold > 0 && threshold <= mostSeats ? threshold : 0,
    seats: fields
      .getAll("seat")
      .slice(0, mostSeats)
      .map(name)
      .filter((text) => text !== ""),
  };
  const trial = name(fields.get("trial"));
  return { invite, plan, trialSeat: trial === "" ? null : trial };
}

/** Takes a whole link, or only what follows `#`, as people paste it: with spaces and line breaks around and inside. */
export function pastedFragment(text: string): string {
  const compact = text.replace(/\s+/g, "");
  const at = compact.indexOf("#");
  return at < 0 ? compact : compact.slice(at + 1);
}
