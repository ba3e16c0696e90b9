// Calls the Slipway API from Node and browsers, for the CLI and the console. The OpenAPI document types requests and responses. Error
// responses are thrown, and requests are retried where that is safe.
import { writeJson } from '../core/json/text.ts';
import { parseWithTexts, type WithTexts } from './answer-texts.ts';
import type { components, paths } from './api.gen.d.ts';
import { ConnectionError, credentialProblem, toApiError } from './errors.ts';
import type { Answer, Arguments, CallOptions, Method, PathOf } from './operations.ts';
import { defaultRetries, pause, type RetrySettings, respondWithin, sendWithRetries } from './retry.ts';
import { readLines, type ServerSentEvent, serverSentEvents } from './streams.ts';

export interface ClientSettings {
  baseUrl: string;
  /** `sk_…`. Without a key, no Authorization header is sent. */
  apiKey?: string;
  /** Sent as User-Agent where the runtime allows it. */
  userAgent?: string;
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  retries?: Partial<RetrySettings>;
  /** How long a GET waits for the response to begin. By default as long as the runtime does, which is minutes. */
  responseMaxMs?: number;
  /** Aborts every request that has no signal of its own. */
  signal?: AbortSignal;
}

export type LaterCall = components['schemas']['LaterCall'];

interface RequestOptions extends CallOptions {
  path?: object | undefined;
  query?: object | undefined;
  body?: unknown;
  form?: FormData | undefined;
  /** Body to send as is: JSON, unless a header says otherwise. */
  content?: string | Uint8Array<ArrayBuffer>;
}

const idempotentMethods: ReadonlySet<Method> = new Set(['get', 'put', 'delete']);

export class SlipwayClient {
  readonly #settings: ClientSettings;
  readonly #retries: RetrySettings;
  /** The newest database state this client has seen. Reads never return an older one. */
  #bookmark: string | undefined;

  constructor(settings: ClientSettings) {
    const problem = credentialProblem(settings.apiKey ?? '');
    if (problem !== undefined) throw new TypeError(`The API key contains ${problem}.`);
    this.#settings = settings;
    this.#retries = { ...defaultRetries, ...settings.retries };
  }

  get baseUrl(): string {
    return this.#settings.baseUrl;
  }

  /** Returns the client's `fetch` and retry policy, for requests to other hosts such as presigned uploads. */
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

  /** Sends a request with a method known only at runtime. */
  call<Path extends PathOf<M>, M extends Method>(
    method: M,
    path: Path,
    ...[options]: Arguments<Path, M>
  ): Promise<Answer<Path, M>> {
    return this.#json(method, path, options);
  }

  /** Yields the lines of an NDJSON response as text, because seals cover their exact bytes. */
  async *lines<Path extends PathOf<'get'>>(path: Path, ...[options]: Arguments<Path, 'get'>): AsyncGenerator<string> {
    const response = await this.#data('get', path, withAccept(options, 'application/x-ndjson'));
    for await (const line of readLines(response.body)) if (line !== '') yield line;
  }

