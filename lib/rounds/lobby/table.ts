import type { TransitionTable } from "../core/table.ts";
import type { LobbyCoordinatorFact } from "./coordinator-facts.ts";
import type { MemberFact } from "./member-facts.ts";
import type { LobbyCoordinatorPhase, MemberPhase } from "./state.ts";

/** A lobby at the tab of somebody who wants a seat. */
export const memberTable: TransitionTable<MemberPhase["tag"], MemberFact["tag"]> = {
  title: "Lobby: a member",
  about: "A person asks for a seat, reviews the roster that the coordinator proposes, and approves it.",
  initial: "idle",
  states: {
    idle: "No seat was asked for.",
    joined: "A seat was asked for; the board says whether it was given.",
    reviewing: "A roster holds this identity, and a person is to approve it.",
    approved: "Approved here; others have yet to.",
    sealed: "All approved: the group exists.",
    declined: "Declined here; a later proposal is reviewed anew.",
    refused: "No seat here, or the lobby is closed.",
  },
  facts: {
    joined: "a seat is asked for",
    proposed: "a newer roster with this identity was heard",
    approved: "a person approved it; the approval is signed and said",
    declined: "a person declined it, and says why",
    sealed:
      "everybody's approvals of an approved roster are in hand, and the group's broadcast key; an earlier roster's may come while a later one is reviewed",
    refused: "the coordinator gave no seat, or closed the lobby",
  },
  transitions: [
    { from: "idle", on: "joined", to: "joined" },
    { from: "idle", on: "proposed", to: "reviewing" },
    { from: "joined", on: "joined", to: "joined" },
    { from: "joined", on: "proposed", to: "reviewing" },
    { from: "joined", on: "refused", to: "refused" },
    { from: "reviewing", on: "proposed", to: "reviewing" },
    { from: "reviewing", on: "approved", to: "approved" },
    { from: "reviewing", on: "declined", to: "declined" },
    { from: "reviewing", on: "sealed", to: "reviewing" },
    { from: "reviewing", on: "joined", to: "joined" },
    { from: "reviewing", on: "refused", to: "refused" },
    { from: "approved", on: "sealed", to: "sealed" },
    { from: "approved", on: "sealed", to: "approved" },
    { from: "approved", on: "proposed", to: "reviewing" },
    { from: "approved", on: "refused", to: "refused" },
    { from: "declined", on: "proposed", to: "reviewing" },
    { from: "declined", on: "joined", to: "joined" },
    { from: "declined", on: "refused", to: "refused" },
    { from: "sealed", on: "proposed", to: "reviewing" },
    { from: "refused", on: "joined", to: "joined" },
    { from: "refused", on: "proposed", to: "reviewing" },
  ],
};

/** A lobby at its own tab. */
export const lobbyTable: TransitionTable<LobbyCoordinatorPhase["tag"], LobbyCoordinatorFact["tag"]> = {
  title: "Lobby: the coordinator",
  about:
    "Seats fill, a roster is put before everybody, and all approvals together seal it. A sealed roster never changes.",
  initial: "idle",
  states: {
    idle: "No lobby is open in this tab.",
    open: "Seats fill.",
    proposed: "A roster is being approved.",
    sealed: "All seats approved: the group exists.",
    closed: "Nobody is let in any more.",
  },
  facts: {
    opened: "the lobby opens with its settings",
    seated: "somebody got a seat, or said something new of themselves",
    weighed: "a seat got another weight",
    removed: "somebody was sent away",
    proposed: "a roster was put before everybody",
    withdrawn: "the proposal was taken back",
    reopened: "the lobby opens again for the next group; the one there is stays",
    consented: "a seat approved",
    declined: "a seat declined",
    sealed: "all approved; the broadcast key is made and sent",
    closed: "the lobby closed",
  },
  transitions: [
    { from: "idle", on: "opened", to: "open" },
    { from: "open", on: "seated", to: "open" },
    { from: "open", on: "weighed", to: "open" },
    { from: "open", on: "removed", to: "open" },
    { from: "open", on: "proposed", to: "proposed" },
    { from: "open", on: "reopened", to: "open" },
    { from: "open", on: "closed", to: "closed" },
    { from: "proposed", on: "consented", to: "proposed" },
    { from: "proposed", on: "declined", to: "proposed" },
    { from: "proposed", on: "withdrawn", to: "open" },
    { from: "proposed", on: "sealed", to: "sealed" },
    { from: "proposed", on: "closed", to: "closed" },
    { from: "sealed", on: "proposed", to: "proposed" },
    { from: "sealed", on: "reopened", to: "open" },
    { from: "sealed", on: "closed", to: "closed" },
  ],
};
