import { expect, test } from "vitest";
import { parseTxid } from "../../../sbtc/bytes.ts";
import { newPegIn } from "../../../sbtc/peg/queue/record.ts";
import { signerNetworks } from "../signer/sources.ts";
import { queueItem } from "./queue-view.ts";

const deposit = () =>
  newPegIn(
    {
      form: { tag: "direct" },
      deposit: { txid: parseTxid("11".repeat(32)), vout: 0 },
      amount: 1_000n,
      recipient: null,
      reject: null,
    },
    { raw: new Uint8Array() },
    7,
  );

test("a request says that the signers are asked exactly while a round asks them", () => {
  const item = (asked: boolean) =>
    queueItem(deposit(), null, "devnet", { network: signerNetworks.devnet.bitcoin }, asked);
  expect(item(true)).toMatchObject({ state: "seen", asked: true });
  expect(item(false)).not.toHaveProperty("asked");
});
