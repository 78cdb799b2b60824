;; Devnet's stand-in for burn-view: the simulated Stacks chain invents its burn hashes, so the devnet process writes
;; down those of its own Bitcoin chain here. Only the deployer may; never deploy this on a public network.

(define-constant MINER tx-sender)
(define-constant ERR-NOT-MINER (err u500))

(define-data-var height uint u0)
(define-map hashes uint (buff 32))

(define-public (record (at uint) (hash (buff 32)))
  (begin
    (asserts! (is-eq contract-caller MINER) ERR-NOT-MINER)
    (map-set hashes at hash)
    (ok (var-set height at))))

(define-read-only (get-height)
  (var-get height))

(define-read-only (get-header-hash (at uint))
  (map-get? hashes at))
