import type { SetUpStep } from "../../../sbtc/peg/coordinator/set-up.ts";
import type { PegSetupStep } from "../../views/peg-coordinator.ts";
import { addressPart, say } from "../status/say.ts";
import { leastUstx, type HostSnapshot } from "./host.ts";

/** Where the steps of setting up stand in the list a person is shown. */
const placeOf: Readonly<Record<SetUpStep, PegSetupStep["id"]>> = {
  deploy: "deploy",
  limits: "limits",
  coordinator: "signers",
  signers: "signers",
  members: "members",
  wallet: "wallet-address",
};

const order: readonly PegSetupStep["id"][] = [
  "key",
  "fee-wallet",
  "deploy",
  "limits",
  "signers",
  "members",
  "wallet-address",
  "watching",
];

const titles: Readonly<Record<PegSetupStep["id"], string>> = {
  key: "The group has a key",
  "fee-wallet": "Fill the fee wallet",
  deploy: "Deploy the contract",
  limits: "Set its limits",
  signers: "Register the signers",
  members: "Write the allow-list",
  "wallet-address": "The group’s address on the contract",
  watching: "Watch both chains",
};

function notes(snapshot: HostSnapshot): Readonly<Record<PegSetupStep["id"], PegSetupStep["note"]>> {
  const { addresses, group, token, memory, asksWallet } = snapshot;
  const { roster } = group;
  const { members, allowList } = memory;
  return {
    key: say(`${roster.threshold} keys of ${roster.name} sign together.`),
    "fee-wallet": say(
      `It pays for contract calls, from ${Number(leastUstx) / 1e6} STX up, at `,
      addressPart(addresses.stacks),
      ", and for transactions that are not a request’s own, at ",
      addressPart(addresses.bitcoin),
      ".",
    ),
    deploy: say(
      "Five contracts, compared with this build’s own text after they are mined: ",
      addressPart(token),
    ),
    limits: say("The least and most of a request, of a day, and of all; confirmations and deadlines."),
    signers: say(
      `${roster.seats.length} seats with the keys they sign their messages with, and the account of this tab as coordinator.`,
    ),
    members: say(
      allowList
        ? `${members.length} accounts and addresses may use it.`
        : "Everyone may use it on this network.",
    ),
    "wallet-address": say(
      asksWallet
        ? "The signers are asked. Each compares the contract and the address, and approves by hand."
        : "The group signs that its address becomes the contract’s. Every signer approves by hand, once.",
    ),
    watching: say("Requests are found in blocks that this tab verified itself."),
  };
}

/** The step that is at work now, and how it stands. */
function current(snapshot: HostSnapshot): readonly [PegSetupStep["id"], "now" | "failed"] {
  const { setUp, loop, asksWallet, balances, memory } = snapshot;
  // Another device goes on from here; there is no step to take on this one.
  if (loop !== null || memory.overtakenBy !== null) return ["watching", "now"];
  if (asksWallet) return ["wallet-address", "now"];
  if (setUp !== null && setUp.tag !== "done")
    return [placeOf[setUp.step], setUp.tag === "failed" ? "failed" : "now"];
  const isFilled = (balances?.ustx ?? 0n) >= leastUstx;
  return [isFilled ? "deploy" : "fee-wallet", "now"];
}

/** What a click does for the step at work; absent where it runs by itself. */
function actionOf(snapshot: HostSnapshot, step: PegSetupStep["id"], state: "now" | "failed"): string | null {
  if (snapshot.busy === "peg-setup") return null;
  if (step === "fee-wallet") return snapshot.hasFaucet ? "Get test coins" : null;
  if (state === "failed") return "Try again";
  return step === "deploy" && snapshot.memory.begunAt === null ? "Set the peg up" : null;
}

/** The steps of setting up, in their order. */
export function setUpView(snapshot: HostSnapshot): readonly PegSetupStep[] {
  const [at, state] = current(snapshot);
  const said = notes(snapshot);
  const place = order.indexOf(at);
  const isOver = snapshot.loop !== null || snapshot.memory.overtakenBy !== null;
  return order.map((id, i): PegSetupStep => {
    const base = { id, title: titles[id], links: [] };
    if (i < place || isOver) return { ...base, state: "done", note: said[id] };
    if (i > place) return { ...base, state: "next", note: said[id] };
    const { setUp } = snapshot;
    const reason = setUp?.tag === "failed" ? say(`${setUp.reason}.`) : null;
    const action = actionOf(snapshot, id, state);
    return {
      ...base,
      state,
      note: state === "failed" && reason !== null ? reason : said[id],
      ...(action === null ? {} : { action }),
    };
  });
}
