/** A mistake of whoever starts the program: shown as one sentence, without a stack trace, and the exit code is 1. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** Writes the sentence of a user's mistake, or the whole error where it is ours, and returns the exit code. */
export function reportFailure(error: unknown, write: (line: string) => void): number {
  if (error instanceof UserError) write(`hoarfrost: ${error.message}`);
  else write(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}
