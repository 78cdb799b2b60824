import type { PegSignerRow } from "../../views/peg-dashboard.ts";

/** What was seen of one request that signers were asked about. Times in milliseconds since 1970. */
export interface AskedRequest {
  readonly askedAt: number;
  readonly seats: ReadonlyMap<string, { readonly approvedAt?: number; readonly refusedAt?: number }>;
}

/** How often each signer answered, and how long the middle one of its answers took. A refusal is an answer. */
export function signerRows(
  seats: readonly { readonly identity: string; readonly name: string }[],
  requests: Iterable<AskedRequest>,
): readonly PegSignerRow[] {
  const all = [...requests];
  return seats.map(({ identity, name }) => {
    const times = all.flatMap(({ askedAt, seats: seen }) => {
      const record = seen.get(identity);
      const at = record?.approvedAt ?? record?.refusedAt;
      return at === undefined ? [] : [Math.max(0, at - askedAt)];
    });
    times.sort((a, b) => a - b);
    const middle = times[Math.floor((times.length - 1) / 2)];
    return {
      name,
      answered: times.length,
      asked: all.length,
      ...(middle === undefined ? {} : { medianMs: middle }),
    };
  });
}
