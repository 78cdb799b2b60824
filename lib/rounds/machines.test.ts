import { describe, expect, test } from "vitest";
import { machinePage, type TransitionTable } from "./core/table.ts";
import { coordinatorTable, signerTable } from "./keygen/table.ts";
import { lobbyTable, memberTable } from "./lobby/table.ts";
import { signerTable as signingSignerTable, signingCoordinatorTable } from "./signing/table.ts";

const pages: readonly [string, TransitionTable][] = [
  ["lobby-member", memberTable],
  ["lobby-coordinator", lobbyTable],
  ["keygen-signer", signerTable],
  ["keygen-coordinator", coordinatorTable],
  ["signing-signer", signingSignerTable],
  ["signing-coordinator", signingCoordinatorTable],
];

describe("the pages about machines are what the machines' tables say", () => {
  test.each(pages)("%s", async (name, table) => {
    await expect(machinePage(table)).toMatchFileSnapshot(`../../docs/machines/${name}.md`);
  });
});
