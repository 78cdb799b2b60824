type Plain = Readonly<Record<string, unknown>>;

function isPlain(value: unknown): value is Plain {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function shareArrays(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  const shared = after.map((value, at) => share(before[at], value));
  const same = before.length === after.length && shared.every((value, at) => value === before[at]);
  return same ? before : shared;
}

function shareObjects(before: Plain, after: Plain): Plain {
  const keys = Object.keys(after);
  const shared = Object.fromEntries(keys.map((key) => [key, share(before[key], after[key])]));
  const same =
    keys.length === Object.keys(before).length &&
    keys.every((key) => Object.hasOwn(before, key) && shared[key] === before[key]);
  return same ? before : shared;
}

/**
 * The later of two values, built from the parts of the earlier one wherever they are equal: what did not change is the very same object,
 * so a screen that remembers what it drew draws only the rest.
 * @param after plain data: primitives, arrays, plain objects; anything else counts as changed unless it is the same object
 */
export function share<Value>(before: unknown, after: Value): Value {
  if (Object.is(before, after)) return after;
  // What is returned equals `after` in every part, so it is of its type.
  if (Array.isArray(before) && Array.isArray(after)) return shareArrays(before, after) as Value;
  if (isPlain(before) && isPlain(after)) return shareObjects(before, after) as Value;
  return after;
}
