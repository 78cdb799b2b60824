import { describe, expect, test } from "vitest";
import { haveVectors, readJsonVector } from "../../../test/shared.ts";
import {
  aggregate,
  commit,
  dealKey,
  encodeCommitmentList,
  identifierFromNumber,
  noTweak,
  openSigningSession,
  revealGroupSecret,
  revealSigningShare,
  secp256k1Plain,
  secp256k1Tr,
  sign,
  type SigningNonces,
  type Suite,
  verifyShare,
  verifySignature,
} from "../index.ts";
import { identifierToBytes } from "../suite/identifier.ts";
import { scalarToBytes } from "../suite/scalar.ts";
import { concatBytes } from "../suite/bytes.ts";
import { must } from "../testing/groups.ts";
import { hex, scalarDraw, scriptedRng, unhex } from "../testing/hex.ts";

interface SigningVector {
  config: { MAX_PARTICIPANTS: string; MIN_PARTICIPANTS: string };
  inputs: {
    participant_list: number[];
    group_secret_key: string;
    verifying_key_key: string;
    message: string;
    share_polynomial_coefficients: string[];
    participant_shares: { identifier: number; participant_share: string }[];
  };
  round_one_outputs: {
    outputs: {
      identifier: number;
      hiding_nonce_randomness: string;
      binding_nonce_randomness: string;
      hiding_nonce: string;
      binding_nonce: string;
      hiding_nonce_commitment: string;
      binding_nonce_commitment: string;
      binding_factor_input: string;
      binding_factor: string;
    }[];
  };
  round_two_outputs: { outputs: { identifier: number; sig_share: string }[] };
  final_output: { sig: string };
}

/** Runs a whole vector: dealing, nonces, binding factors, shares, signature. */
function reproduces(suite: Suite, vector: SigningVector): void {
  const { inputs } = vector;
  const threshold = Number(vector.config.MIN_PARTICIPANTS);
  const identifiers = Array.from({ length: Number(vector.config.MAX_PARTICIPANTS) }, (_, i) =>
    identifierFromNumber(i + 1),
  );
  const coefficients = inputs.share_polynomial_coefficients.map((text) => scalarDraw(BigInt(`0x${text}`)));
  const dealt = dealKey(
    { suite, threshold, identifiers, keyKind: "internal", secret: unhex(inputs.group_secret_key) },
    scriptedRng(...coefficients),
  );
  expect(hex(dealt.publicKeyPackage.verifyingKey.toCompressed())).toBe(inputs.verifying_key_key);
  for (const { identifier, participant_share } of inputs.participant_shares) {
    const own = dealt.keyPackages.get(identifierFromNumber(identifier))!;
    expect(hex(revealSigningShare(own.signingShare))).toBe(participant_share);
  }
  expect(hex(revealGroupSecret([...dealt.keyPackages.values()].slice(0, threshold)))).toBe(
    inputs.group_secret_key,
  );

  const nonces = vector.round_one_outputs.outputs.map((output): SigningNonces => {
    const own = dealt.keyPackages.get(identifierFromNumber(output.identifier))!;
    const random = scriptedRng(unhex(output.hiding_nonce_randomness), unhex(output.binding_nonce_randomness));
    const [pair] = commit(own, 1, random);
    expect(hex(pair!.commitments.hiding.toCompressed())).toBe(output.hiding_nonce_commitment);
    expect(hex(pair!.commitments.binding.toCompressed())).toBe(output.binding_nonce_commitment);
    return pair!;
  });
  const message = unhex(inputs.message);
  const commitments = nonces.map((pair) => pair.commitments);
  const session = must(openSigningSession(dealt.publicKeyPackage, { message, tweak: noTweak, commitments }));
  vector.round_one_outputs.outputs.forEach((output) => {
    const identifier = identifierFromNumber(output.identifier);
    const input = concatBytes(
      session.effectiveKey.key.toCompressed(),
      suite.H4(message),
      suite.H5(encodeCommitmentList(session.commitments)),
      identifierToBytes(identifier),
    );
    expect(hex(input)).toBe(output.binding_factor_input);
    expect(hex(scalarToBytes(session.bindingFactor(identifier)))).toBe(output.binding_factor);
  });
  const shares = vector.round_two_outputs.outputs.map((output, i) => {
    const own = dealt.keyPackages.get(identifierFromNumber(output.identifier))!;
    const share = must(sign(session, own, nonces[i]!));
    expect(hex(scalarToBytes(share.z))).toBe(output.sig_share);
    expect(verifyShare(session, share)).toBe(true);
    return share;
  });
  const signature = must(aggregate(session, shares));
  expect(hex(signature)).toBe(vector.final_output.sig);
  expect(verifySignature(suite, dealt.publicKeyPackage.verifyingKey.toCompressed(), message, signature)).toBe(
    true,
  );
}

describe.skipIf(!haveVectors)("published signing vectors", () => {
  test.each([
    ["frost-secp256k1-tr/vectors.json", secp256k1Tr],
    ["frost-secp256k1-tr/vectors-big-identifier.json", secp256k1Tr],
    ["frost-secp256k1/vectors.json", secp256k1Plain],
    ["frost-secp256k1/vectors-big-identifier.json", secp256k1Plain],
  ] as const)("%s is reproduced to the byte", (path, suite) =>
    reproduces(suite, readJsonVector(path) as SigningVector),
  );
});

