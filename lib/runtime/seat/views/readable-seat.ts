import type { Seat } from "../seat.ts";

/** What views read of an open seat. Views change nothing and start nothing. */
export type ReadableSeat = Pick<
  Seat,
  "party" | "secrets" | "frames" | "present" | "relay" | "notices" | "decision" | "history" | "availability"
>;
