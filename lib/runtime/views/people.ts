/** "Alice", "Alice and Bob", "Alice, Bob and Carol"; `fallback` where the list is empty. */
export function listed(names: readonly string[], fallback = "nobody"): string {
  const last = names.at(-1);
  if (last === undefined) return fallback;
  if (names.length === 1) return last;
  return `${names.slice(0, -1).join(", ")} and ${last}`;
}

/** "Alice’s", "James’s", "Alice’s and Bob’s". */
export function possessive(names: readonly string[], fallback = "somebody’s"): string {
  return names.length === 0 ? fallback : listed(names.map((name) => `${name}’s`));
}

/** Agreement of a verb with how many people it is about: `verb(2, "has", "have")` is "have". */
export function verb(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}
