/**
 * Browser notifications when a decision is wanted. A notification is shown by the system, perhaps on a locked screen
 * or on a paired phone: it says that something waits and nothing else, no name, no amount, no group.
 */

export type NotificationState = "off" | "on" | "blocked" | "unavailable";

/** What the browser allows now. */
export function notificationState(): NotificationState {
  if (typeof Notification === "undefined") return "unavailable";
  switch (Notification.permission) {
    case "granted":
      return "on";
    case "denied":
      return "blocked";
    case "default":
      return "off";
  }
}

/** Asks the browser; call it from a click, or browsers refuse. */
export async function allowNotifications(): Promise<NotificationState> {
  if (typeof Notification === "undefined") return "unavailable";
  await Notification.requestPermission();
  return notificationState();
}

/** One notification at a time: a later one replaces an earlier one. Nothing happens while this tab is in front. */
export function notifyDecisionWanted(): void {
  if (notificationState() !== "on" || document.visibilityState === "visible") return;
  const notification = new Notification("Hoarfrost", {
    body: "A decision waits for you.",
    icon: "/icon-waiting.svg",
    tag: "hoarfrost-decision",
  });
  notification.onclick = () => {
    window.focus();
    notification.close();
  };
}
