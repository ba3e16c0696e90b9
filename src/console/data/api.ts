// The console's client of the API. It acts with the session of the browser's cookie, like any other client with its key.
import type { components } from '../../client/api.gen.d.ts';
import { fillPath, SlipwayClient } from '../../client/client.ts';
import type { Answer, Arguments, CallOptions, Method, PathOf } from '../../client/operations.ts';

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

/** A request that is not sent yet. An action shows it as a command before. */
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

/** Describes a request. To show another body than the one that is sent, replace `body`. */
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
