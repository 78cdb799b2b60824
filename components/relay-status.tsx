"use client";

import { useRelayReachability } from "../lib/runtime/relay/use-relay-reachability.ts";

const words = {
  connecting: "connecting to the relay",
  connected: "relay connected",
  unreachable: "relay not reachable, trying again",
} as const;

/** One line that says whether the relay answers. */
export function RelayStatus() {
  return <p role="status">{words[useRelayReachability()]}</p>;
}
