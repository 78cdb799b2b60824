import {
  combine_partial_sigs,
  create_commit_pkg,
  create_dealer_set,
  create_share_coeffs,
  create_shares,
  get_commit_pkg,
  get_group_signing_ctx,
  get_share_commits,
  merge_share_commits,
  sign_msg,
  verify_final_sig,
  verify_partial_sig,
  verify_share,
} from "@cmdcode/frost/lib";
import { random_bytes } from "@cmdcode/frost/util";
import { median, type Steps, timed } from "./measure.ts";

/**
 * `@cmdcode/frost` has no key generation driver and no proofs of possession: the pieces one would call are timed, a step
 * that repeats for every other dealer once or twice and multiplied. It offers no verifying shares.
 */
export function benchCmdcode(threshold: number, size: number, repetitions: number): Steps {
  const runs = Array.from({ length: repetitions }, () => once(threshold, size));
  const names = Object.keys(runs[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, median(runs.map((run) => run[name] ?? NaN))]));
}

function once(threshold: number, size: number): Steps {
  const first = timed(() => get_share_commits(create_share_coeffs([], threshold)));
  const coefficients = create_share_coeffs([], threshold);
  const commits = get_share_commits(coefficients);
  const second = timed(() => create_shares(coefficients, size));
  const third = timed(() => {
    verify_share(commits, second.value[size - 1]!, threshold);
    merge_share_commits(first.value, commits);
  });

  const group = create_dealer_set(threshold, size, [random_bytes(32).hex]);
  const shares = group.shares.slice(0, threshold);
  const message = random_bytes(32).hex;
  const packages = shares.slice(1).map((share) => create_commit_pkg(share));
  const committed = timed(() => create_commit_pkg(shares[0]!));
  const all = [committed.value, ...packages];
  const signed = timed(() => {
    const context = get_group_signing_ctx(group.group_pk, all, message);
    return sign_msg(context, shares[0]!, committed.value);
  });
  const context = get_group_signing_ctx(group.group_pk, all, message);
  const partial = shares.map((share) => sign_msg(context, share, get_commit_pkg(all, share)));
  const aggregated = timed(() => {
    const signature = combine_partial_sigs(get_group_signing_ctx(group.group_pk, all, message), partial);
    if (!verify_final_sig(context, message, signature)) throw new Error("no signature");
  });
  const checked = timed(() => {
    if (!verify_partial_sig(context, all[0]!, partial[0]!.pubkey, partial[0]!.psig))
      throw new Error("no share");
  });
  const third_ = third.ms * (size - 1);
  return {
    part1: first.ms,
    part2: second.ms,
    part3: third_,
    keygen: first.ms + second.ms + third_,
    commit: committed.ms,
    sign: signed.ms,
    aggregate: aggregated.ms,
    blame: aggregated.ms + checked.ms * threshold,
  };
}
