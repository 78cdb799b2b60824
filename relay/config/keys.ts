/**
 * Every key of `hoarfrost.toml`, with its default and the values it accepts. `docs/configuration.md` documents the
 * same keys; a test compares the two.
 */
export type KeySpec =
  | { readonly type: "integer"; readonly byDefault: number; readonly min: number; readonly max: number }
  | {
      readonly type: "string";
      readonly byDefault: string;
      readonly check?: (value: string) => string | null;
      /** Whether sentences about it leave its value out. */
      readonly secret?: boolean;
    }
  | { readonly type: "choice"; readonly byDefault: string; readonly choices: readonly string[] }
  | { readonly type: "boolean"; readonly byDefault: boolean }
  | {
      readonly type: "strings";
      readonly byDefault: readonly string[];
      readonly check: (value: string) => string | null;
    };

const integer = (byDefault: number, min: number, max: number) =>
  ({ type: "integer", byDefault, min, max }) as const;

function parseUrl(value: string): URL | null {
  try {
    return new URL(value);
  } catch {
    return null;
  }
}

/** Accepts `scheme://host[:port]` and nothing after it; returns what is wrong, or null. */
function origin(schemes: readonly string[]) {
  return (value: string): string | null => {
    const url = parseUrl(value);
    const plain = url !== null && url.pathname === "/" && url.search === "" && url.hash === "";
    const named = plain && url.username === "" && url.password === "" && !value.endsWith("/");
    if (named && schemes.includes(url.protocol)) return null;
    return `an origin such as ${schemes[0] ?? "https:"}//example.org, with no path and no slash at the end`;
  };
}

const webOrigin = origin(["https:", "http:"]);
const optionalWebOrigin = (value: string): string | null => (value === "" ? null : webOrigin(value));

/** Accepts a base address: no credentials in it, no query, no slash at the end; returns what is wrong, or null. */
function baseAddress(value: string): string | null {
  const url = parseUrl(value);
  const plain = url !== null && url.search === "" && url.hash === "" && !value.endsWith("/");
  const web = plain && url.username === "" && url.password === "" && /^https?:$/.test(url.protocol);
  return web ? null : "an address such as https://example.org/api, without credentials and slash at the end";
}
const optionalBaseAddress = (value: string): string | null => (value === "" ? null : baseAddress(value));
const notEmpty = (value: string): string | null => (value === "" ? "a text that is not empty" : null);

export const keys = {
  host: { type: "string", byDefault: "127.0.0.1", check: notEmpty },
  port: integer(3000, 0, 65535),
  public_url: { type: "string", byDefault: "", check: optionalWebOrigin },
  network: {
    type: "choice",
    byDefault: "devnet",
    choices: ["devnet", "regtest", "signet", "testnet", "mainnet"],
  },
  data_dir: { type: "string", byDefault: "./data", check: notEmpty },
  log_level: {
    type: "choice",
    byDefault: "info",
    choices: ["silent", "fatal", "error", "warn", "info", "debug", "trace"],
  },
  trust_proxy: { type: "boolean", byDefault: false },

  "site.allowed_origins": { type: "strings", byDefault: [], check: webOrigin },
  "site.relays": { type: "strings", byDefault: [], check: origin(["wss:", "ws:", "https:", "http:"]) },
  "site.sources": { type: "strings", byDefault: [], check: webOrigin },

  "devnet.block_seconds": integer(12, 0, 86_400),

  "bitcoin.rpc_url": { type: "string", byDefault: "", check: optionalBaseAddress, secret: true },
  "bitcoin.rpc_user": { type: "string", byDefault: "" },
  "bitcoin.rpc_password": { type: "string", byDefault: "", secret: true },
  "bitcoin.sources": { type: "strings", byDefault: [], check: baseAddress },
  "stacks.sources": { type: "strings", byDefault: [], check: baseAddress },

  "limits.max_frame_bytes": integer(524_288, 1_024, 4_194_304),
  "limits.messages_per_second": integer(500, 1, 10_000_000),
  "limits.message_burst": integer(5_000, 1, 100_000_000),
  "limits.bytes_per_second": integer(4_194_304, 1_024, 10_737_418_240),
  "limits.byte_burst": integer(41_943_040, 1_048_576, 107_374_182_400),
  "limits.address_factor": integer(8, 1, 100_000),
  "limits.unread_bytes_per_inbox": integer(33_554_432, 1_048_576, 10_737_418_240),
  "limits.members_per_room": integer(128, 2, 1_024),
  "limits.rooms_per_creator": integer(64, 1, 1_000_000),
  "limits.rooms_per_address": integer(256, 1, 1_000_000),
  "limits.rooms": integer(100_000, 1, 100_000_000),
  "limits.sockets": integer(10_000, 1, 1_000_000),
  "limits.sockets_per_address": integer(256, 1, 1_000_000),
  "limits.login_seconds": integer(10, 1, 300),
  "limits.refusals_per_socket": integer(200, 1, 1_000_000),
  "limits.retention_hours": integer(168, 1, 87_600),
} as const satisfies Record<string, KeySpec>;

export type Key = keyof typeof keys;

type ValueOf<S> = S extends { type: "integer" }
  ? number
  : S extends { type: "boolean" }
    ? boolean
    : S extends { type: "strings" }
      ? readonly string[]
      : S extends { choices: readonly (infer C)[] }
        ? C
        : string;

/** All settings, keyed by their dotted name in the file. */
export type Settings = { readonly [K in Key]: ValueOf<(typeof keys)[K]> };
