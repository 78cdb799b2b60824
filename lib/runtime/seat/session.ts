import type { GroupId } from "../../rounds/index.ts";
import type { DriverStop } from "../driver/driver.ts";
import type { Intent } from "../views/intents.ts";
import type { ErrorCode, ErrorView } from "../views/errors.ts";
import { acquireSeat, type SeatLock, takeOverSeat } from "../tab/seat-lock.ts";
import { isVaultError } from "../vault/errors.ts";
import type { NewLock } from "../vault/vault.ts";
import { type UnlockedVault, unlockVault, type VaultKey } from "../vault/vault.ts";
import type { Profile, Profiles } from "../store/profiles.ts";
import {
  heldSeat,
  isUnprotected,
  lookAround,
  newPasskey,
  notificationsOf,
  passkeyOf,
  whereToBegin,
} from "./entrance.ts";
import { codeOfFailure, codeOfVault } from "./errors.ts";
import { pastedFragment } from "./link.ts";
import { createProfile } from "./new-seat.ts";
import { actOnSeat, followUp } from "./open-seat.ts";
import { openProfile } from "./opening.ts";
import type { SessionPorts, SiteInfo } from "./ports.ts";
import { RestoreFlow } from "./restore.ts";
import { newCoordinator, newSigner } from "./start.ts";
import { type NewSeat, type OpenSeat, type Stage, withoutError } from "./stage.ts";

export type SeatPage = "coordinator" | "signer";

/** A tab locks itself after so long without a person, where it has something to unlock it with. */
export const idleLockMs = 30 * 60_000;

const plain = (code: ErrorCode): ErrorView => ({ code, people: [] });

/** One tab of a coordinator or signer, from its first moment to its last: which stage it is in, and what each intent does there. */
export class SeatSession {
  readonly page: SeatPage;
  readonly #ports: SessionPorts;
  readonly #render: () => void;
  #stage: Stage = { tag: "starting" };
  #profiles: Profiles | null = null;
  site: SiteInfo = { build: "", relay: "", chains: null };
  readiness = { software: "", storageProtected: false, backupVerified: false };
  /** The group whose nonces ahead were asked for by this process. */
  prepared: GroupId | null = null;
  freeBytes: number | null = null;
  /** The browser was asked to keep this site's data and did not promise it. */
  storageRefused = false;
  notifications: "off" | "on" | "blocked" | "unavailable" = "unavailable";
  #cancelIdle: () => void = () => undefined;
  #usedAt: number;
  #queue: Promise<void> = Promise.resolve();
  #hash = "";

  constructor(page: SeatPage, ports: SessionPorts, render: () => void) {
    this.page = page;
    this.#ports = ports;
    this.#render = render;
    this.#usedAt = ports.clock.now();
  }

  get stage(): Stage {
    return this.#stage;
  }
  get ports(): SessionPorts {
    return this.#ports;
  }

