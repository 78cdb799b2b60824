"use client";
import { Droplets, Send } from "lucide-react";
import type { PegAct, PegTransferView, PegWalletView } from "../../lib/runtime/views/index.ts";
import { pegProblemLine } from "../../lib/runtime/views/index.ts";
import { Title } from "../frame/screen.tsx";
import { Button } from "../ui/button.tsx";
import { Copyable } from "../ui/copyable.tsx";
import { Field } from "../ui/field.tsx";
import { Amount } from "../ui/marks.tsx";
import { Note } from "../ui/note.tsx";
import { Facts, Panel } from "../ui/panel.tsx";
import { ProblemNote } from "./problem.tsx";

type Connected = Extract<PegWalletView, { state: "connected" }>;

function Balance({ wallet, act }: { readonly wallet: Connected; readonly act: PegAct }) {
  const amount = (sats: bigint | undefined, unit: "BTC" | "sBTC") =>
    sats === undefined ? "Asking" : <Amount sats={sats} unit={unit} />;
  return (
    <Panel title="Balance" side={wallet.name}>
      <div className="stack tight">
        <p className="receipt">{amount(wallet.sbtc, "sBTC")}</p>
        <Facts
          rows={[
            ["Bitcoin", amount(wallet.btc, "BTC")],
            [
              "For fees on Stacks",
              wallet.ustx === undefined
                ? "Asking"
                : `${(Number(wallet.ustx) / 1e6).toLocaleString("en")} STX`,
            ],
            ["Stacks account", <Copyable key="s" value={wallet.stacks} what="the Stacks account" />],
            ["Bitcoin address", <Copyable key="b" value={wallet.bitcoin} what="the Bitcoin address" />],
          ]}
        />
        {wallet.faucet !== "none" && (
          <Button
            icon={<Droplets className="icon" />}
            busy={wallet.faucet === "working"}
            busyText={wallet.faucet === "working" ? "Asking the devnet" : undefined}
            onPress={() => act({ do: "faucet" })}
          >
            Get test coins
          </Button>
        )}
        {wallet.faucet === "paid" && (
          <p className="help" role="status">
            Sent: 1 BTC and STX for fees. They are here with the next block.
          </p>
        )}
        {wallet.problem !== undefined && <ProblemNote problem={wallet.problem} />}
      </div>
    </Panel>
  );
}

function Transfer({ transfer, act }: { readonly transfer: PegTransferView; readonly act: PegAct }) {
  const { amount, to, state, amountProblem, toProblem } = transfer;
  return (
    <Panel title="Send sBTC to somebody">
      <form
        className="stack tight"
        onSubmit={(event) => {
          event.preventDefault();
          act({ do: "transfer" });
        }}
      >
        <Field
          label="Amount in sBTC"
          value={amount}
          onChange={(text) => act({ do: "transfer-write", amount: text, to })}
          error={amountProblem === undefined ? undefined : pegProblemLine(amountProblem)}
        />
        <Field
          label="Stacks address"
          mono
          value={to}
          onChange={(text) => act({ do: "transfer-write", amount, to: text })}
          error={toProblem === undefined ? undefined : pegProblemLine(toProblem)}
        />
        <div className="row">
          <Button
            submit
            look="main"
            icon={<Send className="icon" />}
            busy={state === "waiting" || state === "sent"}
            busyText={
              state === "waiting"
                ? "Waiting for your wallet"
                : state === "sent"
                  ? "Sent; waiting for Stacks to carry it out"
                  : undefined
            }
          >
            Send
          </Button>
        </div>
        {state === "done" && (
          <Note tone="go" title="Sent">
            <p>
              The chain carried out exactly this transfer. Your wallet’s post-condition let nothing else move.
            </p>
          </Note>
        )}
        {transfer.problem !== undefined && <ProblemNote problem={transfer.problem} />}
      </form>
    </Panel>
  );
}

/** What the connected wallet has, and sending sBTC on. */
export function WalletScreen(props: {
  readonly wallet: PegWalletView;
  readonly transfer: PegTransferView;
  readonly act: PegAct;
}) {
  const { wallet, transfer, act } = props;
  return (
    <div className="page">
      <Title place="peg-wallet">Balance and transfer</Title>
      {wallet.state === "connected" ? (
        <div className="peg-grid even">
          <Balance wallet={wallet} act={act} />
          <Transfer transfer={transfer} act={act} />
        </div>
      ) : (
        <div className="ask">
          <h2>Connect a wallet</h2>
          <p className="text-ink-2">It shows its addresses; this page asks the chains what they hold.</p>
          <div className="row">
            <Button look="main" size="big" onPress={() => act({ do: "wallet-choose" })}>
              Choose a wallet
            </Button>
          </div>
        </div>
      )}
    </div>
  );
}
