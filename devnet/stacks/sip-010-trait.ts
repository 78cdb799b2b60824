/** SIP-010's functions, written from the standard. On public networks the trait stands at a fixed address already. */
export const sip010Trait = `;; The functions of a fungible token (SIP-010).
(define-trait sip-010-trait (
  (get-name () (response (string-ascii 32) uint))
  (get-symbol () (response (string-ascii 32) uint))
  (get-decimals () (response uint uint))
  (get-balance (principal) (response uint uint))
  (get-total-supply () (response uint uint))
  (get-token-uri () (response (optional (string-utf8 256)) uint))
  (transfer (uint principal principal (optional (buff 34))) (response bool uint))))
`;
