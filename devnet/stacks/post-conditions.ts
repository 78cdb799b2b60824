import {
  addressToString,
  FungibleConditionCode,
  NonFungibleConditionCode,
  PostConditionMode,
  PostConditionPrincipalId,
  PostConditionType,
  serializeCV,
  type AssetWire,
  type PostConditionPrincipalWire,
  type PostConditionWire,
} from "@stacks/transactions";
import type { VmEvent } from "./vm.ts";

const stx = "STX";

/** Everything that left each holder: amounts by `holder|asset`, and single tokens by `holder|asset|id`. */
interface Outflow {
  readonly amounts: ReadonlyMap<string, bigint>;
  readonly tokens: ReadonlySet<string>;
}

/**
 * Checks a transaction's post-conditions against what its execution moved (the fee left out, as on the real chain).
 * Transfers and burns count against the holder they leave; minting moves nothing.
 * @returns why they are violated, or null where they hold
 */
export function violation(
  origin: string,
  mode: PostConditionMode,
  conditions: readonly PostConditionWire[],
  events: readonly VmEvent[],
): string | null {
  const outflow = outflowOf(events);
  const named = new Set<string>();
  for (const condition of conditions) {
    const holder = holderOf(condition.principal, origin);
    switch (condition.conditionType) {
      case PostConditionType.STX:
      case PostConditionType.Fungible: {
        const asset = condition.conditionType === PostConditionType.STX ? stx : assetName(condition.asset);
        const key = `${holder}|${asset}`;
        const sent = outflow.amounts.get(key) ?? 0n;
        if (!amountHolds(condition.conditionCode, sent, condition.amount))
          return `${holder} sent ${sent} of ${asset}, which the conditions do not allow`;
        named.add(key);
        break;
      }
      case PostConditionType.NonFungible: {
        const key = `${holder}|${assetName(condition.asset)}|${serializeCV(condition.assetName)}`;
        const sent = outflow.tokens.has(key);
        const code = condition.conditionCode;
        if (code === NonFungibleConditionCode.Sends && !sent) return `${holder} did not send ${key}`;
        if (code === NonFungibleConditionCode.DoesNotSend && sent) return `${holder} sent ${key}`;
        named.add(key);
        break;
      }
      default:
        return "a condition of a kind the devnet does not know";
    }
  }
  if (mode === PostConditionMode.Allow) return null;
  for (const key of [...outflow.amounts.keys(), ...outflow.tokens]) {
    const bound = mode === PostConditionMode.Deny || key.startsWith(`${origin}|`);
    if (bound && !named.has(key)) return `${key.replace("|", " moved ")} without a condition naming it`;
  }
  return null;
}

function outflowOf(events: readonly VmEvent[]): Outflow {
  const amounts = new Map<string, bigint>();
  const tokens = new Set<string>();
  for (const event of events) {
    if (event.tag === "print" || event.tag === "other") continue;
    if (event.move === "mint" || event.sender === null) continue;
    if (event.tag === "nft") tokens.add(`${event.sender}|${event.asset}|${serializeCV(event.id)}`);
    else {
      const key = `${event.sender}|${event.tag === "stx" ? stx : event.asset}`;
      amounts.set(key, (amounts.get(key) ?? 0n) + event.amount);
    }
  }
  return { amounts, tokens };
}

function amountHolds(code: FungibleConditionCode, sent: bigint, amount: bigint): boolean {
  switch (code) {
    case FungibleConditionCode.Equal:
      return sent === amount;
    case FungibleConditionCode.Greater:
      return sent > amount;
    case FungibleConditionCode.GreaterEqual:
      return sent >= amount;
    case FungibleConditionCode.Less:
      return sent < amount;
    case FungibleConditionCode.LessEqual:
      return sent <= amount;
  }
}

function holderOf(principal: PostConditionPrincipalWire, origin: string): string {
  switch (principal.prefix) {
    case PostConditionPrincipalId.Origin:
      return origin;
    case PostConditionPrincipalId.Standard:
      return addressToString(principal.address);
    case PostConditionPrincipalId.Contract:
      return `${addressToString(principal.address)}.${principal.contractName.content}`;
  }
}

function assetName({ address, contractName, assetName: name }: AssetWire): string {
  return `${addressToString(address)}.${contractName.content}::${name.content}`;
}
