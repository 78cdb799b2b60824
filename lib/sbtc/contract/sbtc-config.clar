;; Who runs this sBTC and within which limits: owner, coordinator, halt, signers, allow-lists, caps.
;; Nothing here can mint, burn or move a token; the token contract reads it and answers to the signers' key alone.
;; Callers are known by contract-caller, so no contract in between can act for the owner.

(define-constant ERR-NOT-OWNER (err u1001))
(define-constant ERR-NOT-OWNER-OR-COORDINATOR (err u1002))
(define-constant ERR-NOT-PENDING-OWNER (err u1003))
(define-constant ERR-BAD-LIMITS (err u1004))
(define-constant ERR-BAD-PUBLIC-KEY (err u1005))
(define-constant ERR-UNKNOWN-SIGNER (err u1006))
(define-constant ERR-ZERO-WEIGHT (err u1007))
(define-constant ERR-WEIGHT-EXCEEDS-KEYS (err u1008))
(define-constant ERR-KEYS-OUT-OF-RANGE (err u1009))
(define-constant ERR-PARTIES-OUT-OF-RANGE (err u1010))
(define-constant ERR-THRESHOLD-OUT-OF-RANGE (err u1011))
(define-constant ERR-NOT-LAST-SIGNER (err u1012))

(define-constant ALL-BITCOIN u2100000000000000)
(define-constant MAX-KEYS u4000)
(define-constant PAGE (list u0 u1 u2 u3 u4 u5 u6 u7 u8 u9 u10 u11 u12 u13 u14 u15 u16 u17 u18 u19))

(define-data-var contract-owner principal tx-sender)
(define-data-var pending-owner (optional principal) none)
(define-data-var coordinator (optional { addr: principal, key: (buff 33) }) none)
(define-data-var halted-by-owner bool false)
(define-data-var halted-by-coordinator bool false)

;; A signer is a seat; a seat of weight w holds w of the keys. Ids are 0, 1, 2 ... without gaps.
(define-data-var num-keys uint u0)
(define-data-var num-parties uint u0)
(define-data-var threshold uint u0)
(define-data-var signer-count uint u0)
(define-data-var total-weight uint u0)
(define-map signers uint { addr: principal, key: (buff 33), weight: uint })

(define-data-var allow-list-enabled bool true)
(define-map allowed-recipients principal bool)
(define-map allowed-scripts (buff 34) bool)

;; Amounts in satoshi; window, confirmations and lifetime (of a peg-out before it may be cancelled) in burn blocks.
(define-data-var limits
  { min-amount: uint, max-mint: uint, max-lock: uint, window: uint, window-mint: uint, window-lock: uint,
    supply-cap: uint, confirmations: uint, lifetime: uint }
  { min-amount: u546, max-mint: u10000000, max-lock: u10000000, window: u144, window-mint: u50000000,
    window-lock: u50000000, supply-cap: u1000000000, confirmations: u6, lifetime: u24 })

;; ---- roles

(define-read-only (is-owner (who principal))
  (is-eq who (var-get contract-owner)))

(define-read-only (is-coordinator (who principal))
  (match (var-get coordinator) data (is-eq who (get addr data)) false))

(define-private (check-owner)
  (ok (asserts! (is-owner contract-caller) ERR-NOT-OWNER)))

(define-private (check-key (key (buff 33)))
  ;; principal-of? aborts on any other length
  (ok (asserts! (and (is-eq (len key) u33) (is-ok (principal-of? key))) ERR-BAD-PUBLIC-KEY)))

;; Names a successor, who must accept: a mistyped address loses nothing.
(define-public (set-contract-owner (new-owner principal))
  (begin
    (try! (check-owner))
    (var-set pending-owner (some new-owner))
    (print { topic: "owner-proposed", owner: new-owner })
    (ok true)))

(define-public (accept-contract-owner)
  (begin
    (asserts! (is-eq (some contract-caller) (var-get pending-owner)) ERR-NOT-PENDING-OWNER)
    (var-set contract-owner contract-caller)
    (var-set pending-owner none)
    (print { topic: "owner-changed", owner: contract-caller })
    (ok true)))

(define-public (set-coordinator-data (data { addr: principal, key: (buff 33) }))
  (begin
    (try! (check-owner))
    (try! (check-key (get key data)))
    (var-set coordinator (some data))
    (var-set halted-by-coordinator false)
    (print (merge data { topic: "coordinator" }))
    (ok true)))

;; Either may halt; the coordinator lifts only its own halt, the owner lifts both.
(define-public (set-trading-halted (halted bool))
  (begin
    (asserts! (or (is-owner contract-caller) (is-coordinator contract-caller)) ERR-NOT-OWNER-OR-COORDINATOR)
    (if (is-owner contract-caller)
      (begin
        (var-set halted-by-owner halted)
        (var-set halted-by-coordinator (and halted (var-get halted-by-coordinator))))
      (var-set halted-by-coordinator halted))
    (print { topic: "halted", halted: (get-trading-halted), by: contract-caller })
    (ok true)))

;; ---- signers

(define-public (set-num-keys (keys uint))
  (begin
    (try! (check-owner))
    (asserts! (and (<= keys MAX-KEYS) (>= keys (var-get num-parties)) (>= keys (var-get threshold))
      (>= keys (var-get total-weight))) ERR-KEYS-OUT-OF-RANGE)
    (var-set num-keys keys)
    (print { topic: "num-keys", keys: keys })
    (ok true)))

