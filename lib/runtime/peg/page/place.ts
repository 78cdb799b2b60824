import type { PegDirection } from "../../views/index.ts";

/** Where on the page a person is; all of it is in the URL's fragment, which no server sees. */
export type PegPlace =
  | { readonly tag: "start" }
  | { readonly tag: "form"; readonly contract: string; readonly direction: PegDirection }
  | {
      readonly tag: "status";
      readonly contract: string;
      readonly direction: PegDirection;
      readonly txid: string;
    }
  | { readonly tag: "requests"; readonly contract: string }
  | { readonly tag: "wallet"; readonly contract: string }
  | { readonly tag: "numbers"; readonly contract: string };

const contractPattern = /^S[0-9A-HJKMNP-TV-Z]{27,40}\.sbtc$/;

/** Reads a fragment such as `#/ST….sbtc/out/<txid>`. Anything else is the start. */
export function readPlace(hash: string): PegPlace {
  const [contract = "", kind, txid, ...rest] = hash.replace(/^#\/?/, "").split("/");
  if (!contractPattern.test(contract) || rest.length > 0) return { tag: "start" };
  switch (kind) {
    case undefined:
    case "":
      return { tag: "form", contract, direction: "in" };
    case "in":
    case "out":
      if (txid === undefined) return { tag: "form", contract, direction: kind };
      return /^[0-9a-f]{64}$/.test(txid)
        ? { tag: "status", contract, direction: kind, txid }
        : { tag: "start" };
    case "requests":
    case "wallet":
    case "numbers":
      return { tag: kind, contract };
    default:
      return { tag: "start" };
  }
}

/** The fragment of a place. */
export function placeHash(place: PegPlace): string {
  switch (place.tag) {
    case "start":
      return "#/";
    case "form":
      return `#/${place.contract}/${place.direction}`;
    case "status":
      return `#/${place.contract}/${place.direction}/${place.txid}`;
    case "requests":
    case "wallet":
    case "numbers":
      return `#/${place.contract}/${place.tag}`;
  }
}