  /** Yields server-sent events until the server ends the stream. A broken connection resumes after the last event received. */
  async *events<Path extends PathOf<'get'>>(
    path: Path,
    ...[options]: Arguments<Path, 'get'>
  ): AsyncGenerator<ServerSentEvent> {
    const request: RequestOptions = withAccept(options, 'text/event-stream');
    let lastId: string | undefined;
    for (let failures = 0; ; failures += 1) {
      const resumed = lastId === undefined ? {} : { 'last-event-id': lastId };
      const response = await this.#data('get', path, { ...request, headers: { ...request.headers, ...resumed } });
      try {
        for await (const event of serverSentEvents(response.body)) {
          lastId = event.id ?? lastId;
          failures = 0;
          yield event;
        }
        return;
      } catch (cause) {
        const signal = this.#signalOf(request);
        signal?.throwIfAborted();
        if (failures >= this.#retries.retriesMax)
          throw new ConnectionError(response.url || this.#settings.baseUrl, cause);
        await pause(this.#retries.pauseMs, signal);
      }
    }
  }

  /** Sends a later call, and returns the accepted call. */
  async later<Path extends PathOf<'post'>>(path: Path, ...[options]: Arguments<Path, 'post'>): Promise<LaterCall> {
    const request: RequestOptions = { ...options };
    const headers = { ...request.headers, prefer: 'respond-async' };
    return JSON.parse(await (await this.#data('post', path, { ...request, headers })).text());
  }

  /**
   * Sends a POST whose response may be a stream of server-sent events, which is not resumed. Otherwise returns the response, with the
   * user's own JSON at `texts` as text.
   */
  async stream<Path extends PathOf<'post'>, Texts extends string>(
    path: Path,
    texts: Texts,
    ...[options]: Arguments<Path, 'post'>
  ): Promise<{ events: AsyncGenerator<ServerSentEvent> } | { answer: WithTexts<Answer<Path, 'post'>, Texts> }> {
    const response = await this.#data('post', path, withAccept(options, 'text/event-stream, application/json'));
    if (response.headers.get('content-type')?.startsWith('text/event-stream'))
      return { events: serverSentEvents(response.body) };
    return { answer: await parseWithTexts(await response.text(), texts) };
  }

  /** Sends a request whose response contains a user's own JSON at the path `texts`, and returns it with that JSON as text. */
  async exact<Path extends PathOf<M>, M extends Method, Texts extends string>(
    method: M,
    path: Path,
    texts: Texts,
    ...[options]: Arguments<Path, M>
  ): Promise<WithTexts<Answer<Path, M>, Texts>> {
    return parseWithTexts(await (await this.#data(method, path, options)).text(), texts);
  }

  /** Sends any request, even for an operation unknown to this client. Returns only successful responses. */
  request(
    method: Method,
    path: string,
    options: CallOptions & Pick<RequestOptions, 'path' | 'query' | 'content'> = {},
  ): Promise<Response> {
    return this.#send(method, path, options);
  }

  async #json<Path extends keyof paths, M extends Method>(
    method: M,
    path: Path,
    options: RequestOptions | undefined,
  ): Promise<Answer<Path, M>> {
    const response = await this.#data(method, path, options);
    const text = await response.text();
    return JSON.parse(text === '' ? 'null' : text);
  }

  /** Sends a request that Slipway never answers with a page. A proxy may, such as with its sign-in form. */
  async #data(method: Method, path: string, options?: RequestOptions): Promise<Response> {
    const response = await this.#send(method, path, options);
    if (!response.headers.get('content-type')?.startsWith('text/html')) return response;
    await response.body?.cancel();
    const { baseUrl } = this.#settings;
    throw new ConnectionError(baseUrl, new Error(`${new URL(response.url || baseUrl).origin} returned an HTML page`));
  }

  async #send(method: Method, path: string, options: RequestOptions = {}): Promise<Response> {
    const url = buildUrl(this.#settings.baseUrl, path, options);
    const headers = this.#headers(method, options);
    const init: RequestInit = {
      method: method.toUpperCase(),
      headers,
      ...toBody(options),
    };
    const { fetch: send = fetch, responseMaxMs } = this.#settings;
    const limitMs = method === 'get' ? responseMaxMs : undefined;
    const signal = this.#signalOf(options);
    const request = {
      url,
      attempt: () => respondWithin(limitMs, signal, (limited) => send(url, { ...init, ...limited })),
      repeatable: idempotentMethods.has(method) || 'idempotency-key' in headers,
      signal,
    };
    const response = await sendWithRetries(request, this.#retries);
    this.#bookmark = response.headers.get('slipway-bookmark') ?? this.#bookmark;
    if (!response.ok) throw await toApiError(response);
    const requestId = response.headers.get('slipway-request-id');
    if (requestId !== null) options.onRequestId?.(requestId);
    return response;
  }

  #signalOf({ signal = this.#settings.signal }: RequestOptions): AbortSignal | undefined {
    return signal ?? undefined;
  }

  #headers(method: Method, { body, content, headers, idempotencyKey }: RequestOptions): Record<string, string> {
    const { apiKey, userAgent } = this.#settings;
    const keyed = method === 'post' && idempotencyKey !== false;
    return {
      accept: 'application/json',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      ...(userAgent === undefined ? {} : { 'user-agent': userAgent }),
      ...(this.#bookmark === undefined ? {} : { 'slipway-bookmark': this.#bookmark }),
      ...(body === undefined && content === undefined ? {} : { 'content-type': 'application/json' }),
      ...(keyed ? { 'idempotency-key': idempotencyKey ?? crypto.randomUUID() } : {}),
      ...headers,
    };
  }
}

function withAccept(options: RequestOptions | undefined, accept: string): RequestOptions {
  return { ...options, headers: { accept, ...options?.headers } };
}

function toBody({ body, content, form }: RequestOptions): Pick<RequestInit, 'body'> {
  if (form ?? content) return { body: form ?? content ?? null };
  return body === undefined ? {} : { body: writeJson(body) };
}

/** Builds `/plugins/{plugin_id}?limit=10`. Values are encoded, so none can change the path. */
function buildUrl(baseUrl: string, path: string, { path: values, query }: RequestOptions): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    for (const item of [value].flat()) if (item !== undefined && item !== null) search.append(name, String(item));
  const queryString = search.size === 0 ? '' : `?${search}`;
  return `${baseUrl.replace(/(?<!\/)\/+$/, '')}${fillPath(path, values)}${queryString}`;
}

/** Fills in a path's parameters, such as `{plugin_id}`. */
export function fillPath(path: string, values: object = {}): string {
  const named = new Map(Object.entries(values));
  return path.replaceAll(/\{([^}]+)\}/g, (_, name) => encodeURIComponent(String(named.get(name))));
}
