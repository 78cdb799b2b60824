import { createHash } from "node:crypto";

/** What the pages may talk to, and whether the site is reached through TLS. */
export interface PolicyOptions {
  /** Origins besides the site's own, for `connect-src`. */
  readonly connect: readonly string[];
  readonly tls: boolean;
}

/** Inline style that `@stacks/connect` puts into its wallet chooser; everything else comes from files. */
const walletChooserStyle = "'sha256-XAqmvmHbxpsWdiV8r21mbxg6TvObv4rFgc1ISZIovWc='";

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;
}

function contents(html: string, tag: "script" | "style"): string[] {
  const pattern = new RegExp(`<${tag}(\\s[^>]*)?>([\\s\\S]*?)</${tag}>`, "gi");
  return [...html.matchAll(pattern)]
    .filter(([, attributes]) => !/\ssrc\s*=/i.test(attributes ?? ""))
    .map(([, , text]) => text ?? "")
    .filter((text) => text !== "");
}

function unescape(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&#x27;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

function styleAttributes(html: string): string[] {
  const withoutScripts = html.replace(/<script[\s\S]*?<\/script>/gi, "");
  return [...withoutScripts.matchAll(/\sstyle="([^"]*)"/gi)].map(([, text]) => unescape(text ?? ""));
}

const unique = (values: readonly string[]) => [...new Set(values)];

/**
 * The Content-Security-Policy of one exported file. Inline scripts and styles of that very file are named by hash;
 * nothing else inline runs.
 * @param html the file's text, or the empty text for a file that is not HTML (a worker's script has a policy too)
 */
export function contentSecurityPolicy(html: string, options: PolicyOptions): string {
  const scripts = unique(contents(html, "script").map(hashOf));
  const styles = unique([...contents(html, "style").map(hashOf), walletChooserStyle]);
  const attributes = unique(styleAttributes(html).map(hashOf));
  const directives = [
    "default-src 'none'",
    `script-src ${["'self'", ...scripts].join(" ")}`,
    `style-src ${["'self'", ...styles].join(" ")}`,
    ...(attributes.length === 0 ? [] : [`style-src-attr 'unsafe-hashes' ${attributes.join(" ")}`]),
    "img-src 'self' data:",
    "font-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    `connect-src ${unique(["'self'", ...options.connect]).join(" ")}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return directives.join("; ");
}

/** What a page of ours uses of the device; everything else is switched off. */
const allowedFeatures = [
  "camera",
  "clipboard-write",
  "publickey-credentials-create",
  "publickey-credentials-get",
  "screen-wake-lock",
];
const refusedFeatures = [
  "accelerometer",
  "autoplay",
  "bluetooth",
  "clipboard-read",
  "display-capture",
  "encrypted-media",
  "fullscreen",
  "geolocation",
  "gyroscope",
  "hid",
  "magnetometer",
  "microphone",
  "midi",
  "payment",
  "picture-in-picture",
  "serial",
  "usb",
  "xr-spatial-tracking",
];

/** Headers of every answer, whatever it is. */
export function commonHeaders(options: PolicyOptions): Readonly<Record<string, string>> {
  const features = [
    ...allowedFeatures.map((feature) => `${feature}=(self)`),
    ...refusedFeatures.map((feature) => `${feature}=()`),
  ];
  return {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Permissions-Policy": features.join(", "),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    ...(options.tls ? { "Strict-Transport-Security": "max-age=31536000; includeSubDomains" } : {}),
  };
}
