import type { Insider } from "./insider.ts";
import type { Run } from "./run.ts";

/** Seats that follow scripts. */
export class Attackers {
  constructor(_run: Run, _insider: Insider) {}
  begin(): void {
    return;
  }
}
