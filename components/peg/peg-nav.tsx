"use client";
import { Wallet } from "lucide-react";
import type { PegAct, PegPageView } from "../../lib/runtime/views/index.ts";
import { Button } from "../ui/button.tsx";
import { shortened } from "../ui/format.ts";
import { WalletDialog } from "./wallet-dialog.tsx";

const here = (view: PegPageView): string =>
  view.tag === "form" ? "form" : view.tag === "status" || view.tag === "looking" ? "requests" : view.tag;

/** Where one can go on the page, and as whom. */
export function PegNav({ view, act }: { readonly view: PegPageView; readonly act: PegAct }) {
  const { contract, wallet } = view;
  const at = here(view);
  const places = [
    { id: "form", label: "New request", href: `#/${contract ?? ""}/in` },
    { id: "requests", label: "Your requests", href: `#/${contract ?? ""}/requests` },
    { id: "wallet", label: "Balance and transfer", href: `#/${contract ?? ""}/wallet` },
    { id: "numbers", label: "Numbers", href: `#/${contract ?? ""}/numbers` },
  ];
  return (
    <nav className="peg-nav" aria-label="Peg">
      {contract !== undefined && (
        <ul>
          {places.map(({ id, label, href }) => (
            <li key={id}>
              <a href={href} aria-current={at === id ? "page" : undefined}>
                {label}
              </a>
            </li>
          ))}
          {view.network === "devnet" && (
            <li>
              <a href="/explorer">Explorer</a>
            </li>
          )}
        </ul>
      )}
      <span className="wallet row">
        {wallet.state === "connected" ? (
          <>
            <span className="text-ink-2 inline-flex items-center gap-2 text-sm">
              <Wallet className="icon" />
              <span>
                {wallet.name}, {shortened(wallet.stacks, 4, 4)}
              </span>
            </span>
            <Button look="quiet" size="small" onPress={() => act({ do: "wallet-disconnect" })}>
              Disconnect
            </Button>
          </>
        ) : (
          <Button
            size="small"
            icon={<Wallet className="icon" />}
            busy={wallet.state === "connecting"}
            onPress={() => act({ do: "wallet-choose" })}
          >
            Connect a wallet
          </Button>
        )}
      </span>
      <WalletDialog wallet={wallet} act={act} />
    </nav>
  );
}
