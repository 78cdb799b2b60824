"use client";

import { useEffect, useState } from "react";
import { watchRelay, type Reachability } from "./probe.ts";
import { socketIoTransport } from "./socket-io-transport.ts";

const LOOK_AGAIN_MS = 5_000;

/** Whether the relay that served this page answers. */
export function useRelayReachability(): Reachability {
  const [state, setState] = useState<Reachability>("connecting");
  useEffect(() => watchRelay(socketIoTransport, window.location.origin, LOOK_AGAIN_MS, setState), []);
  return state;
}
