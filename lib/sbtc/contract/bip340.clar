;; Verifies a BIP-340 (Schnorr) signature, although Clarity itself only knows ECDSA key recovery.
;;
;; Recovery with r := x(P), recovery id 0, message z and s := t answers  x(P)^-1 * (t*P - z*G),  where P is the point
;; with that x and an even y. With  z = -s*x(P)  and  t = -e*x(P)  (mod n) the answer is  s*G - e*P,  which BIP-340
;; wants to be R: even y, x equal to the first half of the signature.
;;
;; Clarity has no 256-bit arithmetic, so the caller hands over z, t and two quotients, and the contract checks
;;   s*x(P) + z = q1*n   and   e*x(P) + t = q2*n
;; as equations between whole numbers. A wrong hint can only make a good signature fail.
;; Nothing is trusted to the recovery's own treatment of odd values: s, x(P), z and t must all be below n, t not zero.

(define-constant CHALLENGE-TAG (sha256 0x424950303334302f6368616c6c656e6765)) ;; "BIP0340/challenge"
(define-constant ORDER 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141)
(define-constant ZERO 0x0000000000000000000000000000000000000000000000000000000000000000)
(define-constant NOTHING 0x)

;; ORDER in limbs of 56 bits, lowest first. Products of two limbs need 112 bits and at most five are summed with
;; either sign, so every line below stays far inside a signed 128-bit integer.
(define-constant LIMB 72057594037927936)
(define-constant N0 59213703990886721)
(define-constant N1 62178135388470207)
(define-constant N2 72057594037844654)
(define-constant N3 72057594037927935)
(define-constant N4 4294967295)

(define-private (part (number (buff 32)) (from uint) (to uint))
  (buff-to-int-be (unwrap-panic (as-max-len? (unwrap-panic (slice? number from to)) u16))))

;; Shorter buffers would abort in `part`: every caller has checked for 32 bytes before.
(define-private (limbs (number (buff 32)))
  { l0: (part number u25 u32), l1: (part number u18 u25), l2: (part number u11 u18), l3: (part number u4 u11),
    l4: (part number u0 u4) })

;; True where a*b + c = q*n over the whole numbers. Column k gathers what belongs to 2^(56k), plus the carry of the
;; column before; each must be divisible by 2^56 and the last must be zero.
(define-private (product-plus-is-multiple (a (buff 32)) (b (buff 32)) (c (buff 32)) (q (buff 32)))
  (let (
      (x (limbs a)) (y (limbs b)) (z (limbs c)) (w (limbs q))
      (x0 (get l0 x)) (x1 (get l1 x)) (x2 (get l2 x)) (x3 (get l3 x)) (x4 (get l4 x))
      (y0 (get l0 y)) (y1 (get l1 y)) (y2 (get l2 y)) (y3 (get l3 y)) (y4 (get l4 y))
      (w0 (get l0 w)) (w1 (get l1 w)) (w2 (get l2 w)) (w3 (get l3 w)) (w4 (get l4 w))
      (c0 (+ (get l0 z) (- (* x0 y0) (* w0 N0))))
      (c1 (+ (/ c0 LIMB) (get l1 z) (- (+ (* x0 y1) (* x1 y0)) (* w0 N1) (* w1 N0))))
      (c2 (+ (/ c1 LIMB) (get l2 z) (- (+ (* x0 y2) (* x1 y1) (* x2 y0)) (* w0 N2) (* w1 N1) (* w2 N0))))
      (c3 (+ (/ c2 LIMB) (get l3 z)
        (- (+ (* x0 y3) (* x1 y2) (* x2 y1) (* x3 y0)) (* w0 N3) (* w1 N2) (* w2 N1) (* w3 N0))))
      (c4 (+ (/ c3 LIMB) (get l4 z)
        (- (+ (* x0 y4) (* x1 y3) (* x2 y2) (* x3 y1) (* x4 y0))
          (* w0 N4) (* w1 N3) (* w2 N2) (* w3 N1) (* w4 N0))))
      (c5 (+ (/ c4 LIMB)
        (- (+ (* x1 y4) (* x2 y3) (* x3 y2) (* x4 y1)) (* w1 N4) (* w2 N3) (* w3 N2) (* w4 N1))))
      (c6 (+ (/ c5 LIMB) (- (+ (* x2 y4) (* x3 y3) (* x4 y2)) (* w2 N4) (* w3 N3) (* w4 N2))))
      (c7 (+ (/ c6 LIMB) (- (+ (* x3 y4) (* x4 y3)) (* w3 N4) (* w4 N3))))
      (c8 (+ (/ c7 LIMB) (- (* x4 y4) (* w4 N4)))))
    (and
      (is-eq 0 (mod c0 LIMB)) (is-eq 0 (mod c1 LIMB)) (is-eq 0 (mod c2 LIMB)) (is-eq 0 (mod c3 LIMB))
      (is-eq 0 (mod c4 LIMB)) (is-eq 0 (mod c5 LIMB)) (is-eq 0 (mod c6 LIMB)) (is-eq 0 (mod c7 LIMB))
      (is-eq 0 c8))))

(define-private (word (bytes (buff 128)) (index uint))
  (unwrap-panic (as-max-len? (default-to NOTHING (slice? bytes (* index u32) (* (+ index u1) u32))) u32)))

(define-read-only (challenge (r (buff 32)) (key (buff 32)) (message (buff 128)))
  (sha256 (concat CHALLENGE-TAG (concat CHALLENGE-TAG (concat r (concat key message))))))

;; message: the bytes that were signed (32 for every use in this project). signature: r, s. key: x-only.
;; hints: z, q1, t, q2. Never aborts: whatever the bytes, the answer is true or false.
(define-read-only (verify (message (buff 128)) (signature (buff 64)) (key (buff 32)) (hints (buff 128)))
  (let (
      (r (word signature u0)) (s (word signature u1))
      (z (word hints u0)) (q1 (word hints u1)) (t (word hints u2)) (q2 (word hints u3)))
    (and
      (is-eq (len signature) u64) (is-eq (len key) u32) (is-eq (len hints) u128)
      (< s ORDER) (< key ORDER) (< z ORDER) (< t ORDER) (not (is-eq t ZERO))
      (product-plus-is-multiple s key z q1)
      (product-plus-is-multiple (challenge r key message) key t q2)
      (is-eq (secp256k1-recover? z (concat key (concat t 0x00))) (ok (concat 0x02 r))))))
