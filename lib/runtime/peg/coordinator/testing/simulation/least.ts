/** Runs the counts below are for: seeds 1 to this one. */
export const leastRuns = 1_000;

/**
 * How often each thing happens in those runs at the least, at about half of what was counted when this was written: a
 * campaign in which something rare has stopped to happen proves nothing about it.
 */
export const least: Readonly<Record<string, number>> = {
  // Where requests end.
  "end: pegIn minted": 1_500,
  "end: pegIn returned": 200,
  "end: pegIn declined (reclaimed)": 10,
  "end: pegIn declined (overCap)": 20,
  "end: pegIn needsPerson (depositGone)": 15,
  "end: pegIn seen (requestOrphaned)": 10,
  "end: pegOut settled": 700,
  "end: pegOut refunded": 200,
  "end: pegOut declined (balanceTooLow)": 60,
  "end: pegOut declined (messageUsed)": 8,
  // What goes wrong.
  crash: 500,
  "closed and opened again": 400,
  "restarted from an older disk": 120,
  "double spend": 150,
  "run with a deep reorganisation": 100,
  "reorganisation that Stacks does not follow": 200,
  "round refused": 200,
  "round unanswered": 20,
  "trading halted": 100,
  "loop paused": 100,
  "held for deficit": 20,
  "recovered by a top-up": 10,
  "payout replaced": 10,
  "person: Retry": 120,
  "person: Process this one now": 100,
  "person: Mark for a person": 30,
  // Ways that only trouble opens.
  "pegIn minted > unbacked": 60,
  "pegIn unbacked > minted": 40,
  "pegIn unbacked > needsPerson": 15,
  "pegOut cancelling > cancelSent": 200,
  "pegOut settled > unpaid": 2,
  // The process was closed in each state of the usual ways, and another went on.
  "closed in pegIn seen > confirming": 15,
  "closed in pegIn confirming > minting": 80,
  "closed in pegIn minting > minted": 100,
  "closed in pegIn confirming > sweeping": 30,
  "closed in pegIn sweeping > sweepSent": 10,
  "closed in pegIn sweepSent > swept": 40,
  "closed in pegIn swept > minting": 5,
  "closed in pegIn confirming > rejecting": 40,
  "closed in pegIn rejecting > rejected": 15,
  "closed in pegIn rejected > returning": 30,
  "closed in pegIn returning > returnSent": 8,
  "closed in pegIn returnSent > returned": 25,
  "closed in pegIn minted > unbacked": 30,
  "closed in pegIn unbacked > minted": 8,
  "closed in pegOut seen > confirming": 15,
  "closed in pegOut confirming > locking": 150,
  "closed in pegOut locking > locked": 100,
  "closed in pegOut locked > signing": 60,
  "closed in pegOut signing > broadcast": 12,
  "closed in pegOut broadcast > settling": 90,
  "closed in pegOut settling > settled": 20,
  "closed in pegOut signing > cancelling": 15,
  "closed in pegOut cancelling > cancelSent": 2,
  "closed in pegOut cancelSent > refunding": 2,
  "closed in pegOut refunding > refunded": 1,
};
