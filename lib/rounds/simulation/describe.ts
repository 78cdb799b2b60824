import type { Message } from "../core/machine.ts";
import { ALL, type PartyId } from "../core/names.ts";
import {
  digestReason,
  noncesLost,
  nonceRequest,
  nonceResponse,
  signed,
  signShareRequest,
  signShareResponse,
} from "../signing/messages.ts";
import { operationDigest } from "../signing/request.ts";

/** One line about a message, for charts. */
export function describeMessage(message: Message, nameOf: (party: PartyId) => string): string {
  const to = message.to === ALL ? "all" : nameOf(message.to);
  return `${message.kind} -> ${to} ${contents(message)}`.trim();
}

const short = (text: string): string => text.slice(0, 6);

function contents(message: Message): string {
  const { payload } = message;
  switch (message.kind) {
    case "NONCE_REQUEST": {
      const value = nonceRequest.decode(payload, message);
      return value?.request == null ? "(ahead)" : short(operationDigest(value.request));
    }
    case "NONCE_RESPONSE": {
      const value = nonceResponse.decode(payload, message);
      const pairs = value?.entries[0]?.pairs.length ?? 0;
      return `${value?.digest == null ? "(ahead)" : short(value.digest)} ${pairs} pairs, epoch ${short(message.epoch)}`;
    }
    case "SIGN_SHARE_REQUEST": {
      const value = signShareRequest.decode(payload, message);
      if (value === null) return "(malformed)";
      const keys = value.commitmentList.map((entry) => entry.identifier).join(",");
      return `${short(operationDigest(value.request))} session ${value.session} keys ${keys}`;
    }
    case "SIGN_SHARE_RESPONSE": {
      const value = signShareResponse.decode(payload, message);
      return value === null ? "(malformed)" : `${short(value.digest)} session ${value.session}`;
    }
    case "REFUSE":
    case "CANCEL": {
      const value = digestReason.decode(payload, message);
      return value === null ? "(malformed)" : `${short(value.digest)} ${value.reason}`;
    }
    case "NONCES_LOST": {
      const value = noncesLost.decode(payload, message);
      return value === null ? "(malformed)" : `${short(value.digest)} session ${value.session ?? "-"}`;
    }
    case "SIGNED": {
      const value = signed.decode(payload, message);
      return value === null ? "(malformed)" : short(value.digest);
    }
    default:
      return "";
  }
}
