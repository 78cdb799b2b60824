import { ArrowDown } from "lucide-react";
import { clsx } from "clsx";
import type { CoinView, OperationBody } from "../../lib/runtime/views/index.ts";
import { Amount, Words } from "../ui/marks.tsx";

type TransactionBody = Extract<OperationBody, { shape: "transaction" }>;

function Coin({ coin }: { readonly coin: CoinView }) {
  return (
    <li className={clsx("coin", coin.pays && "pays")}>
      <b>{coin.label}</b>
      {coin.sats === undefined ? (
        <span className="text-ink-2">{coin.tag}</span>
      ) : (
        <Amount sats={coin.sats} unit="BTC" />
      )}
      <span className="sub">
        <Words of={coin.note} />
      </span>
    </li>
  );
}

interface Flow {
  readonly sats?: bigint;
  readonly pays: boolean;
}

/** Width of a line by its share of what goes in: thin for data and fees, never so thick that it hides its neighbours. */
const thickness = (sats: bigint | undefined, whole: bigint): number =>
  sats === undefined || whole === 0n ? 1 : 1.5 + 6.5 * (Number(sats) / Number(whole));

/** The lines from every coin that goes in to every output. Rows of a side share its height evenly, so middles are known. */
function Flows(props: {
  readonly from: readonly Flow[];
  readonly to: readonly Flow[];
  readonly whole: bigint;
}) {
  const { from, to, whole } = props;
  const middle = (at: number, count: number): number => ((at + 0.5) / count) * 100;
  return (
    <svg className="flows" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
      {from.map(({ sats }, at) => {
        const y = middle(at, from.length);
        return (
          <path key={`in${at}`} d={`M0 ${y}C30 ${y} 30 50 50 50`} strokeWidth={thickness(sats, whole)} />
        );
      })}
      {to.map(({ sats, pays }, at) => {
        const y = middle(at, to.length);
        return (
          <path
            key={`out${at}`}
            className={clsx(pays && "pays", sats === undefined && "data")}
            d={`M50 50C70 50 70 ${y} 100 ${y}`}
            strokeWidth={thickness(sats, whole)}
          />
        );
      })}
    </svg>
  );
}

/** What goes in on the left, what comes out on the right, the fee as what is left over. Narrow screens put one below the other. */
export function Diagram({ body }: { readonly body: TransactionBody }) {
  const { inputs, outputs, feeSats } = body;
  const whole = inputs.reduce((sum, { sats }) => sum + (sats ?? 0n), 0n);
  return (
    <div className="panel-body">
      <div className="diagram-room">
        <div className="diagram">
          <ul aria-label="Goes in">
            {inputs.map((coin, at) => (
              <Coin key={at} coin={coin} />
            ))}
          </ul>
          <p className="between">
            <ArrowDown className="icon" />
            {inputs.length} in, {outputs.length} out
          </p>
          <Flows from={inputs} to={[...outputs, { sats: feeSats, pays: false }]} whole={whole} />
          <ul aria-label="Comes out">
            {outputs.map((coin, at) => (
              <Coin key={at} coin={coin} />
            ))}
            <li className="coin fee">
              <b>Network fee</b>
              <Amount sats={feeSats} unit="sats" />
              <span className="sub">Goes to whoever mines the block</span>
            </li>
          </ul>
        </div>
      </div>
    </div>
  );
}
