"use client";
import { FlaskConical, Wallet } from "lucide-react";
import type { PegAct, PegWalletView } from "../../lib/runtime/views/index.ts";
import { Button, LinkButton } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ProblemNote } from "./problem.tsx";

/** Chooses a wallet. Those in this browser first, then where to get others. */
export function WalletDialog({ wallet, act }: { readonly wallet: PegWalletView; readonly act: PegAct }) {
  const choices = wallet.state === "connected" ? [] : wallet.choices;
  const installed = choices.filter(({ install }) => install === undefined);
  const missing = choices.filter(({ install }) => install !== undefined);
  const busy = wallet.state === "connecting";
  return (
    <Dialog
      open={wallet.state === "choosing" || busy}
      onClose={() => {
        if (wallet.state === "choosing") act({ do: "wallet-close" });
      }}
      title="Connect a wallet"
    >
      <p className="text-ink-2">
        It shows this page your addresses. It signs only what you say yes to, and this page checks what it
        signed.
      </p>
      {wallet.problem !== undefined && <ProblemNote problem={wallet.problem} />}
      <ul className="stack tight">
        {installed.map(({ id, name, test }) => (
          <li key={id}>
            <Button
              wide
              busy={busy}
              icon={test ? <FlaskConical className="icon" /> : <Wallet className="icon" />}
              onPress={() => act({ do: "wallet-connect", id })}
            >
              {name}
            </Button>
          </li>
        ))}
      </ul>
      {installed.some(({ test }) => test) && (
        <p className="help">
          A test wallet lives in this browser, holds coins of the devnet alone, and signs without asking. To
          try the peg take the plain one; the others answer in the way of Leather and Xverse.
        </p>
      )}
      {missing.length > 0 && (
        <div className="row">
          {missing.map(({ id, name, install }) => (
            <LinkButton key={id} look="quiet" size="small" href={install ?? ""} newTab>
              Get {name}
            </LinkButton>
          ))}
        </div>
      )}
      <div className="row">
        <Button onPress={() => act({ do: "wallet-close" })}>Close</Button>
      </div>
    </Dialog>
  );
}
