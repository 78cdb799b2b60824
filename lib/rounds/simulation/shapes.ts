import type { PartyEvent, Rng, SecretRecord } from "../core/machine.ts";
import { ALL, epochOf, type GroupId } from "../core/names.ts";
import type { Identity } from "../envelope/identity.ts";
import { backupOf } from "../party/backup.ts";
import type { PartyConfig } from "../party/state.ts";
import type { PartyCommand } from "../party/step.ts";
import { FastIdentity } from "./fast-identity.ts";
import { partyFactory, type RunningParty } from "./port.ts";
import { createPrng } from "./prng.ts";
import { START } from "./scheduler.ts";

/** The people of a run and their invite. Weight 0 is a coordinator without a seat. */
export interface People {
  readonly identities: readonly Identity[];
  readonly coordinator: number;
  readonly invite: PartyConfig["invite"];
}

/** A group whose key is ready: what a backup of each tab holds. */
export interface ShapedGroup extends People {
  readonly groupId: GroupId;
  readonly broadcastKey: Uint8Array;
  readonly records: readonly SecretRecord[];
}

export const simulatedReadiness = { software: "simulated", storageProtected: true, backupVerified: true };

/** Draws identities; the coordinator is the one of weight 0, or the first. */
export function drawPeople(weights: readonly number[], rng: Rng): People {
  const identities = weights.map(() => FastIdentity.create(rng));
  const coordinator = Math.max(0, weights.indexOf(0));
  const id = identities[coordinator]?.id;
  if (id === undefined) throw new RangeError("a group has a coordinator");
  return { identities, coordinator, invite: { coordinator: id, lobbySecret: rng(32) } };
}

/** Commands that take people from an invite to a running key generation, in order. */
export function openingCommands(
  weights: readonly number[],
  threshold: number,
  people: People,
): readonly { readonly by: number; readonly command: PartyCommand }[] {
  const seats = weights.filter((weight) => weight > 0).length;
  const settings = { name: "Simulated", network: "regtest", threshold, seats } as const;
  const { coordinator, identities } = people;
  return [
    { by: coordinator, command: { tag: "lobby", command: { tag: "open", settings, expected: [] } } },
    ...weights.flatMap((weight, by) =>
      weight === 0
        ? []
        : [
            {
              by,
              command: {
                tag: "member",
                command: { tag: "join", name: `Seat ${by + 1}`, readiness: simulatedReadiness },
              } as const,
            },
          ],
    ),
    ...weights.flatMap((weight, i) => {
      const identity = identities[i]?.id;
      return weight <= 1 || identity === undefined
        ? []
        : [
            {
              by: coordinator,
              command: { tag: "lobby", command: { tag: "setWeight", identity, weight } } as const,
            },
          ];
    }),
    { by: coordinator, command: { tag: "lobby", command: { tag: "propose" } } },
  ];
}

const made = new Map<string, ShapedGroup>();

/**
 * A group with these weights and threshold, by a real key generation without faults. It is made once per shape:
 * runs that are about signing start from the journals it left.
 */
export function shapedGroup(weights: readonly number[], threshold: number): ShapedGroup {
  const shape = `${weights.join(",")}/${threshold}`;
  const known = made.get(shape);
  if (known !== undefined) return known;
  const prng = createPrng(0, `shape/${shape}`);
  const rng: Rng = (length) => prng.bytes(length);
  const people = drawPeople(weights, rng);
  const group = new Rehearsal(people, rng).run(weights, threshold);
  made.set(shape, group);
  return group;
}

/** Parties that hear each other at once and always say yes. */
class Rehearsal {
  readonly #people: People;
  readonly #parties: readonly RunningParty[];
  readonly #queue: { readonly by: number; readonly event: PartyEvent<PartyCommand> }[] = [];

  constructor(people: People, rng: Rng) {
    this.#people = people;
    this.#parties = people.identities.map((identity) =>
      partyFactory(identity, people.invite, () => rng).start([], epochOf(rng(16))),
    );
  }

  run(weights: readonly number[], threshold: number): ShapedGroup {
    for (const { by, command } of openingCommands(weights, threshold, this.#people)) {
      this.#queue.push({ by, event: { tag: "command", now: START, command } });
      this.#settle();
    }
    const coordinator = this.#parties[this.#people.coordinator];
    const [groupId] = coordinator?.state.groups.keys() ?? [];
    if (groupId === undefined) throw new Error("the rehearsal sealed no group");
    const command = { tag: "coordinateKeygen", groupId, command: { tag: "runDkg" } } as const;
    this.#queue.push({ by: this.#people.coordinator, event: { tag: "command", now: START, command } });
    this.#settle();
    const group = coordinator?.state.groups.get(groupId);
    const isReady = this.#parties.every(({ state }) => {
      const own = state.groups.get(groupId);
      return (own?.keygen ?? own?.keygenCoordinator)?.phase.tag === "ready";
    });
    if (group === undefined || !isReady) throw new Error("the rehearsal made no key");
    return {
      ...this.#people,
      groupId,
      broadcastKey: group.sealed.broadcastKey,
      records: this.#parties.flatMap(({ state }) => backupOf(state) ?? []),
    };
  }

  #settle(): void {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const { by, event } = next;
      for (const effect of this.#parties[by]?.step(event) ?? []) {
        if (effect.tag === "decide") {
          const { id } = effect.decision;
          this.#queue.push({ by, event: { tag: "decided", now: START, id, verdict: { tag: "yes" } } });
        }
        if (effect.tag !== "send") continue;
        this.#people.identities.forEach((identity, to) => {
          if (to === by || (effect.to !== ALL && effect.to !== identity.id)) return;
          this.#queue.push({ by: to, event: { tag: "frame", now: START, frame: effect.frame } });
        });
      }
    }
  }
}