  /** Finds out what this tab is: a seat of this browser, an invitation, or the start of something. */
  open(search: string, hash: string): Promise<void> {
    this.#hash = hash;
    return this.#guarded(async () => {
      this.site = await this.#ports.site();
      this.#profiles = await this.#ports.openProfiles();
      await this.#look();
      const id = new URLSearchParams(search).get("seat");
      const profile = id === null ? undefined : await this.#profiles.get(id);
      if (profile !== undefined) await this.#enter(profile);
      else await this.#begin(hash);
    });
  }

  /** The address changed: another link was pasted into it, or the person moved inside the page. */
  address(hash: string): Promise<void> {
    if (hash === this.#hash) return Promise.resolve();
    this.#hash = hash;
    this.#use();
    return this.#guarded(async () => {
      const { tag } = this.#stage;
      const moves =
        tag === "noLink" || tag === "join" || tag === "restore" || tag === "unlock" || tag === "create";
      if (moves && (hash.startsWith("#join=") || hash.startsWith("#/restore") || hash.startsWith("#/try")))
        await this.#begin(hash);
    });
  }

  /**
   * The page may have missed something: it is back from the background, or online again.
   * @param cameBack a person turned to it, which counts as use
   */
  wake(cameBack: boolean): void {
    if (this.#stage.tag === "open") this.#stage.open.seat.wake();
    if (cameBack) this.#use();
    this.#render();
  }

  act(intent: Intent): Promise<void> {
    this.#use();
    return this.#guarded(() => this.#act(intent));
  }

  async #act(intent: Intent): Promise<void> {
    const stage = this.#stage;
    switch (intent.do) {
      case "create-group": {
        if (stage.tag !== "create") return;
        this.#set({ ...stage, busy: true, error: null });
        return this.#protect(newCoordinator(intent.settings, this.site.relay, stage.trial, this.#ports.rng));
      }
      case "open-link":
        return this.#begin(`#${pastedFragment(intent.link)}`);
      case "take-seat":
        if (stage.tag === "join") await this.#protect(newSigner(stage.link, intent.name, this.#ports.rng));
        return;
      case "protect":
        return this.#seal(intent.with === "passphrase" ? intent.passphrase : null);
      case "unlock":
        if (stage.tag === "unlock")
          await this.#unlock(stage.profile, intent.with === "passphrase" ? intent.passphrase : null);
        return;
      case "take-over":
        if (stage.tag === "elsewhere") await this.#takeOver(stage.profile);
        return;
      case "lock":
        return this.#lock(null);
      case "restore-file":
      case "restore-open":
      case "restore-confirm":
      case "restore-leave":
        return this.#restore(intent);
      case "keep-storage":
        this.storageRefused = (await this.#ports.ask({ do: "persistStorage" })) !== true;
        return this.#look();
      case "allow-notifications": {
        const state = await this.#ports.ask({ do: "allowNotifications" });
        this.notifications = notificationsOf(state) ?? this.notifications;
        return;
      }
      case "try-again":
        this.#set(withoutError(stage));
        return;
      default:
        if (stage.tag === "open") await actOnSeat(this, stage.open, intent);
    }
  }

  /** Replaces what an open seat's screens need beside the seat. */
  update(change: Partial<OpenSeat>): void {
    if (this.#stage.tag === "open") this.#set({ tag: "open", open: { ...this.#stage.open, ...change } });
  }

  /** Changes what is stored of this seat's profile. */
  async updateProfile(change: (profile: Profile) => Profile): Promise<void> {
    if (this.#stage.tag !== "open" || this.#profiles === null) return;
    this.update({ profile: await this.#profiles.update(this.#stage.open.profile.id, change) });
  }

  /** Reads anew what the browser promises about storage and notifications. */
  async #look(): Promise<void> {
    const { persisted, free, notifications } = await lookAround(this.#ports);
    this.freeBytes = free;
    this.notifications = notifications ?? this.notifications;
    this.readiness = {
      ...this.readiness,
      software: this.site.build.slice(0, 16),
      storageProtected: persisted,
    };
  }

  async #begin(hash: string): Promise<void> {
    const start = whereToBegin(this.page, hash);
    if (start.tag !== "invited") {
      this.#set(start);
      return;
    }
    const { link } = start;
    const held = await heldSeat(this.#openProfiles(), link);
    if (held !== undefined) {
      this.#ports.post({ tag: "address", href: `/signer?seat=${held.id}#/` });
      return this.#enter(held);
    }
    this.#set({ tag: "join", link, busy: false, error: null });
    if (link.trialSeat !== null) await this.#protect(newSigner(link, link.trialSeat, this.#ports.rng));
  }

  /** Asks how a new seat is to be protected; a trial's seat is protected by the browser alone. */
  async #protect(seat: NewSeat): Promise<void> {
    const offered = await this.#ports.ask({ do: "passkeysOffered" });
    this.#set({ tag: "protect", seat, passkeys: offered === true, work: null, error: null });
    if (seat.secrets.trial) await this.#make(seat, { kind: "device" });
  }

  async #seal(passphrase: string | null): Promise<void> {
    const stage = this.#stage;
    if (stage.tag !== "protect") return;
    if (passphrase !== null) {
      const onProgress = (work: number) => this.#set({ ...stage, work, error: null });
      return this.#make(stage.seat, { kind: "passphrase", passphrase, onProgress });
    }
    const passkey = await newPasskey(this.#ports, stage.seat.secrets.name);
    if (typeof passkey !== "string") return this.#make(stage.seat, passkey);
    this.#set({ ...stage, error: plain(passkey) });
  }

  async #make(seat: NewSeat, lock: NewLock): Promise<void> {
    const profiles = this.#openProfiles();
    const made = await createProfile(this.#ports, profiles, seat, lock);
    if (isVaultError(made)) {
      if (this.#stage.tag === "protect")
        this.#set({ ...this.#stage, work: null, error: plain(codeOfVault(made.code)) });
      return;
    }
    const { profile, vault } = made;
    const href = `/${seat.role}?seat=${profile.id}#/`;
    if (seat.role !== this.page) {
      vault.lock();
      this.#ports.post({ tag: "navigate", href, replace: true });
      return;
    }
    this.#ports.post({ tag: "address", href });
    this.#hash = "#/";
    await this.#hold(profile, () => acquireSeat(profile.id, this.#ports.tabs, () => this.#handOver()), vault);
  }

  /** Enters a seat that this browser holds. */
  async #enter(profile: Profile): Promise<void> {
    await this.#hold(profile, () => acquireSeat(profile.id, this.#ports.tabs, () => this.#handOver()), null);
  }

  async #takeOver(profile: Profile): Promise<void> {
    this.#set({ tag: "elsewhere", profile, asking: true, error: null });
    await this.#hold(profile, () => takeOverSeat(profile.id, this.#ports.tabs, () => this.#handOver()), null);
  }

  async #hold(profile: Profile, ask: () => Promise<SeatLock>, vault: UnlockedVault | null): Promise<void> {
    const lock = await ask();
    if (lock.tag === "elsewhere") {
      this.#set({ tag: "elsewhere", profile, asking: false, error: null });
      return;
    }
    this.#release = lock.release;
    void lock.lost.then(() => this.#lostSeat(profile));
    if (vault !== null) return this.#start(profile, vault);
    if (isUnprotected(profile)) return this.#unlock(profile, null, { kind: "device" });
    this.#set({ tag: "unlock", profile, idleMs: null, work: null, error: null });
  }
  #release: () => void = () => undefined;

  async #unlock(profile: Profile, passphrase: string | null, given?: VaultKey): Promise<void> {
    const key = given ?? (await this.#key(profile, passphrase));
    if (key === null) {
      // A browser does not tell a prompt that was closed from a passkey that it has not got.
      this.#refuseUnlock(profile, "passkey-missing");
      return;
    }
    const vault = await unlockVault(profile.vault, key, (length) => this.#ports.rng.bytes(length));
    if (isVaultError(vault)) {
      this.#refuseUnlock(profile, codeOfVault(vault.code));
      return;
    }
    await this.#start(profile, vault);
  }

  #refuseUnlock(profile: Profile, code: ErrorCode): void {
    this.#set({ tag: "unlock", profile, idleMs: null, work: null, error: plain(code) });
  }

  async #key(profile: Profile, passphrase: string | null): Promise<VaultKey | null> {
    if (passphrase === null) return passkeyOf(this.#ports, profile);
    const onProgress = (work: number) =>
      this.#set({ tag: "unlock", profile, idleMs: null, work, error: null });
    return { kind: "passphrase", passphrase, onProgress };
  }

  async #start(profile: Profile, vault: UnlockedVault): Promise<void> {
    const opened = await openProfile(this.#ports, profile, vault, {
      onStoreLost: () => this.#fail("storage-blocked"),
      readiness: () => this.readiness,
      chains: () => this.site.chains,
      onChange: () => this.#changed(),
      onStop: (stop) => this.#stopped(stop),
    });
    this.readiness = { ...this.readiness, backupVerified: profile.backup?.testedAt !== undefined };
    this.#set({ tag: "open", open: { ...opened, release: this.#release } });
    this.#restIdle();
    this.#changed();
  }

  #changed(): void {
    this.#render();
    if (this.#stage.tag !== "open") return;
    const { open } = this.#stage;
    if (open.seat.supersededAtRelay) {
      void this.#guarded(() =>
        this.#leave({ tag: "elsewhere", profile: open.profile, asking: false, error: null }),
      );
      return;
    }
    // What a tab does by itself: propose a full roster, keep the profile's label right, answer for a trial.
    void this.#guarded(() => followUp(this, open));
  }

  #stopped(stop: DriverStop): void {
    if (this.#stage.tag !== "open" || stop.tag === "closed") return;
    const { profile } = this.#stage.open;
    if (stop.tag === "superseded") this.#set({ tag: "elsewhere", profile, asking: false, error: null });
    else this.#fail(codeOfFailure(stop.error));
  }

  /** Another tab asked for the seat: finish, then let go. */
  async #handOver(): Promise<void> {
    const stage = this.#stage;
    if (stage.tag === "open")
      await this.#leave({ tag: "elsewhere", profile: stage.open.profile, asking: false, error: null });
    else if (stage.tag === "unlock")
      this.#set({ tag: "elsewhere", profile: stage.profile, asking: false, error: null });
  }

  /** The lock was taken by force: nothing may be sent any more. */
  #lostSeat(profile: Profile): void {
    const { tag } = this.#stage;
    if (tag !== "open" && tag !== "unlock") return;
    void this.#guarded(() => this.#leave({ tag: "elsewhere", profile, asking: false, error: null }));
  }

  async #leave(next: Stage): Promise<void> {
    const stage = this.#stage;
    this.#set(next);
    this.#cancelIdle();
    if (stage.tag === "open") {
      await stage.open.seat.close();
      stage.open.release();
    } else this.#release();
  }

  async #lock(idleMs: number | null): Promise<void> {
    const stage = this.#stage;
    if (stage.tag !== "open") return;
    const { profile, seat } = stage.open;
    if (isUnprotected(profile)) return;
    this.#set({ tag: "unlock", profile, idleMs, work: null, error: null });
    await seat.close();
  }

  /** A person is here. While a machine sleeps no timer runs: whoever wakes it after too long finds the seat locked, and did nothing yet. */
  #use(): void {
    if (this.#ports.clock.now() - this.#usedAt >= idleLockMs)
      void this.#guarded(() => this.#lock(idleLockMs));
    this.#restIdle();
  }

  #restIdle(): void {
    this.#usedAt = this.#ports.clock.now();
    this.#cancelIdle();
    this.#cancelIdle = this.#ports.clock.after(
      idleLockMs,
      () => void this.#guarded(() => this.#lock(idleLockMs)),
    );
  }

  async #restore(intent: Extract<Intent, { do: `restore-${string}` }>): Promise<void> {
    const stage = this.#stage;
    if (stage.tag !== "restore") return;
    const flow = new RestoreFlow(this.#ports, this.#openProfiles(), (next) => this.#set(next));
    const ready = await flow.act(stage, intent);
    if (ready !== null) await this.#protect(ready);
  }

  #openProfiles(): Profiles {
    if (this.#profiles === null) throw new Error("storage is not open yet");
    return this.#profiles;
  }

  #set(stage: Stage): void {
    this.#stage = stage;
    this.#render();
  }

  #fail(code: ErrorCode): void {
    this.#cancelIdle();
    this.#set({ tag: "failed", error: plain(code) });
  }

  /** One thing at a time; whatever goes wrong becomes a screen, never an unhandled rejection. */
  #guarded(work: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(work).catch((error: unknown) => this.#fail(codeOfFailure(error)));
    return this.#queue;
  }
}
