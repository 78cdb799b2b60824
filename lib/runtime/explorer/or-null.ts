import { Refusal } from "../../sbtc/refusal.ts";

/** The value, or null where the source has none of it. */
export async function orNull<T>(value: Promise<T>): Promise<T | null> {
  try {
    return await value;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
