import type { Effect, PartyEvent, SecretRecord } from "../core/machine.ts";
import type { Epoch, PartyId } from "../core/names.ts";
import type { CoordinatorState, CoordinatorCommand } from "../signing/coordinator-state.ts";
import type { SignerCommand, SignerState } from "../signing/signer-state.ts";
import type { KeygenView } from "./view.ts";

export type SimulatedCommand =
  | { readonly to: "signer"; readonly command: SignerCommand }
  | { readonly to: "coordinator"; readonly command: CoordinatorCommand }
  | { readonly to: "lobby" | "keygen"; readonly command: unknown };

/** What the checks may look at. */
export interface PartyView {
  readonly signer: SignerState | null;
  readonly coordinator: CoordinatorState | null;
  readonly keygen: KeygenView | null;
}

/** A running party, as a driver has it. */
export interface RunningParty {
  step(event: PartyEvent<SimulatedCommand>): readonly Effect[];
  view(): PartyView;
}

/** Starts a party from what its store holds. */
export interface PartyFactory {
  readonly id: PartyId;
  start(records: readonly SecretRecord[], epoch: Epoch): RunningParty;
}
