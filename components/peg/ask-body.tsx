"use client";
import { CircleCheck, Download } from "lucide-react";
import { useId } from "react";
import type { PegAct, PegAsk, PegFormView, PegWalletView } from "../../lib/runtime/views/index.ts";
import { pegProblemLine } from "../../lib/runtime/views/index.ts";
import { Button } from "../ui/button.tsx";
import { Choices, Field } from "../ui/field.tsx";
import { Address, Amount, Words } from "../ui/marks.tsx";
import { Note } from "../ui/note.tsx";
import { Facts } from "../ui/panel.tsx";
import { Qr } from "../ui/qr.tsx";
import { ProblemNote } from "./problem.tsx";

/** A question with all that answering it needs. */
export interface Part<Step extends PegAsk["step"]> {
  readonly ask: Extract<PegAsk, { step: Step }>;
  readonly form: PegFormView;
  readonly wallet: PegWalletView;
  readonly act: PegAct;
}

function NeedsWallet({ act, why }: { readonly act: PegAct; readonly why: string }) {
  return (
    <div className="stack tight">
      <p>{why}</p>
      <div className="row">
        <Button look="main" size="big" onPress={() => act({ do: "wallet-choose" })}>
          Choose a wallet
        </Button>
      </div>
    </div>
  );
}

function AmountAsk({ ask, form, wallet, act }: Part<"amount">) {
  if (form.direction === "out" && wallet.state !== "connected")
    return (
      <NeedsWallet
        act={act}
        why="The account that holds the sBTC signs the request, so connect its wallet first."
      />
    );
  return (
    <Field
      label={form.direction === "in" ? "Amount in BTC" : "Amount in sBTC"}
      big
      value={ask.text}
      placeholder="0.025"
      onChange={(text) => act({ do: "write", text })}
      error={ask.problem === undefined ? undefined : pegProblemLine(ask.problem)}
      help={
        <>
          {ask.problem?.nearest !== undefined && (
            <>
              Nearest that works: <Amount sats={ask.problem.nearest} unit="BTC" />.{" "}
            </>
          )}
          {ask.available === undefined ? (
            "At most eight digits after the point. Nothing is rounded."
          ) : (
            <>
              Your account has <Amount sats={ask.available} unit="sBTC" />.
            </>
          )}
        </>
      }
    />
  );
}

const verdicts = {
  checking: "Asking the contract",
  own: "Your connected account",
  allowed: "On the alpha list",
  open: "Anybody may take part",
};

function RecipientAsk({ ask, form, act }: Part<"recipient">) {
  const { own } = ask;
  return (
    <>
      <Field
        label={form.direction === "in" ? "Stacks address" : "Bitcoin address"}
        mono
        value={ask.text}
        onChange={(text) => act({ do: "write", text })}
        error={
          ask.problem === undefined
            ? undefined
            : `${pegProblemLine(ask.problem)}${ask.problem.detail === undefined ? "" : ` (${ask.problem.detail})`}`
        }
        help={
          form.direction === "in"
            ? "Use an address whose keys you hold, not one of an exchange. It is written into your Bitcoin transaction and cannot be changed afterwards."
            : "Use an address whose keys you hold. The group pays exactly this one."
        }
      />
      {ask.verdict !== undefined && ask.problem === undefined && (
        <p className="said" role="status">
          <CircleCheck className="icon" />
          {verdicts[ask.verdict]}
        </p>
      )}
      {form.direction === "in" && own !== undefined && ask.text.trim() !== own && (
        <div className="row">
          <Button size="small" onPress={() => act({ do: "write", text: own })}>
            Use my connected account
          </Button>
        </div>
      )}
    </>
  );
}

function WayAsk({ ask, act }: Part<"way">) {
  return (
    <>
      <Choices
        legend="Form of the payment"
        value={ask.way}
        onChange={(way) => act({ do: "way", way })}
        choices={[
          {
            value: "deposit",
            label: "To a deposit address with a way back",
            note: `Made for you. If it is not minted within ${ask.lockBlocks} blocks you take it back with your own key. The group pays its part of a transaction fee from it.`,
          },
          {
            value: "direct",
            label: "Directly to the peg wallet",
            note: "You receive exactly what you pay. Only the group can send it back if it is not minted.",
          },
        ]}
      />
      {ask.problem !== undefined && <ProblemNote problem={ask.problem} />}
    </>
  );
}

