import { z } from "../chains/zod.ts";
import { refuse } from "../../sbtc/refusal.ts";
import { jsonOf, request, textOf, type HttpEndpoint } from "../chains/http.ts";

/** One HTTP source, read as JSON of a shape. */
export class JsonSource {
  readonly #endpoint: HttpEndpoint;

  constructor(endpoint: HttpEndpoint) {
    this.#endpoint = endpoint;
  }

  /** @throws Refusal `nodeNotFound` for 404, other `node…` codes where the source fails */
  async get<T>(path: string, shape: z.ZodType<T>): Promise<T> {
    const answer = await request(this.#endpoint, path);
    if (answer.status === 404 || answer.status === 400)
      return refuse("nodeNotFound", `${path.slice(0, 90)} is not there`);
    if (answer.status !== 200) return refuse("nodeUnreachable", `the source answers ${answer.status}`);
    const parsed = shape.safeParse(jsonOf(answer));
    return parsed.success ? parsed.data : refuse("nodeAnswerMalformed", `${path}: another shape`);
  }

  async text(path: string): Promise<string> {
    const answer = await request(this.#endpoint, path);
    if (answer.status === 404 || answer.status === 400) return refuse("nodeNotFound", "not there");
    if (answer.status !== 200) return refuse("nodeUnreachable", `the source answers ${answer.status}`);
    return textOf(answer).trim();
  }

  async post(path: string, body: unknown): Promise<void> {
    const headers = { "content-type": "application/json" };
    const answer = await request(this.#endpoint, path, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    if (answer.status !== 200) refuse("nodeRejected", textOf(answer).slice(0, 200));
  }
}