// ZcashFoundation/frost, frost-secp256k1-tr/tests/helpers/vectors.json: the shares and signature typed out.
test("the signature of the 2-of-3 vector of frost-secp256k1-tr comes out", () => {
  reproduces(secp256k1Tr, {
    config: { MAX_PARTICIPANTS: "3", MIN_PARTICIPANTS: "2" },
    inputs: {
      participant_list: [1, 3],
      group_secret_key: "0d004150d27c3bf2a42f312683d35fac7394b1e9e318249c1bfe7f0795a83114",
      verifying_key_key: "02f37c34b66ced1fb51c34a90bdae006901f10625cc06c4f64663b0eae87d87b4f",
      message: "74657374",
      share_polynomial_coefficients: ["fbf85eadae3058ea14f19148bb72b45e4399c0b16028acaf0395c9b03c823579"],
      participant_shares: [
        {
          identifier: 1,
          participant_share: "08f89ffe80ac94dcb920c26f3f46140bfc7f95b493f8310f5fc1ea2b01f4254c",
        },
        {
          identifier: 2,
          participant_share: "04f0feac2edcedc6ce1253b7fab8c86b856a797f44d83d82a385554e6e401984",
        },
        {
          identifier: 3,
          participant_share: "00e95d59dd0d46b0e303e500b62b7ccb0e555d49f5b849f5e748c071da8c0dbc",
        },
      ],
    },
    round_one_outputs: {
      outputs: [
        {
          identifier: 1,
          hiding_nonce_randomness: "bda8e748e599187762cff956f03dc6ea13fc8e04491a0427b7e6e78600f41c52",
          binding_nonce_randomness: "2ca682429bf05df435b9927b8edb1d748278f3e42fa11ef358e49bbf4a1b780d",
          hiding_nonce: "58cd30723da418156fe9b71870a118e0bbc3d0353ba7c760f9bbc8d60c3dab29",
          binding_nonce: "c22289cc43b82ed938d4b2288efb7381c405fb59f5d43bddc543d98838c60b19",
          hiding_nonce_commitment: "024e34ab3a7ad6b4563dbfe97e9f1206b3378cceb2502491ed0fb709765e1e5ba8",
          binding_nonce_commitment: "03d4b1f3a61dc67e64dfb4abfccabb712f1f6914a6ec9b67749d171370453192cb",
          binding_factor_input:
            "02f37c34b66ced1fb51c34a90bdae006901f10625cc06c4f64663b0eae87d87b4fc709887b880e002210593616e086c2a0652d18bad338a3d3987251602e45e0a5a875faacc4377f0b6e4638c16db01b5f88070873ee789f5e9e6acf91f52fdd030000000000000000000000000000000000000000000000000000000000000001",
          binding_factor: "55a3e44879db6daf00c81eb28e828869560c0901f347baff524f1c91a6669604",
        },
        {
          identifier: 3,
          hiding_nonce_randomness: "70818dd5170672c4a4285fd593d4f222417f941f3118e1244955e7a1098a35d8",
          binding_nonce_randomness: "74ca2da071ed4a2a6cad5087d6758b48a558ab5861c61117fee05757e4b1309e",
          hiding_nonce: "a4109db0a5db30fac8cd1f4e272ff02e08258928f067d82c63d97279b114514a",
          binding_nonce: "ce3837bd963f0d81002279f7bb9eefceac64435f638885c2beae6f1dd881fd9e",
          hiding_nonce_commitment: "02d768658a1b94225645401a1512b803657770c7a21bf9ccccccfa09930a44951b",
          binding_nonce_commitment: "034570a4e5217ee8770a28401185f50b4fce4d3f3933a3af9df7ab39b42381d0eb",
          binding_factor_input:
            "02f37c34b66ced1fb51c34a90bdae006901f10625cc06c4f64663b0eae87d87b4fc709887b880e002210593616e086c2a0652d18bad338a3d3987251602e45e0a5a875faacc4377f0b6e4638c16db01b5f88070873ee789f5e9e6acf91f52fdd030000000000000000000000000000000000000000000000000000000000000003",
          binding_factor: "444c1cc7cfe48f4577cce65488f337a9cc8c33dea4cfa986eb590bd8e2b1fa2d",
        },
      ],
    },
    round_two_outputs: {
      outputs: [
        { identifier: 1, sig_share: "2ffc305d1694fd84108b84d98306a1af807c6ad9bc3a2d8e448a09643202a15b" },
        { identifier: 3, sig_share: "a8c392566ea29e852b4080a028bf5547166c87e703e4fb7136d4ebef65f99b3f" },
      ],
    },
    final_output: {
      sig: "0c776a9516a77808b70a31e74f1464814a6fcf897fb3a6bd84c7a9a9a7a5bcb8d8bfc2b385379c093bcc0579abc5f6f696e8f2c0c01f28ff7b5ef55397fc3c9a",
    },
  });
});
