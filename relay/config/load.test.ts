import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { UserError } from "../user-error.ts";
import { keys } from "./keys.ts";
import { loadSettings } from "./load.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hoarfrost-config-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function load(toml: string, environment: Record<string, string> = {}) {
  const path = join(folder, "hoarfrost.toml");
  writeFileSync(path, toml);
  return loadSettings(path, environment);
}

function sentence(toml: string, environment: Record<string, string> = {}): string {
  try {
    load(toml, environment);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return "accepted";
}

describe("settings", () => {
  test("an empty file and a missing file give the defaults", () => {
    expect(load("")["port"]).toBe(3000);
    expect(loadSettings(join(folder, "absent.toml"), {})).toEqual(load(""));
  });

  test("the file overrides the defaults, and the environment overrides the file", () => {
    const toml = 'port = 4000\n[limits]\nmax_frame_bytes = 2048\n[site]\nsources = ["https://a.example"]\n';
    const settings = load(toml, { HOARFROST_PORT: "5000", PATH: "/usr/bin" });
    expect(settings.port).toBe(5000);
    expect(settings["limits.max_frame_bytes"]).toBe(2048);
    expect(settings["site.sources"]).toEqual(["https://a.example"]);
    expect(
      load("", { HOARFROST_SITE_RELAYS: "wss://a.example, wss://b.example", HOARFROST_TRUST_PROXY: "true" }),
    ).toMatchObject({ "site.relays": ["wss://a.example", "wss://b.example"], trust_proxy: true });
  });

  test.each([
    ["prot = 1", /unknown key prot in .*: did you mean port\?/],
    ["[limit]\nrooms = 1", /unknown section limit in .*: did you mean limits\?/],
    ["[limits]\nmax_frame_byte = 1", /unknown key limits\.max_frame_byte in .* limits\.max_frame_bytes\?/],
    ["zzzzqqqq = 1", /unknown key zzzzqqqq in .*docs\/configuration\.md/],
    ['port = "3000"', /port = "3000" in .* should be a whole number from 0 to 65535/],
    ["port = 99999", /port = 99999 in .* should be a whole number from 0 to 65535/],
    ["port = 1.5", /port = 1.5 in .* should be a whole number/],
    ['network = "prodnet"', /network = "prodnet" in .* should be one of devnet, regtest/],
    ["trust_proxy = 1", /trust_proxy = 1 in .* should be true or false/],
    ['public_url = "https://a.example/path"', /public_url = .* should be an origin such as/],
    ['[site]\nsources = "https://a.example"', /site\.sources = .* should be a list of texts/],
    ['[site]\nsources = ["https://a.example/"]', /every entry is an origin such as/],
    ["[site]\nsources = [1]", /site\.sources = \[1\] in .* should be a list of texts/],
    ["port = ", /line 1, column \d+ is not valid TOML/],
    ["port = 1\nport = 2", /line 2, column \d+ is not valid TOML/],
    ["port = 1979-05-27", /port = .* should be a whole number/],
    ["host = []", /host = \[\] in .* should be a text in quotes/],
    ['[bitcoin]\nrpc_url = "http://u:p@127.0.0.1"', /rpc_url = \(not shown\) in .* without credentials/],
    ["[bitcoin]\nrpc_password = 1234", /^bitcoin\.rpc_password = \(not shown\) in .* a text in quotes$/],
    ['[stacks]\nsources = ["https://a.example/"]', /an address such as .* without credentials and slash/],
    ["[devnet]\nblock_seconds = -1", /block_seconds = -1 in .* a whole number from 0/],
    ['host = ""', /host = "" in .* should be a text that is not empty/],
  ])("%j is refused in one sentence", (toml, pattern) => {
    const said = sentence(toml);
    expect(said).toMatch(pattern);
    expect(said).not.toContain("\n");
  });

  test("a variable of the environment is held to the same rules", () => {
    expect(sentence("", { HOARFROST_PROT: "1" })).toMatch(/did you mean HOARFROST_PORT\?/);
    expect(sentence("", { HOARFROST_PORT: "many" })).toMatch(
      /port = "many" in HOARFROST_PORT .* whole number/,
    );
    expect(sentence("", { HOARFROST_TRUST_PROXY: "yes" })).toMatch(/true or false/);
  });

  test("a file that was asked for by name must exist", () => {
    expect(() => loadSettings(join(folder, "absent.toml"), {}, true)).toThrow(/does not exist: create it/);
  });

  test("every key is documented with the default that is used, and no other", () => {
    const page = readFileSync(join(import.meta.dirname, "../../docs/configuration.md"), "utf8");
    for (const [name, spec] of Object.entries(keys)) {
      const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\``));
      expect(row, name).toBeDefined();
      expect(row, name).toContain(`\`${JSON.stringify(spec.byDefault)}\``);
    }
    const documented = [...page.matchAll(/^\| `([a-z_.]+)`/gm)].map((match) => match[1]);
    expect(documented.filter((name) => !(name !== undefined && name in keys))).toEqual([]);
  });
});
