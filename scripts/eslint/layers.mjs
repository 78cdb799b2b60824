// Which folder may import which. The table is the architecture; docs/adr/0001-layers.md says why.
// "packages" are prefixes: "@noble/" allows every package of that scope, "react" allows react and react/*.
const pureRemedy = "take time, randomness, storage and sockets as an argument or an event";
/** @type {Record<string, { to: string[], packages: string[], node: boolean, remedy: string }>} */
export const layers = {
  "lib/frost": {
    to: [],
    packages: ["@noble/"],
    node: false,
    remedy: `lib/frost is the scheme alone: ${pureRemedy}`,
  },
  "lib/wire": {
    to: [],
    packages: ["@noble/", "@scure/base", "micro-packed"],
    node: false,
    remedy: `lib/wire is bytes alone: ${pureRemedy}`,
  },
  "lib/rounds": {
    to: ["lib/frost", "lib/wire"],
    packages: ["@noble/", "@scure/base", "micro-packed"],
    node: false,
    remedy: `lib/rounds is pure protocol: ${pureRemedy}; a driver in lib/runtime carries out its effects`,
  },
  "lib/sbtc": {
    to: ["lib/frost", "lib/rounds", "lib/wire"],
    packages: ["@noble/", "@scure/", "micro-packed", "@stacks/transactions", "@stacks/network", "zod"],
    node: false,
    remedy: `lib/sbtc decides, lib/runtime fetches: ${pureRemedy}`,
  },
  "lib/runtime": {
    to: ["lib/frost", "lib/rounds", "lib/sbtc", "lib/wire"],
    packages: ["@noble/", "@scure/", "idb", "socket.io-client", "react", "zod", "micro-packed", "@stacks/"],
    node: false,
    remedy: "lib/runtime adapts the outside world: screens belong to components, servers to relay or devnet",
  },
  components: {
    to: ["lib/runtime"],
    packages: ["react", "next", "radix-ui", "lucide-react", "clsx", "qrcode.react", "recharts"],
    node: false,
    remedy:
      "components draw what lib/runtime hands them: export the value from lib/runtime and read it from there",
  },
  app: {
    to: ["components", "lib/runtime"],
    packages: ["react", "next"],
    node: false,
    remedy:
      "pages only choose components: move the rule to lib/rounds or lib/sbtc and expose it through lib/runtime",
  },
  relay: {
    to: ["lib/wire"],
    packages: [
      "@noble/",
      "@scure/base",
      "socket.io",
      "libsql",
      "pino",
      "prom-client",
      "smol-toml",
      "zod",
      "micro-packed",
    ],
    node: true,
    remedy: "the relay passes opaque frames: what both sides must know belongs in lib/wire",
  },
  devnet: {
    to: ["lib/sbtc", "lib/wire"],
    packages: ["@noble/", "@scure/", "@stacks/", "zod", "libsql", "pino", "micro-packed"],
    node: true,
    remedy: "devnet is a pair of chains and knows no signer: what it shares with signers belongs in lib/sbtc",
  },
};

const layerNames = Object.keys(layers);
const layerOf = (path) => layerNames.find((name) => path === name || path.startsWith(`${name}/`));

/** Resolves `../x` against a repository-relative file path; null where it leaves the repository. */
function resolve(file, specifier) {
  const parts = file.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") {
      if (parts.length === 0) return null;
      parts.pop();
    } else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

const matches = (specifier, prefix) =>
  prefix.endsWith("/")
    ? specifier.startsWith(prefix)
    : specifier === prefix || specifier.startsWith(`${prefix}/`);

/** Says why an import is refused, or null where it is allowed. `file` is repository-relative with forward slashes. */
export function refusal(file, specifier) {
  const name = layerOf(file);
  if (name === undefined) return null;
  const layer = layers[name];
  if (specifier.startsWith(".")) {
    const target = resolve(file, specifier);
    if (target === null) return `${name} must not reach outside the repository`;
    const targetLayer = layerOf(target);
    if (targetLayer === name || (targetLayer !== undefined && layer.to.includes(targetLayer))) return null;
    return `${name} must not import ${targetLayer ?? target}: ${layer.remedy}`;
  }
  if (specifier.startsWith("node:"))
    return layer.node ? null : `${name} must not import ${specifier}: ${layer.remedy}`;
  if (layer.packages.some((prefix) => matches(specifier, prefix))) return null;
  return `${name} must not import ${specifier}: ${layer.remedy}`;
}

/** @type {import("eslint").Rule.RuleModule} */
export const layersRule = {
  meta: { type: "problem", schema: [], messages: { refused: "{{why}}." } },
  create(context) {
    const file = context.filename.slice(context.cwd.length + 1).replaceAll("\\", "/");
    const check = (source) => {
      if (typeof source?.value !== "string") return;
      const why = refusal(file, source.value);
      if (why !== null) context.report({ node: source, messageId: "refused", data: { why } });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source ?? node.argument?.literal),
    };
  },
};
