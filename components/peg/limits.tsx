import type { PegFormView } from "../../lib/runtime/views/index.ts";
import { amountGroups } from "../ui/format.ts";
import { Amount } from "../ui/marks.tsx";
import { Facts, Panel } from "../ui/panel.tsx";

const share = (part: bigint, whole: bigint): number =>
  whole === 0n ? 0 : Math.min(1000, Number((part * 1000n) / whole));
const spoken = (sats: bigint): string => `${amountGroups(sats, "BTC").join("")} BTC`;

/** What the contract allows, how much of the window is taken, and what this request would take. */
export function Limits({ form }: { readonly form: PegFormView }) {
  const { min, max, windowTotal, windowUsed, windowBlocks, yours } = form.limits;
  const left = windowTotal > windowUsed ? windowTotal - windowUsed : 0n;
  const taken = share(windowUsed, windowTotal);
  const own = yours === undefined ? 0 : Math.min(share(yours, windowTotal), 1000 - taken);
  const label = `${spoken(windowUsed)} of ${spoken(windowTotal)} used${
    yours === undefined ? "" : `, ${spoken(yours)} would be yours`
  }`;
  return (
    <Panel title="Limits">
      <div className="stack tight">
        <Facts
          rows={[
            [
              "Per request",
              <span key="r">
                <Amount sats={min} unit="BTC" /> to <Amount sats={max} unit="BTC" />
              </span>,
            ],
            [
              "For everybody",
              <span key="w">
                <Amount sats={left} unit="BTC" /> left in any {windowBlocks} blocks
              </span>,
            ],
          ]}
        />
        <svg
          className="chart h-2 w-full"
          viewBox="0 0 1000 8"
          preserveAspectRatio="none"
          role="img"
          aria-label={label}
        >
          <rect className="room" x={0} y={0} width={1000} height={8} />
          <rect className="taken" x={0} y={0} width={taken} height={8} />
          <rect className="yours" x={taken} y={0} width={own} height={8} />
        </svg>
        <p className="help">
          <Amount sats={windowUsed} unit="BTC" /> used by others
          {yours !== undefined && (
            <>
              , <Amount sats={yours} unit="BTC" /> would be yours
            </>
          )}
          .
        </p>
      </div>
    </Panel>
  );
}
