import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";
import { layersRule } from "./scripts/eslint/layers.mjs";

const tests = [
  "**/*.test.ts",
  "**/*.test.tsx",
  "**/testing/**",
  "test/**",
  "e2e/**",
  "bench/**",
  "scripts/**",
  "*.config.ts",
];
const pure = ["lib/frost/**/*.ts", "lib/wire/**/*.ts", "lib/rounds/**/*.ts", "lib/sbtc/**/*.ts"];

export default tseslint.config(
  { ignores: ["node_modules", ".next", "out", "coverage", "data", "next-env.d.ts", "**/*.mjs"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: [
          "./tsconfig.json",
          "./lib/*/tsconfig.json",
          "./relay/tsconfig.json",
          "./devnet/tsconfig.json",
          "./tsconfig.tests.json",
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { hoarfrost: { rules: { layers: layersRule } }, "react-hooks": reactHooks },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
    },
  },
  {
    files: [
      "lib/**/*.{ts,tsx}",
      "components/**/*.{ts,tsx}",
      "app/**/*.{ts,tsx}",
      "relay/**/*.ts",
      "devnet/**/*.ts",
    ],
    ignores: tests,
    rules: { "hoarfrost/layers": "error" },
  },
  {
    files: pure,
    ignores: tests,
    rules: {
      "no-restricted-globals": [
        "error",
        { name: "Date", message: "Pure core: time arrives as an argument or a tick event." },
        { name: "performance", message: "Pure core: time arrives as an argument or a tick event." },
        { name: "crypto", message: "Pure core: randomness is an argument (Rng)." },
      ],
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "Pure core: randomness is an argument (Rng)." },
      ],
    },
  },
  {
    files: tests,
    rules: { "@typescript-eslint/no-non-null-assertion": "off" },
  },
);
