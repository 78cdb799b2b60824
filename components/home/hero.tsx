/** Three crystals: two joined by one signature, the third apart. */
export function Hero() {
  return (
    <div className="hero">
      <div>
        <h1>
          One Bitcoin key,
          <br />
          held together
        </h1>
        <p className="lede">
          Your group makes a key that none of you has alone. Each person keeps a share in a browser tab;
          together, enough tabs sign ordinary Bitcoin transactions.
        </p>
      </div>
      <svg
        viewBox="0 0 460 300"
        role="img"
        aria-label="Three crystals. Alice and Bob are joined by one signature. Carol stands apart: she may be away."
      >
        <polygon className="near" points="28,300 28,97 58,64 58,300" />
        <polygon className="far" points="58,300 58,64 88,97 88,300" />
        <polygon className="near" points="206,300 206,97 236,64 236,300" />
        <polygon className="far" points="236,300 236,64 266,97 266,300" />
        <rect className="near" x="87" y="168" width="120" height="40" />
        <text className="on-bar" x="147" y="192" textAnchor="middle">
          one signature
        </text>
        <polygon className="apart" points="366,300 366,139 395,108 424,139 424,300" />
        <path className="apart-far" d="M395 300V108l29 31v161z" />
        <text x="58" y="32" textAnchor="middle">
          Alice
        </text>
        <text className="soft" x="58" y="50" textAnchor="middle">
          signs
        </text>
        <text x="236" y="32" textAnchor="middle">
          Bob
        </text>
        <text className="soft" x="236" y="50" textAnchor="middle">
          signs
        </text>
        <text x="395" y="76" textAnchor="middle">
          Carol
        </text>
        <text className="soft" x="395" y="94" textAnchor="middle">
          may be away
        </text>
      </svg>
    </div>
  );
}
