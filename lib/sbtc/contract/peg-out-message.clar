;; Rebuilds the message a holder signed to peg out and recovers who signed it.
;;
;; Dialect 1: SHA-256 of amount (8 bytes, big-endian) then the recipient's script.
;; Dialect 2: a wallet's text message, "Withdraw request for <amount> satoshis to the bitcoin address <address>
;; (<hex of amount and script>)", under the prefix wallets put before texts. The digits, the fixed words and the
;; closing bracket can be read back in one way only, so no other (amount, address, script) gives the same text.

(define-constant ERR-UNKNOWN-DIALECT (err u400))
(define-constant ERR-AMOUNT-TOO-LARGE (err u401))
(define-constant ERR-BAD-SCRIPT (err u402))
(define-constant ERR-SIGNATURE-LENGTH (err u403))
(define-constant ERR-HIGH-S (err u404))
(define-constant ERR-UNRECOVERABLE (err u405))

(define-constant HEX "0123456789abcdef")
(define-constant TEXT-PREFIX 0x17537461636b73205369676e6564204d6573736167653a0a)
;; n / 2: above it, the same signature has a second form
(define-constant HALF-ORDER 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0)
(define-constant NOTHING 0x)

(define-private (digit (value uint))
  (unwrap-panic (element-at? HEX value)))

(define-private (append-hex (byte (buff 1)) (text (string-ascii 84)))
  (let ((value (buff-to-uint-be byte)))
    (unwrap-panic (as-max-len? (concat text (concat (digit (/ value u16)) (digit (mod value u16)))) u84))))

;; The last bytes of a consensus-encoded unsigned integer (one type byte, then sixteen, big-endian).
(define-private (amount-bytes (amount uint))
  (unwrap-panic (slice? (unwrap-panic (to-consensus-buff? amount)) u9 u17)))

(define-private (signed-payload (amount uint) (script (buff 34)))
  (unwrap-panic (as-max-len? (concat (amount-bytes amount) script) u42)))

(define-read-only (message-text (amount uint) (script (buff 34)) (address (string-ascii 90)))
  (concat "Withdraw request for " (concat (int-to-ascii amount)
    (concat " satoshis to the bitcoin address " (concat address
      (concat " (" (concat (fold append-hex (signed-payload amount script) "") ")")))))))

(define-private (text-digest (amount uint) (script (buff 34)) (address (string-ascii 90)))
  ;; The consensus form of an ASCII string is one type byte, four of length, then the characters. The last length byte
  ;; doubles as the CompactSize in front of the text: with amounts of eight bytes no text has more than 250 characters.
  (let ((encoded (unwrap-panic (to-consensus-buff? (message-text amount script address)))))
    (sha256 (concat TEXT-PREFIX (unwrap-panic (slice? encoded u4 (len encoded)))))))

(define-read-only (message-digest
    (dialect uint) (amount uint) (script (buff 34)) (address (string-ascii 90)))
  (begin
    (asserts! (< amount u18446744073709551616) ERR-AMOUNT-TOO-LARGE)
    (asserts! (>= (len script) u22) ERR-BAD-SCRIPT)
    (asserts! (or (is-eq dialect u1) (is-eq dialect u2)) ERR-UNKNOWN-DIALECT)
    (ok (if (is-eq dialect u1)
      (sha256 (signed-payload amount script))
      (text-digest amount script address)))))

;; signature: 65 bytes as on Bitcoin, recovery id first. Answers who signed, and the digest to remember.
(define-read-only (recover-owner
    (dialect uint) (amount uint) (script (buff 34)) (address (string-ascii 90)) (signature (buff 65)))
  (let (
      (message (try! (message-digest dialect amount script address)))
      (recovery-id (default-to NOTHING (slice? signature u0 u1)))
      (r-and-s (default-to NOTHING (slice? signature u1 u65)))
      (s (default-to NOTHING (slice? signature u33 u65))))
    (asserts! (is-eq (len signature) u65) ERR-SIGNATURE-LENGTH)
    (asserts! (<= (unwrap-panic (as-max-len? s u32)) HALF-ORDER) ERR-HIGH-S)
    (ok {
      message: message,
      owner: (unwrap!
        (principal-of? (unwrap!
          (secp256k1-recover? message (unwrap-panic (as-max-len? (concat r-and-s recovery-id) u65)))
          ERR-UNRECOVERABLE))
        ERR-UNRECOVERABLE)
    })))
