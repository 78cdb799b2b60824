/**
 * The protocol, pure: `step(party, event, rng) -> { state, effects }`. A driver feeds events, carries the effects out
 * in their order, and restores a party from its journal by `replay`. Nothing here knows sockets, storage or clocks.
 */

// One tab in one lobby and its groups
export { createParty, type GroupState, type Party, type PartyConfig } from "./party/state.ts";
export { type PartyCommand, step } from "./party/step.ts";
export { replay } from "./party/replay.ts";
export { checkpoint } from "./party/work.ts";
export { backupOf } from "./party/backup.ts";
export { signingContext } from "./party/contexts.ts";
export { type BoardRow, type Cell, type KeygenBoard, keygenBoard } from "./party/board.ts";
export { type KeygenStep, keygenSteps } from "./party/board.ts";
export { type LobbyBoard, lobbyBoard, type LobbyBoardRow } from "./party/lobby-board.ts";

// What goes in and out
export type { Effect, Message, PartyEvent, Rng, SecretRecord } from "./core/machine.ts";
export type { Decision, Verdict } from "./core/decision.ts";
export type { Notice } from "./core/notice.ts";
export { type IgnoreReason, ignoreReasons, type StopReason, stopReasons } from "./core/reason.ts";
export { JournalError } from "./core/journal.ts";
export { type Kind, kinds } from "./core/kind.ts";

// Names, rosters, identities, invites
export { ALL, bytesOf, type Epoch, epochOf, type GroupId, groupId, type Hash, hashOf } from "./core/names.ts";
export {
  type LobbyId,
  type MsgId,
  msgId,
  type PartyId,
  partyId,
  type RoundId,
  roundId,
} from "./core/names.ts";
export { groupIdOf, identifierNumbers, isMember, keysOf, MAX_SEATS, MAX_WEIGHT } from "./core/roster.ts";
export {
  type Network,
  networks,
  type Roster,
  rosterCodec,
  type RosterFault,
  rosterFault,
} from "./core/roster.ts";
export { type Seat, seatIndex } from "./core/roster.ts";
export { Identity } from "./envelope/identity.ts";
export { decodeInvite, encodeInvite, type Invite, type InviteFault } from "./envelope/invite.ts";
export { isRelayAddress, type LobbyKeys, lobbyKeys } from "./envelope/invite.ts";

// Lobby
export type { LobbyCoordinatorCommand } from "./lobby/coordinator.ts";
export type { MemberCommand } from "./lobby/member.ts";
export type { LobbyPhase, LobbySeat, LobbySettings, LobbyState, Readiness } from "./lobby/messages.ts";
export type { SealedGroup } from "./lobby/state.ts";

// Key generation
export type { CoordinatorKeygenCommand } from "./keygen/coordinator.ts";
export type { SignerKeygenCommand } from "./keygen/signer.ts";
export { type Certificate, certificateCodec, certificateKeyHash } from "./keygen/certificate.ts";
export { isCertificateOf } from "./keygen/certificate.ts";
export { type Fingerprint, fingerprintOf } from "./keygen/fingerprint.ts";
export { type CertifiedKey, certifiedOf, type Conviction, usableKey } from "./keygen/state.ts";
export { defaultKeygenTimes, type KeygenTimes } from "./keygen/context.ts";
export { defaultLobbyTimes, type LobbyTimes } from "./lobby/context.ts";

// Blame
export { type Verdict as BlameVerdict, verifyBlame } from "./blame/verify.ts";
export { type Evidence, evidenceCodec, type EvidenceTag } from "./blame/evidence.ts";

// Transcripts
export { exportKeygen, exportSigning } from "./transcript/export.ts";
export { type Transcript, transcriptCodec } from "./transcript/transcript.ts";
export { type TranscriptEntry, type TranscriptReport, verifyTranscript } from "./transcript/verify.ts";
export type { KeygenFinding } from "./transcript/keygen-finding.ts";
export type { RequestFinding, SigningFinding } from "./transcript/signing-finding.ts";

// Operations and signing
export { batchOperation, batchToSign } from "./operation/batch.ts";
export type { MessageToSign, Operation, OperationContext, OperationFault } from "./operation/operation.ts";
export { type OperationKind, operationRegistry, type OperationRegistry } from "./operation/operation.ts";
export type { OperationView } from "./operation/operation.ts";
export { textMessage, textOperation, textToSign } from "./operation/text.ts";
export type { CoordinatorCommand as SigningCoordinatorCommand } from "./signing/coordinator-state.ts";
export type { SignerCommand } from "./signing/signer-state.ts";
export { defaultTimes as defaultSigningTimes, type SigningTimes } from "./signing/context.ts";
export { operationDigest, type SigningRequest } from "./signing/request.ts";
export type { SignerRequest, SignerState } from "./signing/signer-state.ts";
export type {
  CoordinatorRequest as SigningCoordinatorRequest,
  CoordinatorState as SigningCoordinatorState,
  Session as SigningSession,
  Standing,
} from "./signing/coordinator-state.ts";
export { approvalId } from "./signing/signer.ts";
export { type KeyShares, signerService } from "./signing/signer-service.ts";
export { type SigningContext, type SigningGroup } from "./signing/context.ts";
export { areSignatures, type RequestFault } from "./signing/checks.ts";
