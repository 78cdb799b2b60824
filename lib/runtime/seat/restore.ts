import type { Profiles } from "../store/profiles.ts";
import { backupLabel } from "../vault/backup.ts";
import { isVaultError } from "../vault/errors.ts";
import type { Intent } from "../views/intents.ts";
import { readBackup } from "./backup.ts";
import { codeOfVault } from "./errors.ts";
import type { SessionPorts } from "./ports.ts";
import type { NewSeat, Stage } from "./stage.ts";

type RestoreStage = Extract<Stage, { tag: "restore" }>;
type RestoreIntent = Extract<Intent, { do: `restore-${string}` }>;

/** From a backup file to a seat of this browser: choose, open, see whose it is, confirm. */
export class RestoreFlow {
  readonly #ports: SessionPorts;
  readonly #profiles: Profiles;
  readonly #set: (stage: RestoreStage) => void;

  constructor(ports: SessionPorts, profiles: Profiles, set: (stage: RestoreStage) => void) {
    this.#ports = ports;
    this.#profiles = profiles;
    this.#set = set;
  }

  /** @returns the seat to protect and store, once the person confirmed it */
  async act(stage: RestoreStage, intent: RestoreIntent): Promise<NewSeat | null> {
    switch (intent.do) {
      case "restore-file":
        await this.#choose(intent.file);
        return null;
      case "restore-open":
        await this.#open(stage, intent.passphrase);
        return null;
      case "restore-confirm":
        return stage.found;
      case "restore-leave":
        this.#set({ tag: "restore", restore: { stage: "choose" }, file: null, found: null });
        return null;
    }
  }

  async #choose(file: File): Promise<void> {
    const text = await file.text();
    const label = backupLabel(text);
    if (isVaultError(label)) {
      const error = { code: codeOfVault(label.code, "backup"), people: [] };
      this.#set({ tag: "restore", restore: { stage: "choose", error }, file: null, found: null });
      return;
    }
    const made = Date.parse(label.made);
    const view = { name: file.name, bytes: file.size, ...(Number.isNaN(made) ? {} : { madeAt: made }) };
    this.#set({ tag: "restore", restore: { stage: "passphrase", file: view }, file: text, found: null });
  }

  async #open(stage: RestoreStage, passphrase: string): Promise<void> {
    const { file } = stage;
    if (file === null) return;
    const opening = (work: number): void =>
      this.#set({ ...stage, restore: { ...without(stage.restore), stage: "opening", work: { done: work } } });
    opening(0);
    const restored = await readBackup(file, passphrase, this.#ports.rng, opening);
    if (isVaultError(restored)) {
      const error = { code: codeOfVault(restored.code, "backup"), people: [] };
      this.#set({ ...stage, restore: { ...without(stage.restore), stage: "passphrase", error } });
      return;
    }
    const { groupName, threshold, total, code, secrets, record, peg, hosts, coordinator, seatName, made } =
      restored;
    const alreadyHere = (await this.#profiles.list()).some(
      ({ label }) => label.groupName === groupName && label.seatName === seatName && label.state === "ready",
    );
    const found = { groupName, seatName, threshold, total, code, madeAt: Date.parse(made), alreadyHere };
    this.#set({
      tag: "restore",
      restore: { ...without(stage.restore), stage: "confirm", found },
      file,
      found: { role: coordinator ? "coordinator" : "signer", secrets, record, peg, hosts },
    });
  }
}

/** The restore screen without what belonged to the last attempt. */
function without({ stage, file, found }: RestoreStage["restore"]): RestoreStage["restore"] {
  return { stage, ...(file === undefined ? {} : { file }), ...(found === undefined ? {} : { found }) };
}
