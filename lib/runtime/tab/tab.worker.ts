import type { FromWorker, ToWorker } from "./protocol.ts";
import { schnorr } from "@noble/curves/secp256k1.js";
import { io } from "socket.io-client";

const scope = self as unknown as DedicatedWorkerGlobalScope;
scope.addEventListener("message", (event: MessageEvent<ToWorker>) => {
  const message: FromWorker = {
    tag: "attention",
    count: schnorr.utils.randomSecretKey().length,
    group: io.name + event.data.tag,
  };
  scope.postMessage(message);
});
