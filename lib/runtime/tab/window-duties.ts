import { allowNotifications, notificationState } from "../notices/index.ts";
import { createPasskey, evaluatePasskey, passkeysOffered } from "./passkey.ts";
import type { WindowAnswer, WindowRequest } from "./protocol.ts";

/** Carries out what a worker asks its window for. Whatever goes wrong is "no": the worker has a screen for that. */
export async function windowAnswer(request: WindowRequest): Promise<WindowAnswer> {
  try {
    switch (request.do) {
      case "createPasskey":
        return await createPasskey(request.seatName);
      case "evaluatePasskey":
        return await evaluatePasskey(request.credentialId, request.prfSalt);
      case "passkeysOffered":
        return passkeysOffered();
      case "persistStorage":
        return await navigator.storage.persist();
      case "allowNotifications":
        return await allowNotifications();
      case "notificationState":
        return notificationState();
    }
  } catch {
    return null;
  }
}

/** Hands a file to the browser's downloads. */
export function download(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads the address after this returns; a minute is ample.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
