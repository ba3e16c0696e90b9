// The API as its users call it from Node and browsers: typed by the OpenAPI document, refusals as errors, sent again where that
// is safe. For the CLI and the console.
import type { paths } from './api.gen.d.ts';
import { ConnectionError, refusalOf } from './errors.ts';
import type { Answer, Arguments, CallOptions, Method, PathOf } from './operations.ts';
import { defaultRetries, pause, type RetrySettings, sendWithRetries } from './retry.ts';
import { linesOf, type ServerSentEvent, serverSentEvents } from './streams.ts';

export interface ClientSettings {
  baseUrl: string;
  /** `sk_…`; without one no Authorization is sent. */
  apiKey?: string;
  /** Told in the User-Agent, where the runtime lets it be set. */
  userAgent?: string;
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  retries?: Partial<RetrySettings>;
}

interface Given extends CallOptions {
  path?: object | undefined;
  query?: object | undefined;
  body?: unknown;
  form?: FormData | undefined;
}

const idempotentMethods: ReadonlySet<Method> = new Set(['get', 'put', 'delete']);

export class SlipwayClient {
  readonly #settings: ClientSettings;
  readonly #retries: RetrySettings;
  /** The newest state of the database that this client has seen: what it reads is never older. */
  #bookmark: string | undefined;

  constructor(settings: ClientSettings) {
    this.#settings = settings;
    this.#retries = { ...defaultRetries, ...settings.retries };
  }

  /** For requests that go elsewhere than to the API: by the same means, and as patiently. */
  get transport(): Pick<ClientSettings, 'fetch'> & { retries: RetrySettings } {
    const { fetch } = this.#settings;
    return { ...(fetch ? { fetch } : {}), retries: this.#retries };
  }

  get<Path extends PathOf<'get'>>(path: Path, ...[options]: Arguments<Path, 'get'>): Promise<Answer<Path, 'get'>> {
    return this.#json('get', path, options);
  }

  post<Path extends PathOf<'post'>>(path: Path, ...[options]: Arguments<Path, 'post'>): Promise<Answer<Path, 'post'>> {
    return this.#json('post', path, options);
  }

  put<Path extends PathOf<'put'>>(path: Path, ...[options]: Arguments<Path, 'put'>): Promise<Answer<Path, 'put'>> {
    return this.#json('put', path, options);
  }

  patch<Path extends PathOf<'patch'>>(
    path: Path,
    ...[options]: Arguments<Path, 'patch'>
  ): Promise<Answer<Path, 'patch'>> {
    return this.#json('patch', path, options);
  }

  delete<Path extends PathOf<'delete'>>(
    path: Path,
    ...[options]: Arguments<Path, 'delete'>
  ): Promise<Answer<Path, 'delete'>> {
    return this.#json('delete', path, options);
  }

  /** The lines of an answer in NDJSON, each parsed. */
  async *lines<Path extends PathOf<'get'>>(path: Path, ...[options]: Arguments<Path, 'get'>): AsyncGenerator<unknown> {
    const response = await this.#answered('get', path, withAccept(options, 'application/x-ndjson'));
    for await (const line of linesOf(response.body)) if (line !== '') yield JSON.parse(line);
  }

  /** Server-sent events until the server ends them; a connection that breaks is taken up after the last event seen. */
  async *events<Path extends PathOf<'get'>>(
    path: Path,
    ...[options]: Arguments<Path, 'get'>
  ): AsyncGenerator<ServerSentEvent> {
    const given: Given = withAccept(options, 'text/event-stream');
    let lastId: string | undefined;
    for (let broken = 0; ; broken += 1) {
      const resumed = lastId === undefined ? {} : { 'last-event-id': lastId };
      const response = await this.#answered('get', path, { ...given, headers: { ...given.headers, ...resumed } });
      try {
        for await (const event of serverSentEvents(response.body)) {
          lastId = event.id ?? lastId;
          broken = 0;
          yield event;
        }
        return;
      } catch (cause) {
        given.signal?.throwIfAborted();
        if (broken >= this.#retries.retriesMax)
          throw new ConnectionError(response.url || this.#settings.baseUrl, cause);
        await pause(this.#retries.pauseMs, given.signal);
      }
    }
  }

  async #json<Path extends keyof paths, M extends Method>(
    method: M,
    path: Path,
    options: Given | undefined,
  ): Promise<Answer<Path, M>> {
    const response = await this.#answered(method, path, options);
    const text = await response.text();
    return JSON.parse(text === '' ? 'null' : text);
  }

  async #answered(method: Method, path: string, given: Given = {}): Promise<Response> {
    const url = urlOf(this.#settings.baseUrl, path, given);
    const headers = this.#headers(method, given);
    const init: RequestInit = {
      method: method.toUpperCase(),
      headers,
      ...bodyOf(given),
      ...(given.signal ? { signal: given.signal } : {}),
    };
    const send = this.#settings.fetch ?? fetch;
    const sending = {
      url,
      attempt: () => send(url, init),
      repeatable: idempotentMethods.has(method) || 'idempotency-key' in headers,
      signal: given.signal,
    };
    const response = await sendWithRetries(sending, this.#retries);
    this.#bookmark = response.headers.get('x-d1-bookmark') ?? this.#bookmark;
    if (!response.ok) throw await refusalOf(response);
    return response;
  }

  #headers(method: Method, { body, headers, idempotencyKey }: Given): Record<string, string> {
    const { apiKey, userAgent } = this.#settings;
    const keyed = method === 'post' && idempotencyKey !== false;
    return {
      accept: 'application/json',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      ...(userAgent === undefined ? {} : { 'user-agent': userAgent }),
      ...(this.#bookmark === undefined ? {} : { 'x-d1-bookmark': this.#bookmark }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(keyed ? { 'idempotency-key': idempotencyKey ?? crypto.randomUUID() } : {}),
      ...headers,
    };
  }
}

function withAccept(options: Given | undefined, accept: string): Given {
  return { ...options, headers: { accept, ...options?.headers } };
}

function bodyOf({ body, form }: Given): Pick<RequestInit, 'body'> {
  if (form) return { body: form };
  return body === undefined ? {} : { body: JSON.stringify(body) };
}

/** `/plugins/{plugin_id}?limit=10`: every value is encoded, so that none reaches beyond its place. */
function urlOf(baseUrl: string, path: string, { path: values, query }: Given): string {
  const named = new Map(Object.entries(values ?? {}));
  const filled = path.replaceAll(/\{([^}]+)\}/g, (_, name) => encodeURIComponent(String(named.get(name))));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    for (const one of [value].flat()) if (one !== undefined && one !== null) search.append(name, String(one));
  const asked = search.size === 0 ? '' : `?${search}`;
  return `${baseUrl.replace(/\/+$/, '')}${filled}${asked}`;
}
