// Calls Cloudflare's API v4 for `npm run setup`. Each error message says what was refused, then how to fix it.
import { z } from 'zod';

const defaultUrl = 'https://api.cloudflare.com/client/v4';
const timeoutMs = 60_000;

const envelopeSchema = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).default([]),
  result: z.unknown(),
});

export interface CloudflareCall {
  method: 'GET' | 'POST' | 'PUT';
  /** The path below the account, such as `/queues`. */
  path: string;
  body?: unknown;
  /** The bucket's jurisdiction, because R2 doesn't look for the bucket anywhere else. */
  jurisdiction?: string | undefined;
  /** A phrase that describes the request: `create the queue slipway-scans`. */
  purpose: string;
  /** The token permission that the request needs, as named in the dashboard. */
  permission: string;
}

/** A failure whose message says how to fix it. Another attempt would fail until then. */
export class SetupFailure extends Error {}

class Refusal extends SetupFailure {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export class Cloudflare {
  readonly #token: string;
  readonly #url: string;
  accountId = '';

  /** `url` points to another API in tests. Wrangler reads the same variable, `CLOUDFLARE_API_BASE_URL`. */
  constructor(token: string, url = defaultUrl) {
    this.#token = token;
    this.#url = url;
  }

  /** Returns the accounts that the token may see. */
  async accounts(): Promise<{ id: string; name: string }[]> {
    const call = {
      method: 'GET',
      path: '/accounts',
      purpose: 'list the accounts',
      permission: 'Account Settings: Read',
    } as const;
    const schema = z.array(z.object({ id: z.string(), name: z.string() }));
    return this.#read(call, await this.#send(call, '/accounts?per_page=50'), schema);
  }

  async call<Output>(call: CloudflareCall, schema: z.ZodType<Output>): Promise<Output> {
    return this.#read(call, await this.#send(call, `/accounts/${this.accountId}${call.path}`), schema);
  }

  /** Like `call`, but with a full path, such as `/zones`, for resources outside the account. */
  async callWhole<Output>(call: CloudflareCall, schema: z.ZodType<Output>): Promise<Output> {
    return this.#read(call, await this.#send(call, call.path), schema);
  }

  /** Like `call`, but returns undefined for a missing resource. */
  async find<Output>(call: CloudflareCall, schema: z.ZodType<Output>): Promise<Output | undefined> {
    try {
      return await this.call(call, schema);
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) return undefined;
      throw error;
    }
  }

  async #send(call: CloudflareCall, path: string): Promise<Response> {
    const headers = {
      authorization: `Bearer ${this.#token}`,
      'content-type': 'application/json',
      ...(call.jurisdiction === undefined ? {} : { 'cf-r2-jurisdiction': call.jurisdiction }),
    };
    const body = call.body === undefined ? {} : { body: JSON.stringify(call.body) };
    try {
      return await fetch(`${this.#url}${path}`, {
        method: call.method,
        headers,
        ...body,
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (error) {
      const { cause } = error as Error;
      throw new SetupFailure(
        `Cloudflare could not be reached to ${call.purpose}: ${cause instanceof Error ? cause.message : String(error)}. Check the network, then run setup again: it continues where it stopped.`,
      );
    }
  }

  async #read<Output>(call: CloudflareCall, response: Response, schema: z.ZodType<Output>): Promise<Output> {
    const envelope = envelopeSchema.safeParse(await response.json().catch(() => undefined));
    if (!envelope.success || !envelope.data.success)
      throw new Refusal(response.status, refusalText(call, response.status, envelope.data?.errors ?? []));
    const result = schema.safeParse(envelope.data.result);
    if (result.success) return result.data;
    throw new SetupFailure(
      `Cloudflare's response to the request to ${call.purpose} does not match the documentation: ${z.prettifyError(result.error)}. Use a newer Slipway.`,
    );
  }
}

function refusalText(call: CloudflareCall, status: number, errors: { code: number; message: string }[]): string {
  const reasons = errors.map(({ code, message }) => `${message.replace(/\.$/, '')} (${code})`).join('; ');
  const said = `Cloudflare refuses to ${call.purpose}: ${reasons || `HTTP ${status}`}.`;
  return `${said} ${adviceFor(call, status, errors)}`;
}

const again = 'then run setup again: it continues where it stopped';

function adviceFor(
  { permission }: CloudflareCall,
  status: number,
  errors: { code: number; message: string }[],
): string {
  const text = errors.map(({ message }) => message).join(' ');
  if (errors.some(({ code }) => code === 10_042))
    return `Enable R2 in the dashboard (it asks for a payment method), ${again}.`;
  if (/limit|maximum|quota|too many|exceed/i.test(text))
    return `The account has reached its limit. Delete unneeded resources or ask Cloudflare for a higher limit, ${again}.`;
  if (status === 401) return 'Check CLOUDFLARE_API_TOKEN: it is wrong, expired or deleted.';
  if (status === 403) return `Give the API token the permission "${permission}" for this account, ${again}.`;
  if (status === 429) return 'Wait five minutes, then run setup again: it continues where it stopped.';
  if (status >= 500) return `Look at https://www.cloudflarestatus.com, ${again}.`;
  return `Correct that, ${again}.`;
}
