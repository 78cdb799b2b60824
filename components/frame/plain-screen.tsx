import type { ReactNode } from "react";
import { Brand } from "./brand.tsx";

/** A page that needs no script of ours: for an address that does not exist, and for faults of our own. */
export function PlainScreen(props: {
  readonly title: string;
  readonly children: ReactNode;
  readonly actions: ReactNode;
}) {
  return (
    <div className="screen">
      <header className="bar">
        <Brand plain />
      </header>
      <main id="main" className="page narrow">
        <div className="head">
          <div>
            <h1>{props.title}</h1>
            {props.children}
          </div>
        </div>
        <div className="row">{props.actions}</div>
      </main>
    </div>
  );
}
