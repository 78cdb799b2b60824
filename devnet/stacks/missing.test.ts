import { expect, test, vi } from "vitest";
import { Vm, simulatorMissing } from "./vm.ts";

vi.mock("@stacks/clarinet-sdk-wasm", () => {
  throw new Error("Cannot find package");
});

test("without the development dependencies the devnet says what to do, in one sentence", async () => {
  await expect(Vm.start()).rejects.toThrow(simulatorMissing);
  expect(simulatorMissing.match(/\./g)).toHaveLength(1);
});
