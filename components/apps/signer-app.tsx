"use client";
import type { Act, SignerView } from "../../lib/runtime/views/index.ts";
import { Framed, SharedScreens } from "./shared-screen.tsx";
import { lazyScreen } from "../frame/lazy-screen.tsx";

const Join = lazyScreen(() => import("../lobby/join-screen.tsx").then((m) => ({ default: m.JoinScreen })));

/** Everything a signer's tab shows, chosen by the tag of its view. */
export function SignerApp({ view, act }: { readonly view: SignerView; readonly act: Act }) {
  if (view.tag === "join") {
    return (
      <Framed screen="join" chrome={view.chrome} at={0}>
        <Join view={view.join} act={act} />
      </Framed>
    );
  }
  return <SharedScreens chrome={view.chrome} view={view} act={act} />;
}
