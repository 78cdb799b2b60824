import type { ChromeView, Person, SeatView, SettingsView } from "../../../lib/runtime/views/index.ts";

/** Every picture is taken at this moment: 21 November 2026, 12:03:22 in the browser's time zone. */
export const now = new Date(2026, 10, 21, 12, 3, 22).getTime();
export const ago = (seconds: number): number => now - seconds * 1000;

export const code = { hex: "7c4e91ad", words: ["copper", "orbit", "velvet", "harbor"] };
export const otherCode = { hex: "19d03b77", words: ["acorn", "tunnel", "linen", "mango"] };
export const publicKey = "b3f1c2a45e6d7081928374a5b6c7d8e9f00112233445566778899aabbccddeef";
export const address = "bcrt1pm52q6jgnwszme5uk49kvcu2m2je3tqu6ewdhvu40yd7tk9zunwgqm7n23y";

export const chrome: ChromeView = {
  group: { name: "Alpha peg wallet", network: "devnet" },
  connection: { state: "connected", roundTripMs: 38 },
  who: { name: "Alice", role: "signer" },
  build: { hash: "4f2a9c1e", published: true },
};
export const chromeMara: ChromeView = { ...chrome, who: { name: "Mara", role: "coordinator" } };
export const chromeBare: ChromeView = { build: { hash: "4f2a9c1e", published: true } };
export const chromeOffline: ChromeView = { ...chrome, connection: { state: "offline", since: ago(95) } };

export const people: readonly Person[] = ["Alice", "Bob", "Carol"].map((name, at) => ({
  name,
  seat: at + 1,
  you: at === 0,
}));
export const person = (name: string): Person => people.find((p) => p.name === name)!;

export const settings: SettingsView = {
  name: "Alpha peg wallet",
  network: "devnet",
  threshold: 2,
  seats: people.map(({ seat, name }) => ({ seat, name, weight: 1 })),
};

const seat = (over: Partial<SeatView> & Pick<SeatView, "seat" | "name">): SeatView => ({
  you: false,
  weight: 1,
  presence: "online",
  settings: "approved",
  settingsAt: ago(90),
  versionMatches: true,
  version: "4f2a9c1e7d0b38aa",
  storage: "protected",
  backup: "after-key",
  awaited: false,
  ...over,
});

export const seats: readonly SeatView[] = [
  seat({
    seat: 1,
    name: "Alice",
    you: true,
    roundTripMs: 24,
    identity: { hex: "a17c02ef", words: ["quilt", "lamp", "family", "bedrock"] },
  }),
  seat({
    seat: 2,
    name: "Bob",
    roundTripMs: 61,
    storage: "may-be-cleared",
    identity: { hex: "5be0914d", words: ["curtain", "diamond", "beach", "history"] },
  }),
  {
    seat: 3,
    name: "Carol",
    you: false,
    weight: 1,
    presence: "not-joined",
    presenceAt: ago(320),
    settings: "not-yet",
    versionMatches: true,
    storage: "unknown",
    backup: "after-key",
    awaited: true,
  },
];

export const allSeats: readonly SeatView[] = seats.map((s) =>
  s.seat === 3
    ? seat({
        seat: 3,
        name: "Carol",
        roundTripMs: 84,
        identity: { hex: "c90f33b1", words: ["mermaid", "kettle", "bacon", "monkey"] },
      })
    : s,
);

export const withBackups: readonly SeatView[] = allSeats.map((s, at) => ({
  ...s,
  backup: at === 0 ? "tested" : at === 1 ? "saved" : "none",
}));