function SignAsk({ ask, act }: Part<"sign">) {
  const { instead } = ask;
  return (
    <>
      <p className="text-ink-2">
        These exact words are signed. Whoever sees them can tell that you want this amount at this address,
        and nothing else.
      </p>
      <p className="signed-text">{ask.text}</p>
      <Facts rows={[["Account", <Address key="a" value={ask.owner} />]]} />
      {ask.state === "signed" && ask.recovered !== undefined && (
        <p className="said" role="status">
          <CircleCheck className="icon" />
          <span>
            Signed. The signature belongs to <Address value={ask.recovered} />, your connected account.
          </span>
        </p>
      )}
      {ask.problem !== undefined && <ProblemNote problem={ask.problem} />}
      {instead !== undefined && (
        <div className="row">
          {instead.less !== undefined && (
            <Button onPress={() => act({ do: "amount-instead", sats: instead.less ?? 0n })}>
              One satoshi less
            </Button>
          )}
          {instead.more !== undefined && (
            <Button onPress={() => act({ do: "amount-instead", sats: instead.more ?? 0n })}>
              One satoshi more
            </Button>
          )}
          <Button onPress={() => act({ do: "edit", step: "recipient" })}>Another address</Button>
        </div>
      )}
    </>
  );
}

function CheckAsk({ ask }: Part<"check">) {
  return (
    <>
      <Facts
        rows={ask.rows.map(({ label, value, note }) => [
          label,
          <span key={label}>
            <span className="wrap-anywhere">
              <Words of={value} />
            </span>
            {note !== undefined && <span className="help block">{note}</span>}
          </span>,
        ])}
      />
      {ask.problem !== undefined && <ProblemNote problem={ask.problem} />}
    </>
  );
}

function PsbtPicker({ act }: { readonly act: PegAct }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>Signed PSBT</label>
      <input
        id={id}
        type="file"
        className="input file:button file:mr-3 file:min-h-8! file:py-1!"
        accept=".psbt,.txt,application/octet-stream"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) act({ do: "read-psbt", file });
        }}
      />
    </div>
  );
}

function PayAsk({ ask, form, wallet, act }: Part<"pay">) {
  if (wallet.state !== "connected")
    return (
      <NeedsWallet
        act={act}
        why="Your wallet pays, and its key is the one that can take a deposit back. It sees nothing before you say yes."
      />
    );
  const { uri } = ask.script;
  return (
    <>
      {ask.minerFee !== undefined && (
        <Facts
          rows={[
            ["Paid to", <Address key="a" value={ask.script.address} />],
            ["Miner’s fee", <Amount key="f" sats={ask.minerFee} unit="sats" />],
            ["From", <Address key="w" value={wallet.bitcoin} />],
          ]}
        />
      )}
      {ask.state === "building" && <p role="status">Choosing coins and computing the fee</p>}
      {ask.problem !== undefined && <ProblemNote problem={ask.problem} />}
      {uri !== undefined && (
        <div className="address">
          <Qr text={uri} title="Send coins to your own address" zoom />
          <div className="stack tight">
            <p className="text-ink-2 max-w-prose">
              This code asks any wallet for what is missing, paid to your own address. The peg itself cannot
              be paid by such a code: it has no room for who receives the sBTC.
            </p>
            <p className="wrap-anywhere">
              <Address value={wallet.bitcoin} />
            </p>
          </div>
        </div>
      )}
      {ask.psbtReady && (
        <details>
          <summary className="cursor-pointer font-medium">Sign with another wallet</summary>
          <div className="stack tight mt-3">
            <p className="help">
              Save the transaction as a PSBT, sign it with the wallet that holds this address, and give it
              back here. The page sends it only if it is still the same transaction.
            </p>
            <div className="row">
              <Button icon={<Download className="icon" />} onPress={() => act({ do: "save-psbt" })}>
                Save the PSBT
              </Button>
            </div>
            <PsbtPicker act={act} />
          </div>
        </details>
      )}
      {form.direction === "in" && ask.psbtReady && (
        <Note tone="info" title="After this the chain decides">
          <p>A payment cannot be called back. The next page follows it and has its own link.</p>
        </Note>
      )}
    </>
  );
}

/** What is asked, with the fields for the answer. */
export function Body(props: Part<PegAsk["step"]>) {
  const { ask } = props;
  switch (ask.step) {
    case "amount":
      return <AmountAsk {...props} ask={ask} />;
    case "recipient":
      return <RecipientAsk {...props} ask={ask} />;
    case "way":
      return <WayAsk {...props} ask={ask} />;
    case "sign":
      return <SignAsk {...props} ask={ask} />;
    case "check":
      return <CheckAsk {...props} ask={ask} />;
    case "pay":
      return <PayAsk {...props} ask={ask} />;
  }
}
