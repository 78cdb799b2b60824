import type { BoardView, CompareView, ProofView, StoppedView } from "./ceremony.ts";
import type { ChromeView } from "./common.ts";
import type { ErrorView } from "./errors.ts";
import type { GroupView } from "./group.ts";
import type { HomeView } from "./home.ts";
import type { CreateView, JoinView, LobbyView, ProtectView } from "./lobby.ts";
import type { ElsewhereView, RestoreView, UnlockView } from "./storage.ts";
import type { VerifyView } from "./verify.ts";

/** Screens both roles share. */
type Shared =
  | { readonly tag: "starting" }
  | { readonly tag: "elsewhere"; readonly elsewhere: ElsewhereView }
  | { readonly tag: "unlock"; readonly unlock: UnlockView }
  | { readonly tag: "protect"; readonly protect: ProtectView }
  | { readonly tag: "restore"; readonly restore: RestoreView }
  | { readonly tag: "lobby"; readonly lobby: LobbyView }
  | { readonly tag: "ceremony"; readonly board: BoardView; readonly proof?: ProofView }
  | { readonly tag: "compare"; readonly compare: CompareView }
  | { readonly tag: "stopped"; readonly stopped: StoppedView }
  | { readonly tag: "group"; readonly group: GroupView }
  | { readonly tag: "failed"; readonly failure: ErrorView };

export type SignerScreen = Shared | { readonly tag: "join"; readonly join: JoinView };
export type CoordinatorScreen = Shared | { readonly tag: "create"; readonly create: CreateView };

export type SignerView = { readonly chrome: ChromeView } & SignerScreen;
export type CoordinatorView = { readonly chrome: ChromeView } & CoordinatorScreen;
export type HomePageView = { readonly chrome: ChromeView; readonly home: HomeView };
export type VerifyPageView = { readonly chrome: ChromeView; readonly verify: VerifyView };
