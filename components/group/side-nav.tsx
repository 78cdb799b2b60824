"use client";
import {
  ArchiveRestore,
  ArrowLeftRight,
  History,
  Inbox,
  LayoutGrid,
  Lock,
  SlidersHorizontal,
  Users,
  UserPlus,
  type LucideIcon,
} from "lucide-react";
import { memo, useEffect, useRef } from "react";
import type { Act } from "../../lib/runtime/views/index.ts";
import { afterPaint } from "../ui/after-paint.ts";

export type Section = "overview" | "requests" | "peg" | "policy" | "next" | "members" | "rounds" | "backup";

const sections: readonly { readonly id: Section; readonly label: string; readonly icon: LucideIcon }[] = [
  { id: "overview", label: "Overview", icon: LayoutGrid },
  { id: "requests", label: "Requests", icon: Inbox },
  { id: "peg", label: "Peg", icon: ArrowLeftRight },
  { id: "policy", label: "Policy", icon: SlidersHorizontal },
  { id: "members", label: "Members", icon: Users },
  { id: "next", label: "Next group", icon: UserPlus },
  { id: "rounds", label: "Rounds", icon: History },
  { id: "backup", label: "Backup", icon: ArchiveRestore },
];

export const SideNav = memo(function SideNav(props: {
  readonly at: Section;
  readonly needsYou: number;
  /** Sections that this tab has nothing for. */
  readonly without: readonly Section[];
  /** The next group waits for an answer of this person. */
  readonly nextNeedsYou: boolean;
  readonly act: Act;
}) {
  const here = useRef<HTMLAnchorElement>(null);
  // On a narrow screen the row scrolls; where one is must be in sight.
  useEffect(
    () => afterPaint(() => here.current?.scrollIntoView({ block: "nearest", inline: "nearest" })),
    [props.at],
  );
  return (
    <nav className="side" aria-label="Group">
      <ul>
        {sections
          .filter(({ id }) => !props.without.includes(id))
          .map(({ id, label, icon: Icon }) => (
            <li key={id}>
              <a
                ref={props.at === id ? here : undefined}
                href={id === "overview" ? "#/" : `#/${id}`}
                aria-current={props.at === id ? "page" : undefined}
              >
                <Icon className="icon" />
                {label}
                {id === "next" && props.nextNeedsYou && (
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
