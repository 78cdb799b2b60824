/** Gives a turn back; harmless when called again. */
export type EndTurn = () => void;

/**
 * Waits until this tab may use a processor for a moment. Only a matter of pace: whoever waits long goes ahead without a turn, so nothing
 * ever depends on having one.
 */
export type TakeTurn = () => Promise<EndTurn>;

/** For a program that shares its processors with no other tab. */
export const alwaysMyTurn: TakeTurn = () => Promise.resolve(() => undefined);
