import type { DealtGroup } from "./dealt-group.ts";
import type { Insider } from "./insider.ts";
import type { World } from "./world.ts";

/** Seats that follow scripts. */
export class Attackers {
  constructor(_world: World, _insider: Insider, _group: DealtGroup, _learn: (frame: Uint8Array) => void) {}
  begin(): void {
    return;
  }
}
