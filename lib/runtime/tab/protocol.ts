import type { CoordinatorView, HomePageView, Intent, SignerView, VerifyPageView } from "../views/index.ts";

/** Which page a tab is; it decides what its worker does and which view it makes. */
export type PageKind = "home" | "coordinator" | "signer" | "verify";

/** The view each page draws. */
export interface PageViews {
  readonly home: HomePageView;
  readonly coordinator: CoordinatorView;
  readonly signer: SignerView;
  readonly verify: VerifyPageView;
}

/**
 * A page and its worker speak in these. The worker holds every secret and runs every machine; the page draws views and carries out what
 * only a window can do.
 */
export type ToWorker =
  | {
      readonly tag: "open";
      readonly page: PageKind;
      /** `?seat=…` names the seat this tab is: a local name, no secret. */
      readonly search: string;
      /** An invite (`#join=…`), or the place inside the page (`#/…`). Never sent anywhere. */
      readonly hash: string;
      readonly origin: string;
    }
  | { readonly tag: "intent"; readonly intent: Intent }
  | { readonly tag: "hash"; readonly hash: string }
  /** The page came back from the background: catch up now. */
  | { readonly tag: "visible" }
  /** Nobody sees the page: it needs few views. */
  | { readonly tag: "hidden" }
  /** The last view is in the document: the page has computed what it must, and waits for its next frame. */
  | { readonly tag: "placed" }
  /** The last view is on screen: the next one may come. */
  | { readonly tag: "drawn" }
  | { readonly tag: "answer"; readonly id: number; readonly value: WindowAnswer };

/** What a worker asks its window for. */
export type WindowRequest =
  | { readonly do: "createPasskey"; readonly seatName: string }
  | { readonly do: "evaluatePasskey"; readonly credentialId: Uint8Array; readonly prfSalt: Uint8Array }
  | { readonly do: "passkeysOffered" }
  | { readonly do: "persistStorage" }
  | { readonly do: "allowNotifications" }
  | { readonly do: "notificationState" };

/** Its answers, by request. Null is "no": declined, or not to be had in this browser. */
export type WindowAnswer =
  | null
  | boolean
  | Uint8Array
  | { readonly credentialId: Uint8Array; readonly prfSalt: Uint8Array; readonly output: Uint8Array }
  | "off"
  | "on"
  | "blocked"
  | "unavailable";

export type FromWorker =
  | { readonly tag: "view"; readonly view: PageViews[PageKind] }
  /** How many decisions wait for this person: badge and title, never content. */
  | { readonly tag: "attention"; readonly count: number; readonly group: string | null }
  | { readonly tag: "request"; readonly id: number; readonly request: WindowRequest }
  /** Go to another page of this site. */
  | { readonly tag: "navigate"; readonly href: string; readonly replace: boolean }
  /** This tab is now at another address, e.g. that of the seat just made; nothing is loaded. */
  | { readonly tag: "address"; readonly href: string }
  | { readonly tag: "download"; readonly name: string; readonly type: string; readonly text: string };
