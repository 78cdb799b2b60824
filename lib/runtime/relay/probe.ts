import { parseChallenge } from "../../wire/relay/events.ts";
import type { Transport } from "../ports/transport.ts";

/** Whether a relay answers. */
export type Reachability = "connecting" | "connected" | "unreachable";

/**
 * Watches whether the relay at `url` answers with a challenge, without logging in; looks again after a loss.
 * @returns ends it
 */
export function watchRelay(
  transport: Transport,
  url: string,
  retryMs: number,
  tell: (state: Reachability) => void,
): () => void {
  let ended = false;
  let hangUp: () => void = () => undefined;
  const dial = () => {
    if (ended) return;
    const connection = transport.connect(url, {
      onEvent: (event, payload) => {
        if (event !== "challenge" || parseChallenge(payload) === null) return;
        tell("connected");
        // It has answered; a connection that never logs in would only be closed by the relay.
        hangUp();
        again();
      },
      onClose: () => {
        tell("unreachable");
        again();
      },
    });
    hangUp = () => connection.close();
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(dial, retryMs);
  };
  tell("connecting");
  dial();
  return () => {
    ended = true;
    clearTimeout(timer);
    hangUp();
  };
}
