import { notifyDecisionWanted, setWaiting } from "../notices/index.ts";
import type { Intent } from "../views/index.ts";
import type { FromWorker, PageKind, PageViews, ToWorker } from "./protocol.ts";
import { download, windowAnswer } from "./window-duties.ts";

/** The window's half of a tab: starts the worker, shows its views, sends it intents. Holds no secret and decides nothing. */
export class Tab<Page extends PageKind> {
  readonly #worker: Worker;
  readonly #listeners = new Set<() => void>();
  #view: PageViews[Page];
  #waiting = 0;

  /**
   * @param starting what to draw until the worker has read storage
   * @param stopped what to draw should the worker end by itself (memory, a bug)
   */
  constructor(
    page: Page,
    build: string,
    relay: string | null,
    starting: PageViews[Page],
    stopped: PageViews[Page],
  ) {
    this.#view = starting;
    this.#worker = new Worker(new URL("./tab.worker.ts", import.meta.url), { type: "module" });
    this.#worker.addEventListener("message", (event: MessageEvent<FromWorker>) => this.#receive(event.data));
    this.#worker.addEventListener("error", () => this.#show(stopped));
    this.#send({
      tag: "open",
      page,
      fragment: location.hash.slice(1),
      origin: location.origin,
      relay,
      build,
    });
    addEventListener("hashchange", () => this.#send({ tag: "fragment", fragment: location.hash.slice(1) }));
    for (const [target, name] of [
      [document, "visibilitychange"],
      [window, "pageshow"],
      [window, "online"],
    ] as const) {
      target.addEventListener(name, () => {
        if (document.visibilityState === "visible") this.#send({ tag: "visible" });
      });
    }
  }

  readonly act = (intent: Intent): void => this.#send({ tag: "intent", intent });
  readonly view = (): PageViews[Page] => this.#view;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #show(view: PageViews[Page]): void {
    this.#view = view;
    for (const listener of this.#listeners) listener();
  }

  #receive(message: FromWorker): void {
    switch (message.tag) {
      case "view": // A worker is started for one page and makes only that page's view.
      {
        this.#show(message.view as PageViews[Page]);
        return;
      }
      case "attention":
        if (message.count > this.#waiting) notifyDecisionWanted();
        this.#waiting = message.count;
        {
          setWaiting(message.count);
          return;
        }
      case "request":
        void windowAnswer(message.request).then((value) =>
          this.#send({ tag: "answer", id: message.id, value }),
        );
        return;
      case "navigate":
        if (message.replace) location.replace(message.href);
        else location.assign(message.href);
        return;
      case "download": {
        download(message.name, message.type, message.text);
        return;
      }
      case "openTab":
        open(message.href, "_blank", "noopener");
    }
  }
}
