import type { SettingsView } from "./lobby.ts";

/** A key that one person can use alone is no shared key: FROST begins at two. */
export const minThreshold = 2;

/** Weak choices: the first is not offered, the second only after a second sentence. */
export type Guard = "one-is-enough" | "one-loss-is-final" | "none";

/** More than half: survives the loss of some devices and the theft of some. Two people need both. */
export const recommended = (total: number): number => (total <= 2 ? total : Math.floor(total / 2) + 1);

export function guardOf(threshold: number, total: number): Guard {
  if (threshold <= 1) return "one-is-enough";
  return threshold >= total ? "one-loss-is-final" : "none";
}

/** What a threshold means in counts: the screen only puts words around them. */
export interface Consequences {
  readonly threshold: number;
  readonly total: number;
  /** So many people may be away and signing goes on. */
  readonly mayBeAway: number;
  /** So many lost devices (with their backups) lose the funds for good. */
  readonly lossIsFinal: number;
  readonly guard: Guard;
  readonly recommended: boolean;
}

export function consequences(threshold: number, total: number): Consequences {
  return {
    threshold,
    total,
    mayBeAway: total - threshold,
    lossIsFinal: total - threshold + 1,
    guard: guardOf(threshold, total),
    recommended: threshold === recommended(total),
  };
}

export const minSeats = 2;

/** Adds or removes a seat and keeps the threshold within the seats. */
export function withSeats(settings: SettingsView, names: readonly string[]): SettingsView {
  const seats = names.map((name, at) => ({ seat: at + 1, name, weight: settings.seats[at]?.weight ?? 1 }));
  const wasRecommended = settings.threshold === recommended(settings.seats.length);
  const threshold = wasRecommended ? recommended(seats.length) : Math.min(settings.threshold, seats.length);
  return { ...settings, seats, threshold };
}

/** Moves the threshold by one and keeps it between two and all. */
export function withThreshold(settings: SettingsView, threshold: number): SettingsView {
  return { ...settings, threshold: Math.max(minThreshold, Math.min(settings.seats.length, threshold)) };
}

export interface SettingsProblem {
  readonly field: "name" | number;
  readonly text: string;
}

export const maxNameLength = 40;

/** What keeps these settings from making a group; a number is the seat it is about. */
export function settingsProblems(settings: SettingsView): SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  if (settings.name.trim() === "")
    problems.push({ field: "name", text: "Give the group a name, such as “Team wallet”" });
  const taken = new Map<string, number>();
  for (const { seat, name } of settings.seats) {
    const key = name.trim().toLocaleLowerCase("en");
    const other = taken.get(key);
    if (key === "") problems.push({ field: seat, text: `Who takes seat ${seat}?` });
    else if (other !== undefined)
      problems.push({
        field: seat,
        text: `Seat ${other} has this name too. Add a letter, so that nobody is mixed up`,
      });
    else taken.set(key, seat);
  }
  return problems;
}
