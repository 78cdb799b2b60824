import { useEffect, useState, type ReactNode } from "react";
import { SignerApp } from "../../components/apps/signer-app.tsx";
import NotFound from "../../app/not-found.tsx";
import { VerifyScreen } from "../../components/verify/verify-screen.tsx";
import type { GroupView, SignerScreen } from "../../lib/runtime/views/index.ts";
import * as group from "./samples/group.ts";
import { chrome, chromeBare } from "./samples/people.ts";
import * as policy from "./samples/policy.ts";
import * as storage from "./samples/storage.ts";
import { act } from "./states.tsx";

const app = (screen: SignerScreen, bare = false): ReactNode => (
  <SignerApp view={{ chrome: bare ? chromeBare : chrome, ...screen }} act={act} />
);

/** Goes to a place inside the page first, so that nothing else is drawn before it. */
function At({ place, children }: { readonly place: string; readonly children: ReactNode }) {
  const [there, setThere] = useState(false);
  useEffect(() => {
    history.replaceState(null, "", `#/${place}`);
    setThere(true);
  }, [place]);
  return there ? children : null;
}
const at = (place: string, view: GroupView): ReactNode => (
  <At place={place}>{app({ tag: "group", group: view })}</At>
);

export const groupStates = {
  starting: () => app({ tag: "starting" }),
  group: () => at("", group.group),
  "group-new": () => at("", group.groupNew),
  "group-alarm": () => at("", group.groupAlarm),
  inbox: () => at("requests", group.group),
  "inbox-empty": () => at("requests", group.groupNew),
  review: () => at("requests/a1", group.group),
  "review-transaction": () => at("requests/a1", group.groupTransaction),
  "review-mint": () => at("requests/a1", group.groupMint),
  "review-wallet": () => at("requests/a1", group.groupWallet),
  "review-blocked": () => at("requests/a1", group.groupBlocked),
  "review-waiting": () => at("requests/a1", group.groupWaiting),
  "review-signing": () => at("requests/a1", group.groupSigning),
  result: () => at("requests/a1", group.groupDone),
  "review-failed": () => at("requests/a1", group.groupFailed),
  compose: () => at("compose", group.group),
  "next-plan": () => at("next", group.groupNext),
  "next-lobby": () => at("next", group.groupNextLobby),
  "review-successor": () => at("requests/a1", group.groupSuccessor),
  "review-successor-unknown": () => at("requests/a1", group.groupSuccessorUnknown),
  "old-shares": () => at("backup", group.groupOldShares),
  members: () => at("members", group.group),
  rounds: () => at("rounds", group.group),
  "rounds-empty": () => at("rounds", group.groupNew),
  "policy-manual": () => at("policy", policy.policyManual),
  "policy-wrong": () => at("policy", policy.policyWrong),
  "policy-tried": () => at("policy", policy.policyTried),
  "backup-none": () => at("backup", { ...group.group, backup: group.backupNone }),
  "backup-saved": () => at("backup", { ...group.group, backup: group.backupSaved }),
  "backup-testing": () => at("backup", { ...group.group, backup: group.backupTesting }),
  "backup-wrong": () => at("backup", { ...group.group, backup: group.backupWrong }),
  "backup-tested": () => at("backup", group.group),
};

export const storageStates = {
  unlock: () => app({ tag: "unlock", unlock: storage.unlock }),
  "unlock-working": () => app({ tag: "unlock", unlock: storage.unlockWorking }),
  "unlock-wrong": () => app({ tag: "unlock", unlock: storage.unlockWrong }),
  protect: () => app({ tag: "protect", protect: storage.protect }),
  elsewhere: () => app({ tag: "elsewhere", elsewhere: storage.elsewhere }),
  "elsewhere-asking": () => app({ tag: "elsewhere", elsewhere: storage.elsewhereAsking }),
  restore: () => app({ tag: "restore", restore: storage.restore }, true),
  "restore-passphrase": () => app({ tag: "restore", restore: storage.restorePassphrase }, true),
  "restore-confirm": () => app({ tag: "restore", restore: storage.restoreConfirm }, true),
  failed: () => app({ tag: "failed", failure: storage.failed }),
  verify: () => <VerifyScreen view={storage.verify.empty} act={act} />,
  "verify-valid": () => <VerifyScreen view={storage.verify.valid} act={act} />,
  "verify-transcript": () => <VerifyScreen view={storage.verify.transcript} act={act} />,
  "not-found": () => <NotFound />,
};
