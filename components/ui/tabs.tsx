"use client";
import type { LucideIcon } from "lucide-react";
import * as RadixTabs from "radix-ui/tabs";
import * as ToggleGroup from "radix-ui/toggle-group";
import { useSyncExternalStore, type ReactNode } from "react";

export interface Tab {
  readonly id: string;
  readonly label: string;
  readonly content: ReactNode;
}

const never = (): (() => void) => () => undefined;

/** False in the exported HTML and on the first draw after it. */
const useHydrated = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );

/**
 * Views of one thing in one panel; arrow keys move between them. The exported HTML shows the first view plainly: the
 * tabs set style attributes, which our content policy allows from a script and refuses in HTML.
 */
export function Tabs(props: {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly side?: ReactNode;
}) {
  const first = props.tabs[0];
  if (!useHydrated()) {
    return (
      <div className="panel">
        <div className="panel-head py-0!">
          <div className="tab-list">
            <button type="button" data-state="active">
              {first?.label}
            </button>
          </div>
        </div>
        {first?.content}
      </div>
    );
  }
  return (
    <RadixTabs.Root className="panel" {...(first === undefined ? {} : { defaultValue: first.id })}>
      <div className="panel-head py-0!">
        <RadixTabs.List className="tab-list" aria-label={props.label}>
          {props.tabs.map((tab) => (
            <RadixTabs.Trigger key={tab.id} value={tab.id}>
              {tab.label}
            </RadixTabs.Trigger>
          ))}
        </RadixTabs.List>
        {props.side}
      </div>
      {props.tabs.map((tab) => (
        <RadixTabs.Content key={tab.id} value={tab.id}>
          {tab.content}
        </RadixTabs.Content>
      ))}
    </RadixTabs.Root>
  );
}

/** Picks how one thing is drawn, such as a chart and the table behind it. */
export function Segments<T extends string>(props: {
  readonly label: string;
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly items: readonly { readonly value: T; readonly label: string; readonly icon: LucideIcon }[];
}) {
  return (
    <ToggleGroup.Root
      type="single"
      className="segments"
      aria-label={props.label}
      value={props.value}
      onValueChange={(value) => {
        const item = props.items.find((candidate) => candidate.value === value);
        if (item !== undefined) props.onChange(item.value);
      }}
    >
      {props.items.map(({ value, label, icon: Icon }) => (
        <ToggleGroup.Item key={value} value={value}>
          <Icon className="icon" />
          {label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
