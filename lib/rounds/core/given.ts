/**
 * A value that is there by construction, where the compiler cannot know it.
 * @throws RangeError where it is not: a fault of our own, never of a peer
 */
export function given<T>(value: T | undefined | null, what: string): T {
  /* v8 ignore next -- everything that calls this has made sure */
  if (value === undefined || value === null) throw new RangeError(`${what} is missing`);
  return value;
}
