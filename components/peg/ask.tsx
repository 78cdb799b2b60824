"use client";
import { Send, Signature } from "lucide-react";
import type { PegAct, PegAsk, PegFormView, PegWalletView } from "../../lib/runtime/views/index.ts";
import { Button } from "../ui/button.tsx";
import { shortBtc } from "../ui/format.ts";
import { Body, type Part } from "./ask-body.tsx";

const questions = {
  in: {
    amount: "How much do you peg in?",
    recipient: "Who receives the sBTC?",
    way: "How do you pay?",
    sign: "",
    check: "Is everything right?",
    pay: "Pay",
  },
  out: {
    amount: "How much do you peg out?",
    recipient: "Where shall the bitcoin go?",
    way: "",
    sign: "Sign with your account",
    check: "Is everything right?",
    pay: "Send the request",
  },
} as const;

function Lead({ ask, form, wallet, act }: Part<PegAsk["step"]>) {
  if (ask.step === "amount" && form.direction === "out" && wallet.state !== "connected") return null;
  if (ask.step === "sign" && ask.state !== "signed")
    return (
      <Button
        look="main"
        size="big"
        icon={<Signature className="icon" />}
        busy={ask.state !== "ready"}
        busyText={ask.state === "waiting" ? "Waiting for your wallet" : "Asking the contract"}
        onPress={() => act({ do: "sign" })}
      >
        Sign the message
      </Button>
    );
  if (ask.step === "pay") {
    if (wallet.state !== "connected") return null;
    const words = form.direction === "in" ? `Pay ${shortBtc(ask.pays)} BTC` : "Send the request";
    return (
      <Button
        look="main"
        size="big"
        icon={<Send className="icon" />}
        busy={ask.state !== "ready"}
        busyText={
          ask.state === "waiting"
            ? "Waiting for your wallet"
            : ask.state === "sending"
              ? "Sending to the network"
              : "Computing the fee"
        }
        onPress={() => act({ do: "pay" })}
      >
        {ask.psbtReady ? words : "Try again"}
      </Button>
    );
  }
  const words = {
    amount: "Continue",
    recipient: "Continue",
    way: "Continue to check",
    sign: "Continue to check",
    check: "It is right, continue",
  };
  return (
    <Button submit look="main" size="big" busy={ask.step === "recipient" && ask.verdict === "checking"}>
      {words[ask.step]}
    </Button>
  );
}

/** The question on screen with its answer, its problem, and the one way on. */
export function Ask(props: {
  readonly form: PegFormView;
  readonly wallet: PegWalletView;
  readonly act: PegAct;
  readonly at: number;
}) {
  const { form, act, at } = props;
  const { ask } = form;
  const part = { ...props, ask };
  return (
    <form
      className="ask"
      onSubmit={(event) => {
        event.preventDefault();
        if (ask.step !== "pay" && (ask.step !== "sign" || ask.state === "signed")) act({ do: "next" });
      }}
    >
      <div>
        <p className="text-ink-3 text-sm">
          Step {at + 1} of {form.lines.length}
        </p>
        <h2>{questions[form.direction][ask.step]}</h2>
      </div>
      <Body {...part} />
      <div className="row">
        <Lead {...part} />
        {at > 0 && (
          <Button look="quiet" size="big" onPress={() => act({ do: "back" })}>
            Back
          </Button>
        )}
      </div>
    </form>
  );
}
