"use client";
import {
  ArchiveRestore,
  ArrowLeftRight,
  History,
  Inbox,
  LayoutGrid,
  Lock,
  Users,
  type LucideIcon,
} from "lucide-react";
import type { Act } from "../../lib/runtime/views/index.ts";

export type Section = "overview" | "requests" | "members" | "rounds" | "backup" | "peg";

const sections: readonly { readonly id: Section; readonly label: string; readonly icon: LucideIcon }[] = [
  { id: "overview", label: "Overview", icon: LayoutGrid },
  { id: "requests", label: "Requests", icon: Inbox },
  { id: "members", label: "Members", icon: Users },
  { id: "rounds", label: "Rounds", icon: History },
  { id: "backup", label: "Backup", icon: ArchiveRestore },
  { id: "peg", label: "Peg", icon: ArrowLeftRight },
];

export function SideNav(props: {
  readonly at: Section;
  readonly needsYou: number;
  /** Whether this tab coordinates a peg. */
  readonly peg: boolean;
  readonly act: Act;
}) {
  const shown = sections.filter(({ id }) => id !== "peg" || props.peg);
  return (
    <nav className="side" aria-label="Group">
      <ul>
        {shown.map(({ id, label, icon: Icon }) => (
          <li key={id}>
            <a
              href={id === "overview" ? "#/" : `#/${id}`}
              aria-current={props.at === id ? "page" : undefined}
            >
              <Icon className="icon" />
              {label}
              {id === "requests" && props.needsYou > 0 && (
                <span className="count">
                  {props.needsYou}
                  <span className="spoken"> {props.needsYou === 1 ? "needs" : "need"} you</span>
                </span>
              )}
            </a>
          </li>
        ))}
        <li className="xl:border-line xl:mt-2 xl:border-t xl:pt-2">
          <button type="button" onClick={() => props.act({ do: "lock" })}>
            <Lock className="icon" />
            Lock now
          </button>
        </li>
      </ul>
    </nav>
  );
}
