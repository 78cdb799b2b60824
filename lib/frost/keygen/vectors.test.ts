import { describe, expect, test } from "vitest";
import { haveVectors, readJsonVector } from "../../../test/shared.ts";
import {
  compatibleParameters,
  type Identifier,
  identifierFromNumber,
  importRound1Package,
  nameOf,
  part1,
  part2,
  part3,
  participantsFromWeights,
  restoreSecretShares,
  revealSecretShares,
  revealSigningShare,
  type Round1Package,
  secp256k1Plain,
  secp256k1Tr,
  type SecretShares,
  type Suite,
  verifyRound1,
  zfCodecs,
} from "../index.ts";
import { concatBytes } from "../suite/bytes.ts";
import { commitToPolynomial } from "./polynomial.ts";
import { sumScalars } from "./repair.ts";
import { makeRound1Secret } from "./round1.ts";
import { must, seededRng } from "../testing/groups.ts";
import { hex, point, unhex } from "../testing/hex.ts";

interface KeygenVector {
  config: { MAX_PARTICIPANTS: number; MIN_PARTICIPANTS: number };
  inputs: Record<"1" | "2" | "3", ParticipantVector> & { verifying_key: string };
}
interface ParticipantVector {
  identifier: number;
  signing_key: string;
  coefficient: string;
  vss_commitments: string[];
  proof_of_knowledge: string;
  signing_shares: Record<string, string>;
  verifying_share: string;
  signing_share: string;
}

const folders: readonly (readonly [string, Suite])[] = [
  ["frost-secp256k1-tr", secp256k1Tr],
  ["frost-secp256k1", secp256k1Plain],
];

describe.skipIf(!haveVectors).each(folders)("published key generation vectors of %s", (folder, suite) => {
  const rng = seededRng(folder);
  const read = () => readJsonVector(`${folder}/vectors_dkg.json`) as KeygenVector;
  const members = ["1", "2", "3"] as const;

  test("every participant ends with the published share, verifying share and group key", () => {
    const { inputs, config } = read();
    const parameters = compatibleParameters({
      suite,
      threshold: config.MIN_PARTICIPANTS,
      participants: participantsFromWeights([1, 1, 1]),
    });
    const { round1Package } = zfCodecs(suite);
    const packages = members.map((name): Round1Package<"compatible"> => {
      const { identifier, vss_commitments, proof_of_knowledge } = inputs[name];
      const text = JSON.stringify({
        header: { version: 0, ciphersuite: suite.id },
        commitment: vss_commitments,
        proof_of_knowledge,
      });
      return importRound1Package(identifierFromNumber(identifier), round1Package.json.decode(text));
    });
    const transcript = must(verifyRound1(parameters, packages, rng));
    members.forEach((name, i) => {
      const own = inputs[name];
      const coefficients = [own.signing_key, own.coefficient].map((text) => BigInt(`0x${text}`));
      expect(commitToPolynomial(coefficients).equals(packages[i]!.commitment)).toBe(true);
      const secret = makeRound1Secret(coefficients, packages[i]!);
      const dealt = part2(secret, transcript);
      const received = new Map<Identifier, SecretShares>();
      for (const other of members.filter((candidate) => candidate !== name)) {
        // `signing_shares` of a participant lists what it *receives*, by sender.
        const sent = own.signing_shares[other]!;
        received.set(identifierFromNumber(Number(other)), restoreSecretShares(unhex(sent), 1));
        const mine = inputs[other].signing_shares[name]!;
        expect(hex(revealSecretShares(dealt.get(identifierFromNumber(Number(other)))!))).toBe(mine);
      }
      const { keyPackages, publicKeyPackage } = must(part3(secret, transcript, received));
      expect(hex(revealSigningShare(keyPackages[0]!.signingShare))).toBe(own.signing_share);
      expect(hex(keyPackages[0]!.verifyingShare.toCompressed())).toBe(own.verifying_share);
      expect(hex(publicKeyPackage.verifyingKey.toCompressed())).toBe(inputs.verifying_key);
      for (const other of members) {
        const share = publicKeyPackage.verifyingShare(identifierFromNumber(Number(other)));
        expect(hex(share.toCompressed())).toBe(inputs[other].verifying_share);
      }
    });
  });

  test("sums of the repair vectors come out", () => {
    const vector = readJsonVector(`${folder}/repair-share.json`) as Record<string, Record<string, string>>;
    for (const [group, names] of [
      ["scalar_generation", ["random_scalar_1", "random_scalar_2", "random_scalar_3", "random_scalar_sum"]],
      ["sigma_generation", ["sigma_1", "sigma_2", "sigma_3", "sigma_4", "sigma_sum"]],
    ] as const) {
      const values = names.map((name) => BigInt(`0x${vector[group]![name]!}`));
      expect(sumScalars(values.slice(0, -1))).toBe(values.at(-1));
    }
  });

  test("the sample encodings are accepted and the invalid element refused", () => {
    const samples = readJsonVector(`${folder}/samples.json`) as Record<string, string>;
    const elements = readJsonVector(`${folder}/elements.json`) as { elements: { invalid_element: string } };
    const { round1Package, signingCommitments } = zfCodecs(suite);
    const header = { version: 0, ciphersuite: suite.id };
    const commitment = [samples["element1"], samples["element2"]];
    const text = JSON.stringify({ header, commitment, proof_of_knowledge: samples["proof_of_knowledge"] });
    expect(round1Package.json.encode(round1Package.json.decode(text))).toBe(text);
    const invalid = JSON.stringify({
      header,
      hiding: elements.elements.invalid_element,
      binding: samples["element1"],
    });
    expect(() => signingCommitments.json.decode(invalid)).toThrow("point");
  });
});

// ZcashFoundation/frost, frost-secp256k1-tr/tests/helpers/vectors_dkg.json: the first participant's package and key.
test("the constant behind the published proof of participant 1 is accepted, another identifier's is not", () => {
  const commitment = [
    "03e7ba4acb164d2bd5eba4f47b3a788109ddb3f88f1181792424fa332123a25ea8",
    "037495e920a1f032916193aa80ea97a4c3a611dec9ab47ccc969deb664f5f88bbe",
  ];
  const proof = concatBytes(
    unhex("191a4ef1851286e2fd6cebd483385452cbb12f43386241854939252c4ed8846b"),
    unhex("8631f9e69be37ccbd3a0b4593a8f63738747e165a22d0b5786eeb74e59a17837"),
  );
  const foreign = zfCodecs(secp256k1Tr).round1Package.json.decode(
    JSON.stringify({
      header: { version: 0, ciphersuite: secp256k1Tr.id },
      commitment,
      proof_of_knowledge: hex(proof),
    }),
  );
  expect(foreign.commitment.at(0).equals(point(commitment[0]!))).toBe(true);
  const rng = seededRng("typed keygen vector");
  for (const [number, accepted] of [
    [1, true],
    [2, false],
  ] as const) {
    const participants = participantsFromWeights([1, 1]);
    const parameters = compatibleParameters({ suite: secp256k1Tr, threshold: 2, participants });
    const name = identifierFromNumber(number);
    const other = participants.map(nameOf).find((candidate) => candidate !== name)!;
    const result = verifyRound1(
      parameters,
      [importRound1Package(name, foreign), part1(parameters, other, rng).package],
      rng,
    );
    expect(result.ok).toBe(accepted);
    if (!result.ok) expect(result.error.culprits).toEqual([name]);
  }
});
