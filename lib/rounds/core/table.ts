/** One way a machine goes from one state to the next: on a kept fact. */
export interface Transition<Tag extends string = string, On extends string = string> {
  readonly from: Tag;
  readonly on: On;
  readonly to: Tag;
}

/** A machine's transitions as data; tests hold it against what the machine does, and the diagram is drawn from it. */
export interface TransitionTable<Tag extends string = string, On extends string = string> {
  readonly title: string;
  /** One or two sentences for the top of the page. */
  readonly about: string;
  readonly initial: Tag;
  readonly states: Readonly<Record<Tag, string>>;
  /** What each fact means, for the edges. */
  readonly facts: Readonly<Record<On, string>>;
  readonly transitions: readonly Transition<Tag, On>[];
}

/** The page of one machine: a Mermaid state diagram and the same as a table. */
export function machinePage({ title, about, initial, states, facts, transitions }: TransitionTable): string {
  const edges = transitions.map(({ from, on, to }) => `    ${from} --> ${to}: ${on}`);
  const ends = Object.keys(states).filter((tag) => !transitions.some(({ from }) => from === tag));
  const rows = (entries: Readonly<Record<string, string>>): string[] =>
    Object.entries(entries).map(([name, text]) => `- \`${name}\`: ${text}`);
  return [
    `# ${title}`,
    "",
    about,
    "",
    "This page is generated from the machine's transition table; a test fails where it is out of date.",
    "",
    "```mermaid",
    "stateDiagram-v2",
    `    [*] --> ${initial}`,
    ...edges,
    ...ends.map((tag) => `    ${tag} --> [*]`),
    "```",
    "",
    "## States",
    "",
    ...rows(states),
    "",
    "## Facts",
    "",
    ...rows(facts),
    "",
    "Every other event leaves the state as it is and is counted as ignored, with a reason.",
    "",
  ].join("\n");
}
