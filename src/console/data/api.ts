// The console's API client. It authenticates with the browser's session cookie; other clients use an API key.
import type { components } from '../../client/api.gen.d.ts';
import { fillPath, SlipwayClient } from '../../client/client.ts';
import type { Answer, Arguments, CallOptions, Method, PathOf } from '../../client/operations.ts';

export type Schemas = components['schemas'];

/** CSRF token, sent with every request that changes something. Known once the session has been read. */
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

/** A request not yet sent. An action first shows it as a command. */
export interface ApiRequest<Returned> {
  method: Uppercase<Method>;
  path: string;
  query?: object | undefined;
  body?: unknown;
  send: () => Promise<Returned>;
}

const methods = { get: 'GET', post: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE' } as const;

interface RequestParts extends CallOptions, Pick<ApiRequest<unknown>, 'query' | 'body'> {
  path?: object | undefined;
}

/** Describes a request. Replace `body` to show a different body than the one sent. */
export function apiRequest<Path extends PathOf<M>, M extends Method>(
  method: M,
  path: Path,
  ...options: Arguments<Path, M>
): ApiRequest<Answer<Path, M>> {
  const given: RequestParts | undefined = options[0];
  return {
    method: methods[method],
    path: fillPath(path, given?.path),
    query: given?.query,
    body: given?.body,
    send: () => api.call(method, path, ...options),
  };
}
