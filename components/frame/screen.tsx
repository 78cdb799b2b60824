"use client";
import { Check } from "lucide-react";
import { clsx } from "clsx";
import { Fragment, memo, useEffect, useRef, type ReactNode } from "react";
import { setPageTitle } from "../../lib/runtime/notices/index.ts";
import type { ChromeView } from "../../lib/runtime/views/index.ts";
import { afterPaint } from "../ui/after-paint.ts";
import { Hex } from "../ui/marks.tsx";
import { Zone } from "../ui/zone.tsx";
import { TopBar } from "./top-bar.tsx";

function Build({ build }: { readonly build: NonNullable<ChromeView["build"]> }) {
  return (
    <span>
      Build <Hex value={build.hash} />
      {build.published === true && " matches the published hash"}
      {build.published === false && <b className="text-stop"> differs from the published hash</b>}
    </span>
  );
}

export const Footer = memo(function Footer({ chrome }: { readonly chrome: ChromeView }) {
  return (
    <footer className="foot">
      {chrome.build !== undefined && <Build build={chrome.build} />}
      <a href="/verify">Verify a signature</a>
      {chrome.group?.network === "devnet" && <a href="/explorer">Explorer of the devnet</a>}
      <span className="flex-1 max-md:hidden" />
      <span>
        Times in <Zone />
      </span>
      <span>Alpha. Test networks only.</span>
    </footer>
  );
});

/** Everything around a screen: skip link, bar, one main, footer. */
export function Screen(props: {
  readonly chrome: ChromeView;
  /** Which of a page's screens this is: another one is drawn in its place, and nothing of this one is moved there. */
  readonly screen?: string;
  readonly home?: boolean;
  readonly before?: ReactNode;
  readonly bare?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <div className="screen">
      <a className="skip" href="#main">
        Skip to the content
      </a>
      {props.bare !== true && (
        <TopBar chrome={props.chrome} {...(props.home === true ? { home: true } : {})} />
      )}
      {props.before}
      <Fragment key={props.screen}>
        <main id="main" tabIndex={-1} className="flex flex-1 flex-col outline-none">
          {props.children}
        </main>
        <Footer chrome={props.chrome} />
      </Fragment>
    </div>
  );
}

function useTitle(title: string): void {
  useEffect(() => setPageTitle(title), [title]);
}

/**
 * The one heading of a screen. `place` names the screen: when it changes, focus moves here, so that a screen reader
 * starts at the top and a keyboard is not lost; while only the words change, nothing moves.
 */
export function Title(props: {
  readonly place: string;
  readonly children: string;
  readonly sub?: ReactNode;
  readonly live?: boolean;
  readonly side?: ReactNode;
}) {
  const ref = useRef<HTMLHeadingElement>(null);
  useFocusOn(props.place, ref);
  useTitle(props.children);
  return (
    <div className={clsx("head", props.live === true && "live")}>
      <div>
        <h1 ref={ref} tabIndex={-1}>
          {props.children}
        </h1>
        {props.sub !== undefined && <div role={props.live === true ? "status" : undefined}>{props.sub}</div>}
      </div>
      {props.side}
    </div>
  );
}

let lastPlace: string | undefined;

/**
 * Moves focus to `ref` when the place differs from the last one drawn; the first screen after loading keeps the browser's focus. It waits
 * for the screen to be laid out, which focusing would otherwise force at once, and leaves alone what a person focused by then.
 */
export function useFocusOn(place: string, ref: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    const left = lastPlace;
    lastPlace = place;
    if (left === undefined || left === place) return;
    const before = document.activeElement;
    let isWaiting = true;
    const cancel = afterPaint(() => {
      isWaiting = false;
      if (document.activeElement !== before) return;
      ref.current?.focus({ preventScroll: true });
      scrollTo({ top: 0 });
    });
    return () => {
      cancel();
      // Taken back before focus has moved: whoever draws next still comes from the place before.
      if (isWaiting) lastPlace = left;
    };
  }, [place, ref]);
}

const steps = ["Invite", "Everyone approves", "Make the key", "Compare codes", "Ready"];

/** Where the ceremony stands, 0 to 4. Narrow screens show the current step alone. */
export const StepBar = memo(function StepBar({ at }: { readonly at: number }) {
  return (
    <nav aria-label="Steps of the ceremony">
      <ol className="steps">
        {steps.map((step, index) => (
          <li
            key={step}
            className={index < at ? "done" : undefined}
            aria-current={index === at ? "step" : undefined}
          >
            <i aria-hidden="true">{index < at ? <Check className="icon" /> : index + 1}</i>
            {step}
            {index < at && <span className="spoken">, done</span>}
            {index === at && (
              <span className="of">
                {at + 1} of {steps.length}
              </span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
});
