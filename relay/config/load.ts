import { existsSync, readFileSync } from "node:fs";
import { parse, TomlError } from "smol-toml";
import { UserError } from "../user-error.ts";
import { keys, type Key, type KeySpec, type Settings } from "./keys.ts";
import { nearest } from "./nearest.ts";

const names = Object.keys(keys) as Key[];
const sections = [...new Set(names.filter((name) => name.includes(".")).map((name) => name.split(".")[0]))];

/** Environment variable that overrides a key: `limits.max_frame_bytes` is `HOARFROST_LIMITS_MAX_FRAME_BYTES`. */
export function environmentName(key: string): string {
  return `HOARFROST_${key.replaceAll(".", "_").toUpperCase()}`;
}

/** Set by the build and by the process that supervises this one; not settings. */
const notSettings = new Set(["HOARFROST_CONFIG"]);

function show(value: unknown): string {
  return typeof value === "string"
    ? JSON.stringify(value)
    : JSON.stringify(value, plainBigInt) || String(value);
}

function plainBigInt(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

function expected(spec: KeySpec): string {
  switch (spec.type) {
    case "integer":
      return `a whole number from ${spec.min} to ${spec.max}`;
    case "boolean":
      return "true or false";
    case "choice":
      return `one of ${spec.choices.join(", ")}`;
    case "string":
      return "a text in quotes";
    case "strings":
      return "a list of texts";
  }
}

/** Says what a value should have been, or null where it is right. */
function wrong(spec: KeySpec, value: unknown): string | null {
  switch (spec.type) {
    case "integer":
      return Number.isInteger(value) && Number(value) >= spec.min && Number(value) <= spec.max
        ? null
        : expected(spec);
    case "boolean":
      return typeof value === "boolean" ? null : expected(spec);
    case "choice":
      return typeof value === "string" && spec.choices.includes(value) ? null : expected(spec);
    case "string":
      return typeof value === "string" ? (spec.check?.(value) ?? null) : expected(spec);
    case "strings": {
      if (!Array.isArray(value)) return expected(spec);
      for (const item of value as unknown[]) {
        if (typeof item !== "string") return expected(spec);
        const problem = spec.check(item);
        if (problem !== null) return `a list whose every entry is ${problem}`;
      }
      return null;
    }
  }
}

function fromEnvironment(spec: KeySpec, text: string): unknown {
  switch (spec.type) {
    case "integer":
      return /^-?\d+$/.test(text) ? Number(text) : text;
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    case "strings":
      return text
        .split(",")
        .map((item) => item.trim())
        .filter((item) => item !== "");
    case "choice":
    case "string":
      return text;
  }
}

function unknownName(kind: string, name: string, known: readonly string[], where: string): UserError {
  const meant = nearest(name, known);
  const remedy = meant === null ? "docs/configuration.md lists the keys there are" : `did you mean ${meant}?`;
  return new UserError(`unknown ${kind} ${name} in ${where}: ${remedy}`);
}

function flatten(table: Record<string, unknown>, where: string): Map<string, unknown> {
  const flat = new Map<string, unknown>();
  for (const [name, value] of Object.entries(table)) {
    const isTable =
      typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
    if (!isTable) {
      flat.set(name, value);
      continue;
    }
    if (!sections.includes(name)) throw unknownName("section", name, sections as string[], where);
    for (const [inner, innerValue] of Object.entries(value)) flat.set(`${name}.${inner}`, innerValue);
  }
  return flat;
}

function readToml(path: string): Record<string, unknown> {
  try {
    return parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (!(error instanceof TomlError)) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new UserError(
        `${path} cannot be read (${reason}): make it readable or name another with HOARFROST_CONFIG`,
      );
    }
    const what = error.message.split("\n")[0] ?? "not TOML";
    throw new UserError(`${path} line ${error.line}, column ${error.column} is not valid TOML: ${what}`);
  }
}

/**
 * Reads the settings: defaults, then the file, then the environment.
 * @param path file to read; where `required` is false and it does not exist, the defaults stand
 * @throws UserError naming key, value and remedy
 */
export function loadSettings(
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
  required = false,
): Settings {
  const values = new Map<string, unknown>(names.map((name) => [name, keys[name].byDefault]));

  const set = (name: string, value: unknown, where: string) => {
    const spec: KeySpec = keys[name as Key];
    const problem = wrong(spec, value);
    const shown = spec.type === "string" && spec.secret ? "(not shown)" : show(value);
    if (problem !== null) throw new UserError(`${name} = ${shown} in ${where} should be ${problem}`);
    values.set(name, value);
  };

  if (existsSync(path)) {
    for (const [name, value] of flatten(readToml(path), path)) {
      if (!(name in keys)) throw unknownName("key", name, names, path);
      set(name, value, path);
    }
  } else if (required) {
    throw new UserError(`${path} does not exist: create it, or unset HOARFROST_CONFIG to use the defaults`);
  }

  const byVariable = new Map(names.map((name) => [environmentName(name), name]));
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith("HOARFROST_") || notSettings.has(variable) || text === undefined) continue;
    const name = byVariable.get(variable);
    if (name === undefined)
      throw unknownName("variable", variable, [...byVariable.keys()], "the environment");
    set(name, fromEnvironment(keys[name], text), `${variable} of the environment`);
  }
  return Object.fromEntries(values) as Settings;
}
