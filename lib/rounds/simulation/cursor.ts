/** A cursor moves over contiguous numbers only: a gap is filled by asking, never skipped. */
export const isNext = (received: number, seq: number): boolean => seq === received + 1;
