// An HTTP client for Slipway. It checks that every error response has the documented error body.
import { SELF } from 'cloudflare:test';
import { checkErrorResponse } from './error-response.ts';

export const origin = 'http://slipway.test';

/** Handles requests, either with the Worker itself or with an app created with other Deps. */
export type Fetch = (request: Request) => Promise<Response>;

export const worker: Fetch = (request) => SELF.fetch(request);

export interface Answer {
  status: number;
  body: unknown;
  /** The body as received. */
  text: string;
  headers: Headers;
}

export interface Sent {
  /** Sent as JSON. */
  body?: unknown;
  /** Sent unchanged. */
  raw?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

export interface Client {
  fetch: Fetch;
  send(method: string, path: string, sent?: Sent): Promise<Answer>;
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  put(path: string, body?: unknown): Promise<Answer>;
  patch(path: string, body?: unknown): Promise<Answer>;
  del(path: string): Promise<Answer>;
}

/** `authorization` is the complete header value; null sends none. */
export function clientOf(authorization: string | null, fetch: Fetch = worker): Client {
  const send = async (method: string, path: string, { body, raw, headers }: Sent = {}) => {
    const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const request = new Request(`${origin}${path}`, {
      method,
      headers: {
        ...(authorization === null ? {} : { authorization }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(text === undefined ? {} : { body: text }),
    });
    return answerOf(await fetch(request));
  };
  return {
    fetch,
    send,
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, { body }),
    put: (path, body) => send('PUT', path, { body }),
    patch: (path, body) => send('PATCH', path, { body }),
    del: (path) => send('DELETE', path),
  };
}

async function answerOf(response: Response): Promise<Answer> {
  const { status, headers } = response;
  const text = new TextDecoder().decode(await response.arrayBuffer());
  const body: unknown = headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : undefined;
  if (status >= 400) checkErrorResponse(status, body);
  return { status, body, text, headers };
}
