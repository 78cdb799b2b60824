/**
 * `npm run bench:frost`: this library beside `@noble/curves`' `schnorr_FROST` and `@cmdcode/frost`, per participant and
 * step, in one process. `--large` adds 200-of-300; `--json` prints one JSON object last.
 */
import { cpus } from "node:os";
import { benchCmdcode } from "./frost/cmdcode.ts";
import { pair, type Paired, type Steps } from "./frost/measure.ts";
import { nobleKeygen } from "./frost/noble.ts";
import { keygenSetting, ourCompatibleKeygen, ourKeygen } from "./frost/setting.ts";
import { benchSigning } from "./frost/signing.ts";

interface Size {
  readonly t: number;
  readonly n: number;
  /** Pairs of runs: of key generation, of signing, of blame. */
  readonly pairs: readonly [number, number, number];
}

const sizes: readonly Size[] = [
  { t: 2, n: 3, pairs: [41, 61, 41] },
  { t: 7, n: 10, pairs: [11, 21, 11] },
  { t: 20, n: 30, pairs: [5, 11, 5] },
  { t: 67, n: 100, pairs: [3, 7, 3] },
];
const large: Size = { t: 200, n: 300, pairs: [1, 3, 1] };

const steps = ["part1", "part2", "part3", "keygen", "commit", "sign", "aggregate", "blame"] as const;

interface Outcome {
  readonly name: string;
  readonly n: number;
  readonly own: Paired;
  readonly compatible: Paired;
  readonly cmdcode: Steps;
}

function benchSize({ t, n, pairs }: Size): Outcome {
  const setting = keygenSetting(t, n);
  const [keygens, signings, blames] = pairs;
  const warm = n < 50;
  // The first products build noble's and our tables; they belong to no run.
  if (!warm) {
    ourKeygen(setting);
    ourCompatibleKeygen(setting);
  }
  const own = pair(
    keygens,
    warm,
    () => ourKeygen(setting),
    () => nobleKeygen(setting),
  );
  const compatible = pair(
    n > 50 ? 1 : keygens,
    warm,
    () => ourCompatibleKeygen(setting),
    () => nobleKeygen(setting),
  );
  const signing = benchSigning(t, n, signings, blames);
  return {
    name: `${t}-of-${n}`,
    n,
    own: {
      ours: { ...own.ours, ...signing.ours },
      noble: { ...own.noble, ...signing.noble },
      ratio: { ...own.ratio, ...signing.ratio },
    },
    compatible,
    cmdcode: benchCmdcode(t, n, n > 50 ? 1 : 5),
  };
}

const ms = (value: number | undefined) =>
  (value === undefined ? "–" : value.toFixed(value < 10 ? 2 : 0)).padStart(9);

function print({ name, own, compatible, cmdcode }: Outcome): void {
  console.log(`\n${name}, ms per participant (medians)`);
  console.log(
    `${"".padEnd(11)}${"ours".padStart(9)}${"noble".padStart(9)}${"@cmdcode".padStart(9)}${"noble÷ours".padStart(12)}`,
  );
  for (const step of steps) {
    const ratio = `${own.ratio[step]?.toFixed(2) ?? "–"}x`.padStart(12);
    console.log(`${step.padEnd(11)}${ms(own.ours[step])}${ms(own.noble[step])}${ms(cmdcode[step])}${ratio}`);
  }
  const ratio = `${compatible.ratio["keygen"]?.toFixed(2) ?? "–"}x`.padStart(12);
  console.log(
    `${"compatible".padEnd(11)}${ms(compatible.ours["keygen"])}${ms(compatible.noble["keygen"])}${"–".padStart(9)}${ratio}  (key generation on frost-secp256k1-tr's encoding)`,
  );
}

/** How time grows: the exponent e of n^e between neighbouring sizes. */
function printGrowth(outcomes: readonly Outcome[]): void {
  console.log("\ngrowth with n: exponent e of n^e between neighbouring sizes");
  for (const step of ["keygen", "sign", "aggregate", "blame"] as const) {
    const exponents = outcomes.slice(1).map((outcome, i) => {
      const before = outcomes[i]!;
      const scale = Math.log(outcome.n / before.n);
      const of = (now: Steps, then: Steps) =>
        (Math.log((now[step] ?? NaN) / (then[step] ?? NaN)) / scale).toFixed(2);
      return `${before.n}→${outcome.n}: ours ${of(outcome.own.ours, before.own.ours)}, noble ${of(outcome.own.noble, before.own.noble)}`;
    });
    console.log(`${step.padEnd(11)}${exponents.join("   ")}`);
  }
}

const flags = new Set(process.argv.slice(2));
const outcomes: Outcome[] = [];
console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}, ${new Date().toISOString()}`,
);
console.log(
  "key generation: bytes in, key with all n verifying shares out (claimed and checked; compatible: derived)",
);
for (const size of flags.has("--large") ? [...sizes, large] : sizes) {
  const outcome = benchSize(size);
  outcomes.push(outcome);
  print(outcome);
}
printGrowth(outcomes);
if (flags.has("--json")) {
  const rounded = (value: number | undefined) => Math.round((value ?? NaN) * 1000) / 1000;
  const report = outcomes.map(({ name, own, compatible }) => [
    name,
    {
      keygen_ratio: rounded(own.ratio["keygen"]),
      keygen_ratio_compatible: rounded(compatible.ratio["keygen"]),
      commit_ratio: rounded(own.ratio["commit"]),
      sign_ratio: rounded(own.ratio["sign"]),
      aggregate_ratio: rounded(own.ratio["aggregate"]),
      blame_ratio: rounded(own.ratio["blame"]),
      keygen_ms: rounded(own.ours["keygen"]),
      keygen_compatible_ms: rounded(compatible.ours["keygen"]),
      commit_ms: rounded(own.ours["commit"]),
      sign_ms: rounded(own.ours["sign"]),
      aggregate_ms: rounded(own.ours["aggregate"]),
      blame_ms: rounded(own.ours["blame"]),
    },
  ]);
  console.log(JSON.stringify(Object.fromEntries(report)));
}
