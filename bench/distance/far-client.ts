// Sends requests to the Worker whose bindings are far away, and reads what they took. Sends the bookmark of the last answer, as
// Slipway's own clients do.
import { z } from 'zod';
import type { Local } from '../../scripts/local/organization.ts';

export const tripsSchema = z.object({
  primary: z.number(),
  replica: z.number(),
  r2: z.number(),
  queue: z.number(),
  builder: z.number(),
});
export type Trips = z.infer<typeof tripsSchema>;

export const spentSchema = z.object({
  read: z.number(),
  written: z.number(),
  classA: z.number(),
  classB: z.number(),
  messages: z.number(),
  invocations: z.number(),
});

const tookSchema = z.object({ ms: z.number(), trips: tripsSchema });
export type Took = z.infer<typeof tookSchema>;
const messagesSchema = z.array(tookSchema.extend({ type: z.string() }));

export interface Answered extends Took {
  body: unknown;
}

export interface Asked extends Took {
  status: number;
  retryAfter: string | null;
  text: string;
}

interface Sent {
  body?: unknown;
  /** The isolate that answers (`x-isolate`), by default the one of all other requests. */
  isolate?: string;
  /** Sets `x-near` or `x-cold` (worker.ts). */
  as?: 'near' | 'cold';
}

export class FarClient {
  readonly #local: Local;
  readonly #bookmarks: Record<string, string> = {};
  #distanceMs = 0;
  /** Whether everything but the database is near. */
  onlyDatabase = false;

  constructor(local: Local) {
    this.#local = local;
  }

  /** A client with another namespace, and with the same key. */
  inNamespace(namespaceId: string): FarClient {
    return new FarClient({ ...this.#local, namespace_id: namespaceId });
  }

  withKey(key: string): FarClient {
    return new FarClient({ ...this.#local, api_key: key });
  }

  plugins(path: string): string {
    return `/v1/namespaces/${this.#local.namespace_id}/plugins${path}`;
  }

  async send(method: string, path: string, sent: Sent = {}): Promise<Answered> {
    const { status, text, ...answered } = await this.ask(method, path, sent);
    if (status >= 400) throw new Error(`${method} ${path}: ${status} ${text.slice(0, 300)}`);
    return { ...answered, body: parsed(text) };
  }

  /** Sends a request that may fail. */
  async ask(method: string, path: string, { body, as, isolate }: Sent = {}): Promise<Asked> {
    const started = performance.now();
    const response = await fetch(`${this.#local.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#local.api_key}`,
        'content-type': 'application/json',
        ...this.#bookmarks,
        ...(as ? { [`x-${as}`]: '1' } : {}),
        ...(isolate === undefined ? {} : { 'x-isolate': isolate }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const ms = performance.now() - started;
    for (const [name, value] of response.headers) if (name.endsWith('-bookmark')) this.#bookmarks[name] = value;
    const trips = tripsSchema.parse(JSON.parse(response.headers.get('x-trips') ?? '{}'));
    return { ms, trips, status: response.status, retryAfter: response.headers.get('retry-after'), text };
  }

  /** Takes the database away, from one isolate or from everything, or gives it back. */
  async loseDatabase(how: 'fails' | 'hangs' | null, isolate: string | null = null): Promise<void> {
    const body = JSON.stringify({ how, isolate });
    await fetch(`${this.#local.url}/distance/database`, { method: 'POST', body });
  }

  setDistance(distanceMs: number): Promise<void> {
    this.#distanceMs = distanceMs;
    return this.wait(0);
  }

  /** Lets the Worker's clock go ahead. */
  async wait(aheadMs: number): Promise<void> {
    const body = JSON.stringify({ distance_ms: this.#distanceMs, ahead_ms: aheadMs, only_database: this.onlyDatabase });
    await fetch(`${this.#local.url}/distance`, { method: 'POST', body });
  }

  /** Returns what was spent since the last time. */
  async spent(): Promise<z.infer<typeof spentSchema>> {
    return spentSchema.parse(await (await fetch(`${this.#local.url}/distance/spent`)).json());
  }

  /** Runs the clock's handler. */
  async sweep(): Promise<Took> {
    return tookSchema.parse(await (await fetch(`${this.#local.url}/distance/sweep`)).json());
  }

  /** Returns what each message took since the last time. */
  async messages(): Promise<z.infer<typeof messagesSchema>> {
    return messagesSchema.parse(await (await fetch(`${this.#local.url}/distance/messages`)).json());
  }
}

function parsed(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text);
}
