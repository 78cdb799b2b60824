import type { Intent } from "../views/intents.ts";
import type { VerifyView } from "../views/verify.ts";
import type { PageKind } from "../tab/protocol.ts";
import type { SessionPorts } from "./ports.ts";
import { openHome } from "./home.ts";
import { SeatSession } from "./session.ts";
import { Pictures } from "./pictures.ts";
import { sceneOf } from "./scene.ts";
import { attentionOf, viewOf } from "./view.ts";
import { readVerifyFragment } from "./verify-link.ts";
import { verify } from "./verify.ts";

/** What a page's worker runs. */
export interface PageSession {
  act(intent: Intent): void;
  address(hash: string): void;
  wake(): void;
  /** The page went into the background. */
  hide(): void;
  /** The last view that was sent is in the page's document. */
  placed(): void;
  /** The page has drawn the last view it was sent. */
  drawn(): void;
}

/** Waiting times on boards grow by themselves. */
const refreshEveryMs = 5_000;

export function openPage(page: PageKind, ports: SessionPorts, search: string, hash: string): PageSession {
  switch (page) {
    case "home":
      return openHome(ports);
    case "verify":
      return openVerify(ports, hash);
    case "coordinator":
    case "signer":
      return openSeatPage(page, ports, search, hash);
  }
}

function openSeatPage(
  page: "coordinator" | "signer",
  ports: SessionPorts,
  search: string,
  hash: string,
): PageSession {
  let waiting = 0;
  let scene = "";
  let isHidden = false;
  const pictures = new Pictures(
    ports.clock,
    () => viewOf(session),
    (view) => ports.post({ tag: "view", view }),
    ports.takeTurn,
  );
  const session = new SeatSession(page, ports, () => {
    const now = sceneOf(session);
    pictures.want(now === scene ? "next" : "now");
    scene = now;
    const count = attentionOf(session);
    if (count !== waiting) ports.post({ tag: "attention", count, group: null });
    waiting = count;
  });
  const refresh = (): void => {
    if (session.stage.tag === "open") pictures.want();
    ports.clock.after(refreshEveryMs, refresh);
  };
  refresh();
  void session.open(search, hash);
  return {
    act: (intent) => void session.act(intent).then(() => pictures.want("now")),
    address: (next) => void session.address(next),
    wake: () => {
      session.wake(isHidden);
      isHidden = false;
      pictures.hide(false);
    },
    hide: () => {
      isHidden = true;
      pictures.hide(true);
    },
    placed: () => pictures.placed(),
    drawn: () => pictures.drawn(),
  };
}

function openVerify(ports: SessionPorts, hash: string): PageSession {
  let build = "";
  const show = (view: VerifyView): void => {
    ports.post({
      tag: "view",
      view: { chrome: build === "" ? {} : { build: { hash: build } }, verify: view },
    });
  };
  const start = (fragment: string): void => {
    const prefill = readVerifyFragment(fragment);
    if (prefill === null) show({ stage: "idle", lines: [] });
    else {
      show({ stage: "checking", prefill, lines: [] });
      show({ ...verify(prefill), prefill });
    }
  };
  void ports.site().then((site) => {
    build = site.build;
    start(hash);
  });
  return {
    act: (intent) => {
      if (intent.do === "verify") show(verify(intent.input));
      else if (intent.do === "try-again") show({ stage: "idle", lines: [] });
    },
    address: start,
    wake: () => undefined,
    hide: () => undefined,
    placed: () => undefined,
    drawn: () => undefined,
  };
}
