export {
  allowNotifications,
  notificationState,
  notifyDecisionWanted,
  type NotificationState,
} from "./notify.ts";
export { setPageTitle, setWaiting, titleText } from "./title.ts";
