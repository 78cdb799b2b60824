export { allowNotifications, notificationState, notifyDecisionWanted } from "./notify.ts";
export { setPageTitle, setWaiting } from "./title.ts";
