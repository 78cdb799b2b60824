import { acquireSeat } from "../tab/seat-lock.ts";
import type { ErrorView } from "../views/errors.ts";
import type { HomeView } from "../views/home.ts";
import { codeOfFailure, codeOfInviteFault } from "./errors.ts";
import { decodeLink, pastedFragment } from "./link.ts";
import type { SessionPorts } from "./ports.ts";
import type { PageSession } from "./pages.ts";
import { homeView, typeToRemove } from "./views/home.ts";

/** The start page: what this browser holds, and the ways in. */
export function openHome(ports: SessionPorts): PageSession {
  let build = "";
  let home: HomeView = {};
  const show = (next: HomeView): void => {
    home = next;
    ports.post({ tag: "view", view: { chrome: build === "" ? {} : { build: { hash: build } }, home } });
  };
  const load = async (removeError?: ErrorView): Promise<void> => {
    try {
      build = (await ports.site()).build;
      const profiles = await ports.openProfiles();
      const { joinError } = home;
      show({
        ...homeView(await profiles.list()),
        ...(joinError === undefined ? {} : { joinError }),
        ...(removeError === undefined ? {} : { removeError }),
      });
      profiles.close();
    } catch (error) {
      show({ groups: [], storageError: { code: codeOfFailure(error), people: [] } });
    }
  };
  void load();
  return {
    act: (intent) => {
      if (intent.do === "remove-seat")
        void removeSeat(ports, intent.id, intent.typed).then((error) => load(error ?? undefined));
      if (intent.do !== "open-link") return;
      const fragment = pastedFragment(intent.link);
      const link = decodeLink(fragment);
      if (typeof link === "string")
        show({ ...home, joinError: { code: codeOfInviteFault(link), people: [] } });
      else ports.post({ tag: "navigate", href: `/signer#${fragment}`, replace: false });
    },
    address: () => undefined,
    wake: () => void load(),
    hide: () => undefined,
    placed: () => undefined,
    drawn: () => undefined,
  };
}

/**
 * Erases all that this browser holds of a seat, while no tab works with it.
 * @param typed the group's name, where the seat may hold a share; otherwise nothing happens
 * @returns why it could not
 */
async function removeSeat(
  ports: Pick<SessionPorts, "tabs" | "openProfiles" | "deleteStore">,
  id: string,
  typed: string,
): Promise<ErrorView | null> {
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const lock = await acquireSeat(id, ports.tabs, () => finished);
  if (lock.tag === "elsewhere") return { code: "seat-in-use", people: [] };
  try {
    const profiles = await ports.openProfiles();
    try {
      const profile = await profiles.get(id);
      const wanted = profile === undefined ? null : typeToRemove(profile);
      if (wanted !== null && typed !== wanted) return null;
      // The secrets first: stopped in between, the seat still stands in the list and can be removed again.
      await ports.deleteStore(id);
      await profiles.remove(id);
      return null;
    } finally {
      profiles.close();
    }
  } catch (error) {
    return { code: codeOfFailure(error), people: [] };
  } finally {
    finish();
    lock.release();
  }
}
