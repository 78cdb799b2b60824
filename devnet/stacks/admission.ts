import { validateContractCall, createContractCallPayload } from "@stacks/transactions";
import { contractAbi } from "./abi.ts";
import type { Ledger } from "./ledger.ts";
import { Rejected, type VerifiedTransaction } from "./transaction.ts";
import type { Vm } from "./vm.ts";

/** The least a node relays: so much in all, and one micro-STX per byte. */
const leastFee = 180n;

export function minimumFee(length: number): bigint {
  return BigInt(length) > leastFee ? BigInt(length) : leastFee;
}

/**
 * What a node checks before a transaction may wait, beyond its bytes and signature.
 * @throws Rejected
 */
export function admit(transaction: VerifiedTransaction, vm: Vm, ledger: Ledger): void {
  const { sender, fee, payload, bytes } = transaction;
  const expected = minimumFee(bytes.length);
  if (fee < expected) throw new Rejected("FeeTooLow", { expected: Number(expected), actual: Number(fee) });
  if (transaction.nonce < ledger.nonce(sender)) {
    const about = { expected: Number(ledger.nonce(sender)), actual: Number(transaction.nonce) };
    throw new Rejected("BadNonce", { ...about, principal: sender, is_origin: true });
  }
  const needed = fee + (payload.tag === "transfer" ? payload.amount : 0n);
  const balance = vm.stxBalance(sender);
  if (balance < needed)
    throw new Rejected("NotEnoughFunds", { expected: hex16(needed), actual: hex16(balance) });
  switch (payload.tag) {
    case "transfer":
      if (payload.recipient === sender)
        throw new Rejected("TransferRecipientCannotEqualSender", { recipient: payload.recipient });
      if (payload.amount <= 0n) throw new Rejected("TransferAmountMustBePositive");
      return;
    case "deploy":
      if (vm.source(payload.contract) !== undefined)
        throw new Rejected("ContractAlreadyExists", { contract_identifier: payload.contract });
      return;
    case "call":
      checkCall(payload, vm);
  }
}

function checkCall(
  { contract, functionName, args }: Extract<VerifiedTransaction["payload"], { tag: "call" }>,
  vm: Vm,
): void {
  const abi = contractAbi(vm, contract);
  if (abi === null) throw new Rejected("NoSuchContract");
  const known = abi.functions.find(({ name }) => name === functionName);
  if (known?.access !== "public") throw new Rejected("NoSuchPublicFunction");
  const [address = "", name = ""] = contract.split(".");
  try {
    validateContractCall(createContractCallPayload(address, name, functionName, [...args]), abi);
  } catch (error) {
    throw new Rejected("BadFunctionArgument", {
      message: error instanceof Error ? error.message : String(error),
    });
  }
}

function hex16(amount: bigint): string {
  return `0x${amount.toString(16).padStart(32, "0")}`;
}
