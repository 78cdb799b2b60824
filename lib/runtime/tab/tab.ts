import { notifyDecisionWanted, setWaiting } from "../notices/index.ts";
import type { Session } from "../session.ts";
import type { FromWorker, PageKind, PageViews, ToWorker } from "./protocol.ts";
import { share } from "./share.ts";
import { download, windowAnswer } from "./window-duties.ts";

/** The window's half of a tab: starts the worker, shows its views, sends it intents. It holds no secret and decides nothing. */
class Tab<Page extends PageKind> {
  readonly #worker: Worker;
  readonly #session: Session<PageViews[Page]>;
  #waiting = 0;

  constructor(page: Page, session: Session<PageViews[Page]>) {
    this.#session = session;
    this.#worker = new Worker(new URL("./tab.worker.ts", import.meta.url), { type: "module" });
    this.#worker.addEventListener("message", (event: MessageEvent<FromWorker>) => this.#receive(event.data));
    this.#worker.addEventListener("error", (event) => {
      // Nothing of the error is shown: its text could quote what the worker was working on.
      event.preventDefault();
      const failure = { code: "worker-stopped", people: [] } as const;
      this.#session.set({ ...session.view(), tag: "failed", failure });
    });
    const { search, hash, origin } = location;
    this.#send({ tag: "open", page, search, hash, origin });
    session.listen((intent) => this.#send({ tag: "intent", intent }));
    session.whenPlaced(() => {
      this.#send({ tag: "placed" });
      afterPainting(() => this.#send({ tag: "drawn" }));
    });
    addEventListener("hashchange", () => this.#send({ tag: "hash", hash: location.hash }));
    const look = () => this.#send({ tag: document.visibilityState });
    document.addEventListener("visibilitychange", look);
    addEventListener("pageshow", look);
    addEventListener("online", look);
    if (document.visibilityState === "hidden") look();
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromWorker): void {
    switch (message.tag) {
      case "view":
        // A worker is started for one page and makes only that page's view.
        this.#session.set(share(this.#session.view(), message.view as PageViews[Page]));
        return;
      case "attention":
        if (message.count > this.#waiting) notifyDecisionWanted();
        this.#waiting = message.count;
        setWaiting(message.count);
        return;
      case "request":
        void windowAnswer(message.request).then((value) =>
          this.#send({ tag: "answer", id: message.id, value }),
        );
        return;
      case "navigate":
        if (message.replace) location.replace(message.href);
        else location.assign(message.href);
        return;
      case "address":
        history.replaceState(history.state, "", message.href);
        return;
      case "download":
        download(message.name, message.type, message.text);
    }
  }
}

/** Runs once the browser has painted what was just put into the page; at once where it paints nothing. */
function afterPainting(run: () => void): void {
  if (document.visibilityState === "hidden") {
    run();
    return;
  }
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    run();
  };
  requestAnimationFrame(() => port2.postMessage(null));
}

let only: object | null = null;

/** Starts this page's tab. One per page load, however often React mounts the page: a second worker would ask for the same seat. */
export function startTab<Page extends PageKind>(page: Page, session: Session<PageViews[Page]>): void {
  only ??= new Tab(page, session);
}
