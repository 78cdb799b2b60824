"use client";
import type { Act, CoordinatorView } from "../../lib/runtime/views/index.ts";
import { Framed, SharedScreens } from "./shared-screen.tsx";
import { lazyScreen } from "../frame/lazy-screen.tsx";

const Create = lazyScreen(() => import("../create/create-form.tsx").then((m) => ({ default: m.CreateForm })));

/** Everything the coordinator's tab shows, chosen by the tag of its view. */
export function CoordinatorApp({ view, act }: { readonly view: CoordinatorView; readonly act: Act }) {
  if (view.tag === "create") {
    return (
      <Framed screen="create" chrome={view.chrome}>
        <Create view={view.create} act={act} />
      </Framed>
    );
  }
  return <SharedScreens chrome={view.chrome} view={view} act={act} />;
}
