import type { Profile } from "../../store/profiles.ts";
import type { HomeGroup, HomeView } from "../../views/home.ts";

/** The seats of this browser, newest first, as far as may be said of them while they are locked. */
export const homeView = (profiles: readonly Profile[]): Required<Pick<HomeView, "groups">> => ({
  groups: profiles.map(groupOf),
});

/** What a person types before a seat is erased: its group's name. Null where no key can have been made with it. */
export const typeToRemove = ({ label }: Profile): string | null =>
  label.state === "lobby" ? null : label.groupName;

function groupOf(profile: Profile): HomeGroup {
  const { id, label, vault, backup } = profile;
  const typed = typeToRemove(profile);
  const { role, groupName, seatName, threshold, total, state } = label;
  return {
    id,
    name: groupName,
    role,
    ...(seatName === "" ? {} : { seatName }),
    // Who is online is known only to an open seat.
    quorum: { have: 0, needed: threshold, total },
    needsYou: 0,
    state,
    locked: vault.locks.some(({ kind }) => kind !== "device"),
    ...(typed === null ? {} : { typeToRemove: typed }),
    backup: backup === undefined ? "none" : backup.testedAt === undefined ? "saved" : "tested",
    href: `/${role}?seat=${id}#/`,
  };
}
