"use client";
import type { PegAct, PegPageView } from "../../lib/runtime/views/index.ts";
import { pegProblemLine } from "../../lib/runtime/views/index.ts";
import { Title } from "../frame/screen.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";

/** Which peg: the link from a coordinator says it, and so does the contract's name. */
export function ChooseScreen(props: {
  readonly view: Extract<PegPageView, { tag: "choose" }>;
  readonly act: PegAct;
}) {
  const { view, act } = props;
  return (
    <div className="page narrow">
      <Title
        place="peg-choose"
        sub={
          <p>Turn BTC into sBTC and back, held by a group that signs together. You need no account here.</p>
        }
      >
        Which peg?
      </Title>
      <form
        className="ask"
        onSubmit={(event) => {
          event.preventDefault();
          act({ do: "peg", text: view.text, open: true });
        }}
      >
        <Field
          label="Link or contract"
          big
          mono
          value={view.text}
          placeholder="ST….sbtc"
          onChange={(text) => act({ do: "peg", text, open: false })}
          error={view.problem === undefined ? undefined : pegProblemLine(view.problem)}
          help="Your coordinator sends you the link. The page compares the contract with its own copy before it shows an address."
        />
        <div className="row">
          <Button submit look="main" size="big" busy={view.busy} busyText="Comparing the contract">
            Open the peg
          </Button>
        </div>
      </form>
    </div>
  );
}
