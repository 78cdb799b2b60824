import { validateStacksAddress } from "@stacks/transactions";

/** Whether a text is an account or a contract's id. The simulator breaks on principals that are none. */
export function isPrincipal(text: string): boolean {
  const [address = "", name, ...rest] = text.split(".");
  const named = name === undefined || /^[a-zA-Z][\w-]{0,127}$/.test(name);
  return rest.length === 0 && named && validateStacksAddress(address);
}
