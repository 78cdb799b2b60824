import { describe, expect, test } from "vitest";
import { sourcesModule } from "../../../scripts/contract-sources.ts";
import { readFileSync } from "node:fs";
import { Cl, type ClarityValue } from "@stacks/transactions";
import { sip010Trait } from "../../../devnet/stacks/sip-010-trait.ts";
import { Vm } from "../../../devnet/stacks/vm.ts";
import { account, expectOk } from "../testing/peg-world.ts";
import {
  contractClarityVersion,
  contractSources,
  foreignContracts,
  sourceHash,
  tokenTrait,
} from "./deployment.ts";

const deployed = (network: "mainnet" | "testnet" | "devnet") =>
  new Map(contractSources(network).map(({ name, source }) => [name, source]));

describe("contract texts", () => {
  test("the embedded texts are the .clar files", async () => {
    const written = readFileSync(new URL("./sources.ts", import.meta.url), "utf8");
    expect(written).toBe(await sourcesModule());
  });

  test("each network names its own token trait, and only the devnet has the map of hashes", () => {
    expect(deployed("mainnet").get("sbtc")).toContain("'SP3FBR2AGK5H9QBDH3EEN6DF8EK8JY7RX8QJ5SVTE.sip-010");
    expect(deployed("testnet").get("sbtc")).toContain("'ST1NXBK3K5YYMD6FD41MVNP3JS1GABZ8TRVX023PT.sip-010");
    expect(deployed("testnet").get("sbtc")).not.toContain("'SP3FBR2");
    expect(deployed("testnet").get("burn-view")).toContain("get-burn-block-info?");
    expect(deployed("devnet").get("burn-view")).toContain("define-map hashes");
  });

  test("contracts come in the order in which each finds those it calls", () => {
    const sources = contractSources("mainnet");
    sources.forEach(({ source }, at) => {
      for (const [, called] of source.matchAll(/contract-call\? \.([a-z0-9-]+)/g))
        expect(sources.slice(0, at).map(({ name }) => name)).toContain(called);
    });
  });
});

describe("the texts for public networks deploy too, and see the chain's own burn blocks", () => {
  test.each(["mainnet", "testnet"] as const)("%s", async (network) => {
    const vm = await Vm.start();
    const [address, name] = tokenTrait(network).split(".");
    expectOk(vm.deploy(address!, name!, sip010Trait, contractClarityVersion));
    const home = account(900).address;
    for (const each of contractSources(network))
      expectOk(vm.deploy(home, each.name, each.source, contractClarityVersion));
    vm.advanceBurnTo(40);
    const read = (fn: string, ...args: ClarityValue[]) =>
      expectOk(vm.callReadOnly(`${home}.burn-view`, fn, args, home));
    expect(read("get-height")).toEqual(Cl.uint(40));
    expect(Cl.prettyPrint(read("get-header-hash", Cl.uint(39)))).toMatch(/^\(some 0x[0-9a-f]{64}\)$/);
    expect(read("get-header-hash", Cl.uint(41))).toEqual(Cl.none());
    const token = expectOk(vm.callReadOnly(`${home}.sbtc`, "get-name", [], home));
    expect(token).toEqual(Cl.ok(Cl.stringAscii("sBTC")));
    vm.stop();
  });
});

describe("a deployment is ours only if every text is", () => {
  test("our own has no difference", () => {
    expect(foreignContracts("testnet", deployed("testnet"))).toEqual([]);
  });

  test("one changed byte, a missing contract or another network's text is named", () => {
    const changed = deployed("testnet").set("bip340", `${deployed("testnet").get("bip340") ?? ""} `);
    expect(foreignContracts("testnet", changed)).toEqual(["bip340"]);
    const missing = deployed("testnet");
    missing.delete("sbtc-config");
    expect(foreignContracts("testnet", missing)).toEqual(["sbtc-config"]);
    expect(foreignContracts("mainnet", deployed("devnet"))).toEqual(["burn-view", "sbtc"]);
  });

  test("the hash is SHA-256 of the text", () => {
    expect(sourceHash("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});