(define-public (set-num-parties (parties uint))
  (begin
    (try! (check-owner))
    (asserts! (and (<= parties (var-get num-keys)) (>= parties (var-get signer-count))) ERR-PARTIES-OUT-OF-RANGE)
    (var-set num-parties parties)
    (print { topic: "num-parties", parties: parties })
    (ok true)))

(define-public (set-threshold (keys uint))
  (begin
    (try! (check-owner))
    (asserts! (and (> keys u0) (<= keys (var-get num-keys))) ERR-THRESHOLD-OUT-OF-RANGE)
    (var-set threshold keys)
    (print { topic: "threshold", keys: keys })
    (ok true)))

;; Writes a seat again, or adds the next one.
(define-public (set-signer-data (id uint) (data { addr: principal, key: (buff 33), weight: uint }))
  (let (
      (count (var-get signer-count))
      (weight (- (+ (var-get total-weight) (get weight data))
        (match (map-get? signers id) known (get weight known) u0))))
    (try! (check-owner))
    (asserts! (and (<= id count) (< id (var-get num-parties))) ERR-UNKNOWN-SIGNER)
    (try! (check-key (get key data)))
    (asserts! (> (get weight data) u0) ERR-ZERO-WEIGHT)
    (asserts! (<= weight (var-get num-keys)) ERR-WEIGHT-EXCEEDS-KEYS)
    (map-set signers id data)
    (var-set total-weight weight)
    (if (is-eq id count) (var-set signer-count (+ count u1)) false)
    (print (merge data { topic: "signer", id: id }))
    (ok true)))

;; Only the last seat, so that the list stays without gaps.
(define-public (delete-signer-data (id uint))
  (let ((known (unwrap! (map-get? signers id) ERR-UNKNOWN-SIGNER)))
    (try! (check-owner))
    (asserts! (is-eq (+ id u1) (var-get signer-count)) ERR-NOT-LAST-SIGNER)
    (map-delete signers id)
    (var-set total-weight (- (var-get total-weight) (get weight known)))
    (var-set signer-count id)
    (print { topic: "signer-deleted", id: id })
    (ok true)))

;; ---- allow-lists and caps

(define-public (set-allow-list-enabled (enabled bool))
  (begin
    (try! (check-owner))
    (var-set allow-list-enabled enabled)
    (print { topic: "allow-list-enabled", enabled: enabled })
    (ok true)))

(define-private (allow-recipient (entry { who: principal, allowed: bool }))
  (map-set allowed-recipients (get who entry) (get allowed entry)))

(define-public (set-recipients-allowed (entries (list 50 { who: principal, allowed: bool })))
  (begin
    (try! (check-owner))
    (map allow-recipient entries)
    (print { topic: "recipients-allowed", entries: entries })
    (ok true)))

(define-private (allow-script (entry { script: (buff 34), allowed: bool }))
  (map-set allowed-scripts (get script entry) (get allowed entry)))

(define-public (set-scripts-allowed (entries (list 50 { script: (buff 34), allowed: bool })))
  (begin
    (try! (check-owner))
    (map allow-script entries)
    (print { topic: "scripts-allowed", entries: entries })
    (ok true)))

(define-public (set-limits (rules
    { min-amount: uint, max-mint: uint, max-lock: uint, window: uint, window-mint: uint, window-lock: uint,
      supply-cap: uint, confirmations: uint, lifetime: uint }))
  (begin
    (try! (check-owner))
    (asserts! (and
      (> (get min-amount rules) u0) (<= (get max-mint rules) ALL-BITCOIN) (<= (get max-lock rules) ALL-BITCOIN)
      (> (get window rules) u0) (<= (get window rules) u52560)
      (<= (get window-mint rules) ALL-BITCOIN) (<= (get window-lock rules) ALL-BITCOIN)
      (<= (get supply-cap rules) ALL-BITCOIN)
      (> (get confirmations rules) u0) (<= (get confirmations rules) u1000)
      (> (get lifetime rules) u0) (<= (get lifetime rules) u52560)) ERR-BAD-LIMITS)
    (var-set limits rules)
    (print (merge rules { topic: "limits" }))
    (ok true)))

;; ---- what others read

(define-read-only (get-contract-owner) (var-get contract-owner))
(define-read-only (get-pending-owner) (var-get pending-owner))
(define-read-only (get-coordinator-data) (var-get coordinator))
(define-read-only (get-trading-halted) (or (var-get halted-by-owner) (var-get halted-by-coordinator)))
(define-read-only (get-halts)
  { owner: (var-get halted-by-owner), coordinator: (var-get halted-by-coordinator) })
(define-read-only (get-num-keys) (var-get num-keys))
(define-read-only (get-num-parties) (var-get num-parties))
(define-read-only (get-threshold) (var-get threshold))
(define-read-only (get-signer-count) (var-get signer-count))
(define-read-only (get-total-weight) (var-get total-weight))
(define-read-only (get-signer-data (id uint)) (map-get? signers id))

(define-private (signer-at (offset uint) (first uint))
  (map-get? signers (+ first offset)))

;; Twenty seats from `first` on; none where there is no such seat.
(define-read-only (get-signers (first uint))
  (map signer-at PAGE
    (list first first first first first first first first first first
      first first first first first first first first first first)))

(define-read-only (get-limits) (var-get limits))
(define-read-only (get-allow-list-enabled) (var-get allow-list-enabled))
(define-read-only (is-recipient-allowed (who principal))
  (or (not (var-get allow-list-enabled)) (default-to false (map-get? allowed-recipients who))))
(define-read-only (is-script-allowed (script (buff 34)))
  (or (not (var-get allow-list-enabled)) (default-to false (map-get? allowed-scripts script))))
