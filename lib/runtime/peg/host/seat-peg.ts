import { Refusal } from "../../../sbtc/refusal.ts";
import type { SiteChains } from "../../../wire/chains.ts";
import type { Seat } from "../../seat/seat.ts";
import type { PegCommand, PegCoordinatorView } from "../../views/peg-coordinator.ts";
import { hostView } from "./host-view.ts";
import { openSeatHost, type SeatHost, type SeatHostPorts } from "./seat-host.ts";

/** What the coordinator's seat gives its peg. */
export interface SeatPegPorts extends Omit<SeatHostPorts, "chains"> {
  readonly seat: () => Seat;
  readonly chains: () => SiteChains | null;
}

/** The peg of a coordinator's seat: opened once its group has a key, closed with the seat. */
export class SeatPeg {
  readonly #ports: SeatPegPorts;
  #opened: SeatHost | null = null;
  #begun = false;
  #closed = false;

  constructor(ports: SeatPegPorts) {
    this.#ports = ports;
  }

  /** Looks whether there is something to do. Call it after each change of the seat. */
  tend(): void {
    if (this.#opened !== null) this.#opened.tend();
    else if (!this.#begun && !this.#closed) this.#begin();
  }

  /** null while there is nothing to show: no key yet, or a site without chains. */
  view(): PegCoordinatorView | null {
    return this.#opened === null ? null : hostView(this.#opened.host.snapshot());
  }

  command(command: PegCommand): void {
    void this.#opened?.host.command(command);
  }

  close(): void {
    this.#closed = true;
    this.#opened?.host.close();
    this.#opened?.close();
  }

  #begin(): void {
    const { seat: current, chains: sources, onChange, onFault } = this.#ports;
    const seat = current();
    const { group } = seat;
    const chains = sources();
    if (group?.keygenCoordinator?.phase.tag !== "ready" || chains === null) return;
    this.#begun = true;
    openSeatHost(seat, { ...this.#ports, chains }).then(
      (opened) => {
        this.#opened = opened;
        if (this.#closed) this.close();
        else onChange();
      },
      (error: unknown) => {
        // Too few sources for this network: there is no peg to show, and signing goes on as before.
        if (!(error instanceof Refusal) && !this.#closed) onFault(error);
      },
    );
  }
}
