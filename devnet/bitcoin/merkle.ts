import { hash256 } from "../../lib/sbtc/bytes.ts";

/** One level up: pairs hashed, a lone last node paired with itself as Bitcoin does. */
function levelAbove(level: readonly Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = [];
  for (let i = 0; i < level.length; i += 2) {
    const left = level[i];
    if (left !== undefined) above.push(hash256(left, level[i + 1] ?? left));
  }
  return above;
}

/** Merkle root over at least one hash, in hash byte order. */
export function merkleRootOf(hashes: readonly Uint8Array[]): Uint8Array {
  let level = hashes;
  while (level.length > 1) level = levelAbove(level);
  const [root] = level;
  if (root === undefined) throw new Error("a merkle tree has at least one leaf");
  return root;
}

/** The siblings from leaf `position` to the root, leaf level first, in hash byte order. */
export function merkleBranch(hashes: readonly Uint8Array[], position: number): Uint8Array[] {
  const branch: Uint8Array[] = [];
  let index = position;
  for (let level = hashes; level.length > 1; level = levelAbove(level)) {
    const sibling = level[index ^ 1] ?? level[index];
    if (sibling === undefined) throw new RangeError(`there is no leaf ${position}`);
    branch.push(sibling);
    index >>= 1;
  }
  return branch;
}
