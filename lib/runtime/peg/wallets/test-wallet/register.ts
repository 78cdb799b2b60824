import type { BitcoinNetwork } from "../../../../sbtc/network.ts";
import { testWalletPrefix } from "../providers.ts";
import { testKeys } from "./keys.ts";
import { testWallet, type TestWalletPorts, type TestWalletVariant } from "./wallet.ts";

const variants: readonly (readonly [TestWalletVariant, string, string])[] = [
  ["plain", "Plain", "Test wallet"],
  ["leather", "Leather", "Test wallet, Leather’s way"],
  ["xverse", "Xverse", "Test wallet, Xverse’s way"],
];

interface RegistryWindow {
  wbip_providers?: unknown;
  HoarfrostTestWallets?: unknown;
}

/** Puts the test wallets into the page as extensions do (WBIP 004). Once per page; doing it again changes nothing. */
export function registerTestWallets(
  window: object,
  seed: Uint8Array,
  network: BitcoinNetwork,
  ports: TestWalletPorts,
): void {
  const scope = window as RegistryWindow;
  if (scope.HoarfrostTestWallets !== undefined) return;
  const keys = testKeys(seed, network);
  scope.HoarfrostTestWallets = Object.fromEntries(
    variants.map(([variant, property]) => [property, testWallet(variant, keys, ports)]),
  );
  const others = Array.isArray(scope.wbip_providers) ? (scope.wbip_providers as unknown[]) : [];
  scope.wbip_providers = [
    ...others,
    ...variants.map(([, property, name]) => ({ id: `${testWalletPrefix}${property}`, name })),
  ];
}
