import { Check, CirclePause, ShieldCheck, TriangleAlert, Users } from "lucide-react";
import { clsx } from "clsx";
import type { Consequences } from "../../lib/runtime/views/index.ts";
import { inWords } from "../ui/format.ts";

const people = (n: number): string => (n === 1 ? "one person" : `${inWords(n)} people`);
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** One sentence beside the number. */
export function summary({ threshold, total, guard }: Consequences): string {
  if (guard === "one-is-enough") return `Any one of these ${total} people can move the funds alone.`;
  if (guard === "one-loss-is-final")
    return `All ${total} people must be there each time. Nobody may be away.`;
  return `Any ${threshold} of these ${total} people can move the funds. ${capital(inWords(threshold - 1))} alone can do nothing.`;
}

function cost({ guard, mayBeAway, lossIsFinal }: Consequences): string {
  if (guard === "one-is-enough")
    return "Not offered: any one person, or anyone who steals one device, could take everything.";
  if (guard === "one-loss-is-final")
    return "Hardest to steal. One lost device with no backup loses the funds.";
  const away =
    mayBeAway === 1
      ? "One device may be lost or stolen."
      : `${capital(inWords(mayBeAway))} devices may be lost.`;
  return `${away} Losing ${inWords(lossIsFinal)} loses the funds.`;
}

/** The neighbours of a choice, side by side, each with its price. */
export function Neighbours(props: { readonly around: readonly Consequences[]; readonly chosen: number }) {
  return (
    <div className="choices">
      {props.around.map((choice) => {
        const chosen = choice.threshold === props.chosen;
        return (
          <div key={choice.threshold} className={clsx(chosen && "chosen")}>
            <h3>
              {choice.threshold} of {choice.total}
              {chosen && (
                <span className="state act">
                  <Check className="icon" />
                  Chosen
                </span>
              )}
            </h3>
            <p>{cost(choice)}</p>
          </div>
        );
      })}
    </div>
  );
}

/** The plain-language consequences that stay beside the form while it is filled in. */
export function Meaning({ of }: { readonly of: Consequences }) {
  const { threshold, total, mayBeAway, lossIsFinal, guard } = of;
  return (
    <ul className="means">
      <li>
        <Users className="icon" />
        <span>
          {guard === "one-is-enough"
            ? "Any one person can sign alone."
            : `Any ${inWords(threshold)} of the ${inWords(total)} can sign together.`}
        </span>
      </li>
      <li>
        <CirclePause className="icon" />
        <span>
          {mayBeAway === 0
            ? "Everybody must be online to sign."
            : `${capital(people(mayBeAway))} may be offline and signing goes on.`}
        </span>
      </li>
      <li>
        <ShieldCheck className="icon" />
        <span>
          {guard === "one-is-enough"
            ? "A thief needs one device and its passphrase."
            : `A thief needs ${inWords(threshold)} of the ${inWords(total)} devices, and their passphrases.`}
        </span>
      </li>
      <li>
        <TriangleAlert className="icon" />
        <span>
          If {lossIsFinal === 1 ? "one person loses" : `${inWords(lossIsFinal)} lose`} both device and backup,{" "}
          <b>the funds are gone for good</b>. Nobody can restore them, and neither can we.
        </span>
      </li>
    </ul>
  );
}
