/** Element `index` of a list that has it by construction. */
export function entry<T>(list: readonly T[], index: number): T {
  const value = list[index];
  /* v8 ignore next -- callers stay within lists whose length they know; the compiler cannot know it */
  if (value === undefined) throw new RangeError(`no element ${index} in a list of ${list.length}`);
  return value;
}

/** The value of a key that a map has by construction. */
export function lookup<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key);
  /* v8 ignore next -- callers ask for keys they have put in or checked; the compiler cannot know it */
  if (value === undefined) throw new RangeError("no value for this key");
  return value;
}
