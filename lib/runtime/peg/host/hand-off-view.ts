import { keysOf } from "../../../rounds/index.ts";
import type { HandOffNext } from "../../../sbtc/peg/coordinator/hand-off.ts";
import type { Sentence } from "../../views/common.ts";
import type { PegHandOffView } from "../../views/peg-coordinator.ts";
import { say } from "../status/say.ts";
import type { HandOffSnapshot } from "./hand-off-host.ts";

type Step = "drain" | "register" | "next" | "old" | "announce" | "move" | "confirm";

const titles: Readonly<Record<Step, string>> = {
  drain: "Finish what only this group can",
  register: "Write the next seats on the contract",
  next: "The next group signs",
  old: "This group signs",
  announce: "The contract names the next wallet",
  move: "All coins are signed over",
  confirm: "The coins arrive",
};
const order = Object.keys(titles) as readonly Step[];

function stepOf(next: HandOffNext): Step | null {
  switch (next.tag) {
    case "drain":
    case "register":
    case "announce":
    case "move":
    case "confirm":
      return next.tag;
    case "sign":
      return next.by;
    case "stuck":
      return next.code === "overtaken" ? "confirm" : "move";
    case "done":
      return null;
  }
}

function noteOf(next: HandOffNext, asking: boolean): Sentence | null {
  switch (next.tag) {
    case "drain": {
      const { length } = next.unfinished;
      return say(
        length === 1 ? "One request is still under way." : `${length} requests are still under way.`,
        " Nothing new of that kind begins.",
      );
    }
    case "sign":
    case "move":
      return asking
        ? say("Its signers are asked. Each compares names and code, and approves by hand.")
        : null;
    case "confirm":
      return say(`${next.left} more ${next.left === 1 ? "block" : "blocks"}.`);
    case "register":
    case "announce":
      return say("Sent; it waits to be mined.");
    case "stuck":
    case "done":
      return null;
  }
}

/** A hand-over as the coordinator's screen shows it. */
export function handOffView({ to, announced, state }: HandOffSnapshot): PegHandOffView {
  const { roster } = to;
  const { next, asking, refused, fault, moved } = state;
  const at = next === null ? "drain" : stepOf(next);
  const place = at === null ? order.length : order.indexOf(at);
  const note = next === null ? null : noteOf(next, asking !== null);
  const stuck = refused ?? (next?.tag === "stuck" ? next.reason : null) ?? fault;
  return {
    to: {
      name: roster.name,
      people: roster.seats.map(({ name }) => name),
      threshold: roster.threshold,
      total: keysOf(roster),
    },
    steps: order.map((step, i) => ({
      title: titles[step],
      state: i < place ? "done" : i > place ? "next" : "now",
      ...(i === place && note !== null ? { note } : {}),
    })),
    ...(stuck === null ? {} : { stuck }),
    canStop: !announced,
    moved: moved.map(({ txid, sats, height }) => ({ txid, sats, confirmed: height !== null })),
  };
}
