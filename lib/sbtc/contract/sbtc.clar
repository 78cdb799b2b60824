;; sBTC under a threshold group.
;;
;; The authority over supply and wallet is the signers' group key itself: mint!, reject!, lock!, burn!, refund! and
;; (after the first time) set-bitcoin-wallet-address carry its BIP-340 signature, and whoever holds one may submit it.
;; While trading is halted nothing is minted, moved, locked, settled or refunded. Errors are explained where they are
;; raised; no two causes share a code, and codes below 1000 belong to the contracts this one calls.
;; Amounts are satoshi. Bitcoin hashes and txids are in the order block explorers show them.

(impl-trait 'SP3FBR2AGK5H9QBDH3EEN6DF8EK8JY7RX8QJ5SVTE.sip-010-trait-ft-standard.sip-010-trait)

(define-constant ERR-NOT-HOLDER (err u2001))
(define-constant ERR-HALTED (err u2002))
(define-constant ERR-ZERO-AMOUNT (err u2003))
(define-constant ERR-INSUFFICIENT-BALANCE (err u2004))
(define-constant ERR-SELF-TRANSFER (err u2005))
(define-constant ERR-RECIPIENT-IS-CONTRACT (err u2006))
(define-constant ERR-NO-WALLET (err u2010))
(define-constant ERR-GROUP-SIGNATURE (err u2011))
(define-constant ERR-NEW-KEY-SIGNATURE (err u2012))
(define-constant ERR-KEY-USED-BEFORE (err u2013))
(define-constant ERR-EMPTY-ADDRESS (err u2014))
(define-constant ERR-FIRST-WALLET-CALLER (err u2015))
(define-constant ERR-OLD-KEY-SIGNATURE-MISSING (err u2016))
(define-constant ERR-TXID-LENGTH (err u2020))
(define-constant ERR-BURN-BLOCK-UNKNOWN (err u2021))
(define-constant ERR-BURN-BLOCK-ORPHANED (err u2022))
(define-constant ERR-TOO-FEW-CONFIRMATIONS (err u2023))
(define-constant ERR-DEPOSIT-MINTED (err u2030))
(define-constant ERR-DEPOSIT-REJECTED (err u2031))
(define-constant ERR-REQUEST-KNOWN (err u2032))
(define-constant ERR-MESSAGE-USED (err u2033))
(define-constant ERR-REQUEST-UNKNOWN (err u2034))
(define-constant ERR-REQUEST-SETTLED (err u2035))
(define-constant ERR-REQUEST-REFUNDED (err u2036))
(define-constant ERR-NOT-EXPIRED (err u2037))
(define-constant ERR-BELOW-MINIMUM (err u2040))
(define-constant ERR-MINT-CAP (err u2041))
(define-constant ERR-LOCK-CAP (err u2042))
(define-constant ERR-MINT-WINDOW-CAP (err u2043))
(define-constant ERR-LOCK-WINDOW-CAP (err u2044))
(define-constant ERR-SUPPLY-CAP (err u2045))
(define-constant ERR-RECIPIENT-NOT-ALLOWED (err u2046))
(define-constant ERR-SCRIPT-NOT-ALLOWED (err u2047))

(define-constant TAG (sha256 0x686f617266726f73742f736274632d636f6e74726163742f31)) ;; "hoarfrost/sbtc-contract/1"
(define-constant SELF (as-contract tx-sender))
(define-constant NO-TXID 0x)

(define-fungible-token sbtc u2100000000000000)

;; epoch counts wallet changes: a group signature names the epoch it was made for and dies with it
(define-data-var key-epoch uint u0)
(define-data-var wallet (optional { key: (buff 32), address: (string-ascii 72) }) none)
(define-map keys-used (buff 32) bool)

(define-map deposits { txid: (buff 32), vout: uint }
  { state: (string-ascii 8), amount: uint, recipient: (optional principal), burn-height: uint })
(define-map withdrawals (buff 32)
  { state: (string-ascii 8), owner: principal, amount: uint, script: (buff 34), message: (buff 32),
    burn-height: uint, expires: uint, final-txid: (buff 32) })
;; per holder, since two holders may well send the same amount to the same exchange
(define-map messages-used { owner: principal, message: (buff 32) } (buff 32))

;; amounts by slot of a twelfth of the window; an entry counts until all of its slot is out of the window
(define-data-var minted-slots (list 16 { at: uint, amount: uint }) (list))
(define-data-var locked-slots (list 16 { at: uint, amount: uint }) (list))

;; ---- what the group signs

(define-private (header (action (string-ascii 10)))
  { chain: chain-id, contract: SELF, action: action, epoch: (var-get key-epoch) })

(define-private (tagged (body (buff 1024)))
  (sha256 (concat TAG (concat TAG body))))

(define-private (check-group (body (buff 1024)) (signature (buff 64)) (hints (buff 128)))
  (let ((key (get key (unwrap! (var-get wallet) ERR-NO-WALLET))))
    (ok (asserts! (contract-call? .bip340 verify (tagged body) signature key hints) ERR-GROUP-SIGNATURE))))

;; ---- guards

(define-private (check-trading)
  (ok (asserts! (not (get-trading-halted)) ERR-HALTED)))

(define-private (check-txid (txid (buff 32)))
  (ok (asserts! (is-eq (len txid) u32) ERR-TXID-LENGTH)))

(define-private (tip)
  (contract-call? .burn-view get-height))

;; A reorganisation of Bitcoin takes Stacks with it: a call whose Bitcoin block is gone fails on the new fork.
(define-private (check-burn-block (height uint) (hash (buff 32)))
  (let ((known (unwrap! (contract-call? .burn-view get-header-hash height) ERR-BURN-BLOCK-UNKNOWN)))
    (asserts! (is-eq known hash) ERR-BURN-BLOCK-ORPHANED)
    (ok (asserts! (>= (+ (tip) u1) (+ height (get confirmations (get-limits)))) ERR-TOO-FEW-CONFIRMATIONS))))

;; ---- rolling caps

;; A twelfth of the window, rounded up.
(define-private (slot-length)
  (/ (+ (get window (get-limits)) u11) u12))

(define-private (keep-if-recent (slot { at: uint, amount: uint })
    (sum { tip: uint, reach: uint, at: uint, here: uint, total: uint, older: (list 16 { at: uint, amount: uint }) }))
  (if (<= (+ (get at slot) (get reach sum)) (get tip sum))
    sum
    (let ((counted (merge sum { total: (+ (get total sum) (get amount slot)) })))
      (if (is-eq (get at slot) (get at sum))
        (merge counted { here: (+ (get here sum) (get amount slot)) })
        (merge counted { older: (unwrap-panic (as-max-len? (append (get older sum) slot) u16)) })))))

;; What the last `window` burn blocks saw (a little more where a slot is only partly inside), and the slots with
;; `amount` added at `at`. A window spans at most fourteen slots; should a change of the window ever leave more, they
;; become one that starts now, which only counts longer.
(define-private (with-amount (slots (list 16 { at: uint, amount: uint })) (at uint) (amount uint))
  (let ((sum (fold keep-if-recent slots {
      tip: (tip), reach: (+ (slot-length) (get window (get-limits))),
      at: at, here: u0, total: u0, older: (list) })))
    { total: (+ (get total sum) amount),
      slots: (default-to (list { at: at, amount: (+ (get total sum) amount) })
        (as-max-len? (append (get older sum) { at: at, amount: (+ (get here sum) amount) }) u16)) }))

(define-private (slot-start)
  (- (tip) (mod (tip) (slot-length))))

(define-private (count-mint (amount uint))
  (let (
      (rules (get-limits))
      (counted (with-amount (var-get minted-slots) (slot-start) amount)))
    (asserts! (>= amount (get min-amount rules)) ERR-BELOW-MINIMUM)
    (asserts! (<= amount (get max-mint rules)) ERR-MINT-CAP)
    (asserts! (<= (get total counted) (get window-mint rules)) ERR-MINT-WINDOW-CAP)
    (asserts! (<= (+ amount (ft-get-supply sbtc)) (get supply-cap rules)) ERR-SUPPLY-CAP)
    (ok (var-set minted-slots (get slots counted)))))

(define-private (count-lock (amount uint))
  (let (
      (rules (get-limits))
      (counted (with-amount (var-get locked-slots) (slot-start) amount)))
    (asserts! (>= amount (get min-amount rules)) ERR-BELOW-MINIMUM)
    (asserts! (<= amount (get max-lock rules)) ERR-LOCK-CAP)
    (asserts! (<= (get total counted) (get window-lock rules)) ERR-LOCK-WINDOW-CAP)
    (ok (var-set locked-slots (get slots counted)))))

;; ---- peg in

(define-private (close-deposit (deposit { txid: (buff 32), vout: uint })
    (entry { state: (string-ascii 8), amount: uint, recipient: (optional principal), burn-height: uint }))
  (match (map-get? deposits deposit)
    known (if (is-eq (get state known) "minted") ERR-DEPOSIT-MINTED ERR-DEPOSIT-REJECTED)
    (ok (map-set deposits deposit entry))))

;; txid:vout is the deposit, burn-height and burn-hash the Bitcoin block it is in.
(define-public (mint! (amount uint) (recipient principal) (txid (buff 32)) (vout uint)
    (burn-height uint) (burn-hash (buff 32)) (signature (buff 64)) (hints (buff 128)))
  (begin
    (try! (check-trading))
    (try! (check-txid txid))
    (try! (close-deposit { txid: txid, vout: vout }
      { state: "minted", amount: amount, recipient: (some recipient), burn-height: burn-height }))
    (asserts! (not (is-eq recipient SELF)) ERR-RECIPIENT-IS-CONTRACT)
    (asserts! (contract-call? .sbtc-config is-recipient-allowed recipient) ERR-RECIPIENT-NOT-ALLOWED)
    (try! (check-burn-block burn-height burn-hash))
    (try! (count-mint amount))
    (try! (check-group (unwrap-panic (to-consensus-buff? (merge (header "mint") {
      amount: amount, recipient: recipient, txid: txid, vout: vout,
      burn-height: burn-height, burn-hash: burn-hash }))) signature hints))
    (try! (ft-mint? sbtc amount recipient))
    (print { topic: "mint", txid: txid, vout: vout, amount: amount, recipient: recipient, burn-height: burn-height })
    (ok true)))

;; The deposit will never be minted, so the signers may return it. reason is theirs to number.
(define-public (reject! (reason uint) (txid (buff 32)) (vout uint)
    (burn-height uint) (burn-hash (buff 32)) (signature (buff 64)) (hints (buff 128)))
  (begin
    (try! (check-trading))
    (try! (check-txid txid))
    (try! (close-deposit { txid: txid, vout: vout }
      { state: "rejected", amount: u0, recipient: none, burn-height: burn-height }))
    (try! (check-burn-block burn-height burn-hash))
    (try! (check-group (unwrap-panic (to-consensus-buff? (merge (header "reject") {
      reason: reason, txid: txid, vout: vout, burn-height: burn-height, burn-hash: burn-hash })))
      signature hints))
    (print { topic: "reject", txid: txid, vout: vout, reason: reason, burn-height: burn-height })
    (ok true)))

;; ---- peg out: locked -> settled | refunded, both final

;; txid is the request on Bitcoin, owner-signature the holder's own, as it stands there (recovery id first).
(define-public (lock! (amount uint) (script (buff 34)) (address (string-ascii 90)) (dialect uint)
    (owner-signature (buff 65)) (txid (buff 32))
    (burn-height uint) (burn-hash (buff 32)) (signature (buff 64)) (hints (buff 128)))
  (let (
      (signed (try! (contract-call? .peg-out-message recover-owner dialect amount script address owner-signature)))
      (owner (get owner signed))
      (expires (+ (tip) (get lifetime (get-limits)))))
    (try! (check-trading))
    (try! (check-txid txid))
    (asserts! (is-none (map-get? withdrawals txid)) ERR-REQUEST-KNOWN)
    (asserts! (map-insert messages-used { owner: owner, message: (get message signed) } txid) ERR-MESSAGE-USED)
    (asserts! (contract-call? .sbtc-config is-script-allowed script) ERR-SCRIPT-NOT-ALLOWED)
    (try! (check-burn-block burn-height burn-hash))
    (try! (count-lock amount))
    (try! (check-group (unwrap-panic (to-consensus-buff? (merge (header "lock") {
      amount: amount, script: script, address: address, dialect: dialect, owner-signature: owner-signature,
      txid: txid, burn-height: burn-height, burn-hash: burn-hash }))) signature hints))
    (map-set withdrawals txid { state: "locked", owner: owner, amount: amount, script: script,
      message: (get message signed), burn-height: burn-height, expires: expires, final-txid: NO-TXID })
    (try! (move amount owner SELF))
    (print { topic: "lock", txid: txid, amount: amount, owner: owner, script: script, expires: expires,
      burn-height: burn-height })
    (ok true)))

(define-private (finish (txid (buff 32)) (state (string-ascii 8)) (final-txid (buff 32)))
  (let ((request (unwrap! (map-get? withdrawals txid) ERR-REQUEST-UNKNOWN)))
    (asserts! (not (is-eq (get state request) "settled")) ERR-REQUEST-SETTLED)
    (asserts! (not (is-eq (get state request) "refunded")) ERR-REQUEST-REFUNDED)
    (try! (check-trading))
    (try! (check-txid final-txid))
    (map-set withdrawals txid (merge request { state: state, final-txid: final-txid }))
    (ok request)))

;; Settles a peg-out: payout-txid paid the holder on Bitcoin, in the block named, and the locked tokens go.
(define-public (burn! (txid (buff 32)) (payout-txid (buff 32))
    (burn-height uint) (burn-hash (buff 32)) (signature (buff 64)) (hints (buff 128)))
  (let ((request (try! (finish txid "settled" payout-txid))))
    (try! (check-burn-block burn-height burn-hash))
    (try! (check-group (unwrap-panic (to-consensus-buff? (merge (header "settle") {
      txid: txid, payout-txid: payout-txid, burn-height: burn-height, burn-hash: burn-hash })))
      signature hints))
    (try! (as-contract (ft-burn? sbtc (get amount request) tx-sender)))
    (print { topic: "settle", txid: txid, payout-txid: payout-txid, amount: (get amount request),
      owner: (get owner request), burn-height: burn-height })
    (ok true)))

;; Gives the locked tokens back: cancel-txid spent the request on Bitcoin, so that no payout can follow.
(define-public (refund! (txid (buff 32)) (cancel-txid (buff 32))
    (burn-height uint) (burn-hash (buff 32)) (signature (buff 64)) (hints (buff 128)))
  (let ((request (try! (finish txid "refunded" cancel-txid))))
    (asserts! (> (tip) (get expires request)) ERR-NOT-EXPIRED)
    (try! (check-burn-block burn-height burn-hash))
    (try! (check-group (unwrap-panic (to-consensus-buff? (merge (header "refund") {
      txid: txid, cancel-txid: cancel-txid, burn-height: burn-height, burn-hash: burn-hash })))
      signature hints))
    (try! (move (get amount request) SELF (get owner request)))
    (print { topic: "refund", txid: txid, cancel-txid: cancel-txid, amount: (get amount request),
      owner: (get owner request), burn-height: burn-height })
    (ok true)))

;; ---- the wallet

;; The new key signs that it exists; after the first time the old key signs that it agrees. Works while halted, so
;; that a group can rotate away from trouble before trading goes on.
(define-public (set-bitcoin-wallet-address (address (string-ascii 72)) (key (buff 32))
    (new-signature (buff 64)) (new-hints (buff 128))
    (old (optional { signature: (buff 64), hints: (buff 128) })))
  (let (
      (body (unwrap-panic (to-consensus-buff? (merge (header "set-wallet") { address: address, key: key }))))
      (epoch (+ u1 (var-get key-epoch))))
    (asserts! (> (len address) u0) ERR-EMPTY-ADDRESS)
    (asserts! (contract-call? .bip340 verify (tagged body) new-signature key new-hints) ERR-NEW-KEY-SIGNATURE)
    (asserts! (map-insert keys-used key true) ERR-KEY-USED-BEFORE)
    (if (is-none (var-get wallet))
      (asserts! (or
        (contract-call? .sbtc-config is-owner contract-caller)
        (contract-call? .sbtc-config is-coordinator contract-caller)) ERR-FIRST-WALLET-CALLER)
      (let ((agreed (unwrap! old ERR-OLD-KEY-SIGNATURE-MISSING)))
        (try! (check-group body (get signature agreed) (get hints agreed)))))
    (var-set wallet (some { key: key, address: address }))
    (var-set key-epoch epoch)
    (print { topic: "set-wallet", key: key, address: address, epoch: epoch })
    (ok true)))

;; ---- the token (SIP-010)

(define-private (move (amount uint) (sender principal) (recipient principal))
  (begin
    (asserts! (> amount u0) ERR-ZERO-AMOUNT)
    (asserts! (not (is-eq sender recipient)) ERR-SELF-TRANSFER)
    (asserts! (>= (ft-get-balance sbtc sender) amount) ERR-INSUFFICIENT-BALANCE)
    (ft-transfer? sbtc amount sender recipient)))

(define-public (transfer (amount uint) (sender principal) (recipient principal) (memo (optional (buff 34))))
  (begin
    (asserts! (or (is-eq tx-sender sender) (is-eq contract-caller sender)) ERR-NOT-HOLDER)
    (try! (check-trading))
    ;; what the contract holds are locked requests: anything else sent here could never leave again
    (asserts! (not (is-eq recipient SELF)) ERR-RECIPIENT-IS-CONTRACT)
    (try! (move amount sender recipient))
    (match memo bytes (print bytes) 0x)
    (ok true)))

(define-read-only (get-name) (ok "sBTC"))
(define-read-only (get-symbol) (ok "sBTC"))
(define-read-only (get-decimals) (ok u8))
(define-read-only (get-balance (who principal)) (ok (ft-get-balance sbtc who)))
(define-read-only (get-total-supply) (ok (ft-get-supply sbtc)))
(define-read-only (get-token-uri) (ok none))

;; ---- what others read

(define-read-only (get-bitcoin-wallet-address)
  (match (var-get wallet) known (some (get address known)) none))
(define-read-only (get-wallet)
  { epoch: (var-get key-epoch), wallet: (var-get wallet) })
(define-read-only (get-deposit (txid (buff 32)) (vout uint)) (map-get? deposits { txid: txid, vout: vout }))
(define-read-only (get-withdrawal (txid (buff 32))) (map-get? withdrawals txid))
(define-read-only (get-message-use (owner principal) (message (buff 32)))
  (map-get? messages-used { owner: owner, message: message }))
;; What the window holds now, before any further amount.
(define-read-only (get-window-use)
  { minted: (get total (with-amount (var-get minted-slots) (slot-start) u0)),
    locked: (get total (with-amount (var-get locked-slots) (slot-start) u0)) })

;; The alpha had these in the token contract, and its readers look for them here.
(define-read-only (get-limits) (contract-call? .sbtc-config get-limits))
(define-read-only (get-trading-halted) (contract-call? .sbtc-config get-trading-halted))
(define-read-only (get-coordinator-data) (contract-call? .sbtc-config get-coordinator-data))
(define-read-only (get-num-keys) (contract-call? .sbtc-config get-num-keys))
(define-read-only (get-num-parties) (contract-call? .sbtc-config get-num-parties))
(define-read-only (get-threshold) (contract-call? .sbtc-config get-threshold))
(define-read-only (get-signer-data (id uint)) (contract-call? .sbtc-config get-signer-data id))
