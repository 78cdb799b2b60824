import { ArrowUpRight } from "lucide-react";
import type { PegLink } from "../../lib/runtime/views/index.ts";

/** Links to explorers, after a sentence. */
export function PegLinks({ links }: { readonly links: readonly PegLink[] }) {
  return links.map(({ label, href }) => (
    <span key={href}>
      {" "}
      <a className="whitespace-nowrap" href={href} target="_blank" rel="noopener">
        {label}
        <ArrowUpRight className="icon inline" />
        <span className="spoken"> in a new tab</span>
      </a>
    </span>
  ));
}
