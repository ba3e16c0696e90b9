// The console's client of the API. It acts with the session of the browser's cookie, like any other client with its key.
import type { components } from '../../client/api.gen.d.ts';
import { SlipwayClient } from '../../client/client.ts';

export type Schemas = components['schemas'];

/** Repeated in each request that changes something. Known after the session was read. */
let csrf: string | null = null;

export function setCsrf(token: string | null): void {
  csrf = token;
}

export function withCsrf(url: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  if (csrf !== null && init.method !== 'GET') headers.set('slipway-csrf', csrf);
  return fetch(url, { ...init, headers });
}

export const api = new SlipwayClient({ baseUrl: location.origin, fetch: withCsrf, retries: { retriesMax: 2 } });
