"use client";
import {
  ArchiveRestore,
  ArrowLeftRight,
  History,
  Inbox,
  LayoutGrid,
  Lock,
  Users,
  UserPlus,
  type LucideIcon,
} from "lucide-react";
import { memo } from "react";
import type { Act } from "../../lib/runtime/views/index.ts";

export type Section = "overview" | "requests" | "peg" | "next" | "members" | "rounds" | "backup";

const sections: readonly { readonly id: Section; readonly label: string; readonly icon: LucideIcon }[] = [
  { id: "overview", label: "Overview", icon: LayoutGrid },
  { id: "requests", label: "Requests", icon: Inbox },
  { id: "peg", label: "Peg", icon: ArrowLeftRight },
  { id: "members", label: "Members", icon: Users },
  { id: "next", label: "Next group", icon: UserPlus },
  { id: "rounds", label: "Rounds", icon: History },
  { id: "backup", label: "Backup", icon: ArchiveRestore },
];

export const SideNav = memo(function SideNav(props: {
  readonly at: Section;
  readonly needsYou: number;
  readonly hasPeg: boolean;
  readonly next: "none" | "there" | "needs-you";
  readonly act: Act;
}) {
  return (
    <nav className="side" aria-label="Group">
      <ul>
        {sections
          .filter(({ id }) => (id !== "peg" || props.hasPeg) && (id !== "next" || props.next !== "none"))
          .map(({ id, label, icon: Icon }) => (
            <li key={id}>
              <a
                href={id === "overview" ? "#/" : `#/${id}`}
                aria-current={props.at === id ? "page" : undefined}
              >
                <Icon className="icon" />
                {label}
                {id === "next" && props.next === "needs-you" && (
                  <span className="count">
                    1<span className="spoken"> needs you</span>
                  </span>
                )}
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
});
