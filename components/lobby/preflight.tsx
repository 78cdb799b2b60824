import { CircleCheck, CircleX, Clock, TriangleAlert } from "lucide-react";
import { memo } from "react";
import type { PreflightCheck } from "../../lib/runtime/views/index.ts";
import { listed, possessive, verb } from "../../lib/runtime/views/index.ts";
import { duration } from "../ui/format.ts";
import { Hex } from "../ui/marks.tsx";
import { Panel } from "../ui/panel.tsx";

type Line = { readonly title: string; readonly evidence: React.ReactNode };

const blocking = (check: PreflightCheck): string => (check.blocks ? "Blocks the key." : "Does not block.");
const time = (check: PreflightCheck): string =>
  typeof check.value === "number" ? duration(check.value) : "";

function words(check: PreflightCheck): Line {
  const who = listed(check.people, "Somebody");
  const n = check.people.length;
  const ok = check.state === "passed";
  switch (check.kind) {
    case "joined":
      return ok
        ? { title: "Everybody has joined", evidence: "All seats are taken" }
        : {
            title: `${who} ${verb(n, "has", "have")} not joined`,
            evidence: `${blocking(check)} Send the link again.`,
          };
    case "approved":
      return ok
        ? { title: "Everybody approved the settings", evidence: "Signed by each member" }
        : {
            title: `${who} ${verb(n, "has", "have")} not approved yet`,
            evidence: `${blocking(check)} The settings are on ${verb(n, "that screen", "those screens")}.`,
          };
    case "relay":
      return ok
        ? {
            title: "Relay reaches every open tab",
            evidence: typeof check.value === "number" ? `Slowest ${Math.round(check.value)} ms` : "",
          }
        : n === 0
          ? {
              title: "This tab does not reach the relay",
              evidence: `${blocking(check)} It keeps trying by itself.`,
            }
          : {
              title: `No sign of life from ${who}`,
              evidence: `${blocking(check)} The ceremony waits for ${verb(n, "that device", "those devices")}, up to half an hour.`,
            };
    case "version":
      return ok
        ? {
            title: "Same version everywhere",
            evidence:
              typeof check.value === "string" ? (
                <>
                  Build <Hex value={check.value} />
                </>
              ) : (
                ""
              ),
          }
        : {
            title: `${who} ${verb(n, "runs", "run")} another version`,
            evidence: `${blocking(check)} Reload there.`,
          };
    case "clocks":
      return ok
        ? { title: "Clocks agree", evidence: `Largest difference ${time(check)}` }
        : {
            title: `${possessive(check.people)} clock is off by ${time(check)}`,
            evidence: `${blocking(check)} Times on the board will look odd.`,
          };
    case "storage":
      return ok
        ? { title: "Every browser protects its storage", evidence: "" }
        : {
            title: `${possessive(check.people)} storage may be cleared`,
            evidence: `${blocking(check)} Install the page or bookmark it there, so that the browser keeps it.`,
          };
    case "unlocked":
      return ok
        ? { title: "Every signer is sealed with a passphrase or passkey", evidence: "" }
        : {
            title: `${who} ${verb(n, "has", "have")} not chosen a passphrase yet`,
            evidence: blocking(check),
          };
  }
}

const icons = { passed: CircleCheck, warning: TriangleAlert, waiting: Clock, failed: CircleX };
const tones = { passed: "go", warning: "wait", waiting: "wait", failed: "stop" } as const;

export const Preflight = memo(function Preflight({ checks }: { readonly checks: readonly PreflightCheck[] }) {
  const ready = checks.filter(({ state }) => state === "passed").length;
  return (
    <Panel title="Before you start" side={`${ready} of ${checks.length} ready`} flush>
      <ul>
        {checks.map((check) => {
          const Icon = icons[check.state];
          const line = words(check);
          const tone = check.state === "waiting" && check.blocks ? "sun" : tones[check.state];
          return (
            <li key={check.kind} className={`check ${tone}`}>
              <Icon className="icon" />
              <b>{line.title}</b>
              <span className="spoken">{check.state}</span>
              {line.evidence !== "" && <span className="evidence">{line.evidence}</span>}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
});
