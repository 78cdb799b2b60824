import type { WalletChoice } from "../../views/index.ts";

/** A wallet's object in the page, as every wallet puts it there. */
export interface Provider {
  request(method: string, params?: unknown): Promise<unknown>;
}

/** Where wallets are found: the window, or a stand-in for it. */
export type Scope = Readonly<Record<string, unknown>>;

interface Known {
  readonly id: string;
  readonly name: string;
  readonly install: string;
}

/** Wallets that this page was written for. Their own objects are looked for where they put them. */
const known: readonly Known[] = [
  { id: "LeatherProvider", name: "Leather", install: "https://leather.io/install-extension" },
  { id: "XverseProviders.BitcoinProvider", name: "Xverse", install: "https://www.xverse.app/download" },
];

/** Ids of the devnet's own wallets begin with this. */
export const testWalletPrefix = "HoarfrostTestWallets.";

/** The provider an id names: a path of properties from the window on (WBIP 004). */
export function providerAt(scope: Scope, id: string): Provider | null {
  let at: unknown = scope;
  for (const part of id.split(".")) {
    if ((typeof at !== "object" && typeof at !== "function") || at === null) return null;
    at = (at as Record<string, unknown>)[part];
  }
  return isProvider(at) ? at : null;
}

const isProvider = (value: unknown): value is Provider =>
  (typeof value === "object" || typeof value === "function") &&
  value !== null &&
  "request" in value &&
  typeof value.request === "function";

/** Wallets to choose from: installed ones first, in the order they registered, then where to get the others. */
export function walletChoices(scope: Scope): readonly WalletChoice[] {
  const registered = Array.isArray(scope["wbip_providers"]) ? (scope["wbip_providers"] as unknown[]) : [];
  const choices = new Map<string, WalletChoice>();
  for (const one of registered) {
    if (typeof one !== "object" || one === null || !("id" in one) || !("name" in one)) continue;
    const { id, name } = one;
    if (typeof id !== "string" || typeof name !== "string" || providerAt(scope, id) === null) continue;
    choices.set(id, { id, name: name.slice(0, 40), test: id.startsWith(testWalletPrefix) });
  }
  for (const { id, name, install } of known) {
    if (choices.has(id)) continue;
    const installed = providerAt(scope, id) !== null;
    choices.set(id, { id, name, test: false, ...(installed ? {} : { install }) });
  }
  const order = ({ install }: WalletChoice): number => (install === undefined ? 0 : 1);
  return [...choices.values()].sort((a, b) => order(a) - order(b));
}
