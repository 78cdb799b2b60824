/**
 * Arithmetic on PUBLIC secp256k1 points and scalars. Everything here is variable time: work that depends on a
 * secret uses `@noble/curves` and crosses over by `PointVector.fromNoble` once its result is public.
 */
export { PointVector, type NoblePoint } from "./point-vector.ts";
export {
  parseCompressed,
  parseCompressedWithHints,
  parseUncompressed,
  parseXOnly,
  type ParsedPoints,
} from "./parse.ts";
export {
  add,
  columnSums,
  generatorMultiples,
  isZeroCombination,
  linearCombination,
  mulAdd,
  scaleEach,
  sum,
} from "./combine.ts";
export { checkEvaluations, evaluateCommitment, evaluateCommitmentAt } from "./polynomial.ts";
