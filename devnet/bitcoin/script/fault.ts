/** Why a script or a spend was refused; the codes follow the reject reasons of full nodes where there is one. */
export type ScriptFaultCode =
  | "script-number"
  | "script-stack"
  | "script-size"
  | "script-push"
  | "script-opcode"
  | "script-balance"
  | "script-verify"
  | "script-false"
  | "script-minimalif"
  | "script-locktime"
  | "script-signature"
  | "script-sigops"
  | "witness-malformed"
  | "witness-mismatch"
  | "scriptsig-not-empty"
  | "spend-not-supported";

/** A spend that the chain refuses. Thrown inside verification only; callers get a verdict. */
export class ScriptFault extends Error {
  readonly code: ScriptFaultCode;
  constructor(code: ScriptFaultCode, detail: string) {
    super(`${code}: ${detail}`);
    this.code = code;
  }
}
