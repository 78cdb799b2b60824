"use client";
import { CloudOff, Search } from "lucide-react";
import { useState, type ReactNode } from "react";
import { placesFor } from "../../lib/runtime/explorer/place.ts";
import type { ExplorerPageView } from "../../lib/runtime/explorer/views.ts";
import { Screen, Title } from "../frame/screen.tsx";
import { Button, LinkButton } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Note } from "../ui/note.tsx";
import { Skeleton } from "../ui/progress.tsx";
import { State } from "../ui/state.tsx";
import { BlockPage, BlocksPage } from "./block-page.tsx";
import { CallPage } from "./call-page.tsx";
import { Overview } from "./overview.tsx";
import { TxPage } from "./tx-page.tsx";

/** One field for whatever somebody has in hand. A hash alone does not say what it is of: each place is offered. */
function Find() {
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState(false);
  const places = placesFor(typed);
  const [first, ...others] = places;
  return (
    <form
      className="stack tight mb-6"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (first !== undefined) location.hash = `#/${first}`;
      }}
    >
      <Field
        label="Find a block or a transaction"
        mono
        value={typed}
        onChange={(text) => {
          setTyped(text);
          setAsked(false);
        }}
        placeholder="Height, block hash or transaction id"
        error={asked && first === undefined ? "A height, or the 64 hex digits of a hash or an id" : undefined}
        after={
          <Button submit icon={<Search className="icon" />}>
            Find
          </Button>
        }
      />
      {asked && others.length > 0 && (
        <p className="help">
          Looked among Bitcoin transactions. It may also be{" "}
          {others.map((place, at) => (
            <span key={place}>
              {at > 0 && " or "}
              <a href={`#/${place}`}>{place.startsWith("block") ? "a block" : "a Stacks transaction"}</a>
            </span>
          ))}
          .
        </p>
      )}
    </form>
  );
}

const Back = () => (
  <p className="mb-3">
    <a href="#/">All blocks and transactions</a>
  </p>
);

function Plain(props: { readonly title: string; readonly children: ReactNode }) {
  return (
    <>
      <Title place={props.title}>{props.title}</Title>
      {props.children}
    </>
  );
}

function Content({ view, mine }: { readonly view: ExplorerPageView; readonly mine: () => void }) {
  const { content } = view;
  switch (content.tag) {
    case "loading":
      return (
        <Plain title="Explorer">
          <div className="panel panel-body">
            <Skeleton label="Asking the chains" rows={6} />
          </div>
        </Plain>
      );
    case "absent":
      return (
        <Plain title="Nothing to explore here">
          <Note
            tone="info"
            title={`This site names no source for ${content.network} that this page can read.`}
          >
            <p>
              The devnet comes with both chains. For other networks whoever runs this site can name sources in
              its configuration.
            </p>
          </Note>
        </Plain>
      );
    case "missing":
      return (
        <Plain title="Not found">
          <Note
            tone="info"
            title={<span className="wrap-anywhere">There is no {content.what}.</span>}
            actions={
              <LinkButton size="small" href="#/">
                Show the newest blocks
              </LinkButton>
            }
          >
            <p>
              A new transaction can take a moment to appear. After a reorganisation a block is gone for good.
            </p>
          </Note>
        </Plain>
      );
    case "failed":
      return (
        <Plain title="The chains do not answer">
          <Note tone="stop" title="This page keeps asking. Nothing is lost meanwhile.">
            <p className="wrap-anywhere">{content.reason}</p>
          </Note>
        </Plain>
      );
    case "overview":
      return <Overview view={content.overview} mining={view.mining} mine={mine} />;
    case "blocks":
      return <BlocksPage view={content.blocks} />;
    case "block":
      return <BlockPage view={content.block} />;
    case "tx":
      return <TxPage view={content.tx} />;
    case "call":
      return <CallPage view={content.call} />;
  }
}

/** Both chains of the site: what happened, and what it meant. */
export function ExplorerScreen({
  view,
  mine,
}: {
  readonly view: ExplorerPageView;
  readonly mine: () => void;
}) {
  const isFirst = view.content.tag === "overview" || view.content.tag === "loading";
  return (
    <Screen chrome={{}} home>
      <div className="page">
        {!isFirst && <Back />}
        <Content view={view} mine={mine} />
        {view.stale && (
          <p className="mt-4" role="status">
            <State tone="sun" icon={CloudOff}>
              The chains do not answer now: this is as of before.
            </State>
          </p>
        )}
        <div className="mt-6">
          <Find />
        </div>
      </div>
    </Screen>
  );
}
