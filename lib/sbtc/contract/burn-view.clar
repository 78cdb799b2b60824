;; What the token believes about Bitcoin. Hashes are in the order block explorers show them.

(define-read-only (get-height)
  burn-block-height)

(define-read-only (get-header-hash (height uint))
  (get-burn-block-info? header-hash height))
