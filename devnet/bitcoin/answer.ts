/** An answer to one request. */
export interface Answer {
  readonly status: number;
  readonly type: "application/json" | "text/plain" | "application/octet-stream";
  readonly body: string | Uint8Array;
}

export const json = (value: unknown): Answer => ({
  status: 200,
  type: "application/json",
  body: JSON.stringify(value),
});
export const text = (body: string, status = 200): Answer => ({ status, type: "text/plain", body });
