// Fetches a URL into the store, and computes the content's digest while it streams. Every address on the way is checked, and all waits
// and sizes are limited.
import { connectionFailure } from '../../contract/builder/egress.ts';
import { fetchRedirectsMax } from '../../contract/limits/requests.ts';
import { type ExternalUrlRules, parseExternalUrl } from '../../core/external-url.ts';
import type { OrganizationId } from '../../core/ids.ts';
import { PieceReader } from '../../core/paced-bytes.ts';
import { formatSeconds } from '../../core/quantities.ts';
import type { Deps } from '../../deps.ts';
import type { ArtifactCopy } from './multipart-copy.ts';
import { r2Digest } from './r2-archive.ts';

export interface FetchLimits {
  bytesMax: number;
  /** Longest wait for the next byte. */
  stallMs: number;
  totalMs: number;
}

export interface FetchRequest {
  url: string;
  /** Undefined for the installation itself. */
  organization: OrganizationId | undefined;
  headers: Record<string, string>;
}

export interface Fetched {
  /** 304 only if the request has an `If-None-Match`. */
  status: number;
  etag: string | null;
  sha256: string;
  sizeBytes: number;
  contentType: string | null;
}

type FetchDeps = Pick<Deps, 'fetch'> & ExternalUrlRules;

/** Writes the content to `copy`, which the caller completes or aborts. Throws a FetchFailure for everything that the remote side does. */
export async function fetchInto(
  deps: FetchDeps,
  request: FetchRequest,
  copy: ArtifactCopy,
  limits: FetchLimits,
): Promise<Fetched> {
  const timer = new FetchTimer(limits);
  try {
    const response = await followRedirects(deps, request, timer);
    if (Number(response.headers.get('content-length') ?? 0) > limits.bytesMax) throw tooLarge(limits);
    return await receive(response, copy, timer, limits);
  } finally {
    timer.end();
  }
}

/** Thrown when the content could not be received completely. */
export class FetchFailure extends Error {
  override readonly name = 'NotFetched';
  readonly failure: 'artifact_unreachable' | 'artifact_too_large';
  constructor(message: string, failure: FetchFailure['failure'] = 'artifact_unreachable') {
    super(message);
    this.failure = failure;
  }
}

function tooLarge({ bytesMax }: FetchLimits): FetchFailure {
  return new FetchFailure(`it is larger than ${bytesMax} bytes`, 'artifact_too_large');
}

/** Aborts a fetch that takes too long or stalls. */
class FetchTimer {
  readonly #limits: FetchLimits;
  readonly #controller = new AbortController();
  readonly #total: ReturnType<typeof setTimeout>;
  #stall: ReturnType<typeof setTimeout>;
  #receivedAt = Date.now();

  constructor(limits: FetchLimits) {
    this.#limits = limits;
    this.#total = setTimeout(() => this.#abort(`it took longer than ${formatSeconds(limits.totalMs)}`), limits.totalMs);
    this.#stall = setTimeout(() => this.#checkStall(), limits.stallMs);
  }

  /** The signal for all open requests and streams. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Records that bytes were received. */
  received(): void {
    this.#receivedAt = Date.now();
  }

  #checkStall(): void {
    const { stallMs } = this.#limits;
    const left = this.#receivedAt + stallMs - Date.now();
    if (left > 0) this.#stall = setTimeout(() => this.#checkStall(), left);
    else this.#abort(`no data was received for ${formatSeconds(stallMs)}`);
  }

  #abort(message: string): void {
    this.#controller.abort(new FetchFailure(message));
  }

  /** Awaits the remote side and converts its errors to a FetchFailure. */
  async during<Result>(wait: Promise<Result>): Promise<Result> {
    try {
      return await wait;
    } catch (cause) {
      throw this.#reason() ?? new FetchFailure(connectionFailure(cause, 'the connection failed'));
    }
  }

  #reason(): FetchFailure | undefined {
    return this.signal.reason instanceof FetchFailure ? this.signal.reason : undefined;
  }

  /** Throws if the fetch was aborted, since an aborted stream may end without an error. */
  check(): void {
    const reason = this.#reason();
    if (reason) throw reason;
  }

  /** Stops the timers and closes all open requests and streams. */
  end(): void {
    clearTimeout(this.#total);
    clearTimeout(this.#stall);
    this.#controller.abort();
  }
}

async function followRedirects(
  deps: FetchDeps,
  { url, organization, headers }: FetchRequest,
  timer: FetchTimer,
): Promise<Response> {
  let from = url;
  for (let hop = 0; hop <= fetchRedirectsMax; hop++) {
    const target = parseExternalUrl(from, deps);
    if ('refused' in target)
      throw new FetchFailure(`${hop === 0 ? 'the URL' : 'the URL it redirects to'} is not allowed: ${target.refused}`);
    const response = await timer.during(
      deps.fetch(target.url.href, {
        organization,
        method: 'GET',
        redirect: 'manual',
        signal: timer.signal,
        // An encoded response would have a different digest.
        headers: { 'accept-encoding': 'identity', ...headers },
      }),
    );
    timer.received();
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) {
      const isUnchanged = response.status === 304 && 'if-none-match' in headers;
      if (!response.ok && !isUnchanged) throw new FetchFailure(`the server responded with ${response.status}`);
      return response;
    }
    await response.body?.cancel();
    if (!URL.canParse(location, target.url.href)) throw new FetchFailure('it redirects to an invalid URL');
    from = new URL(location, target.url.href).href;
  }
  throw new FetchFailure(`it redirects more than ${fetchRedirectsMax} times`);
}

async function receive(
  response: Response,
  copy: ArtifactCopy,
  timer: FetchTimer,
  limits: FetchLimits,
): Promise<Fetched> {
  const digest = r2Digest();
  const reader = response.body ? new PieceReader<ArrayBuffer>(response.body) : undefined;
  timer.signal.addEventListener('abort', () => {
    reader?.cancel().catch(() => {});
  });
  let sizeBytes = 0;
  while (reader) {
    const piece = await timer.during(reader.read());
    timer.check();
    if (!piece) break;
    timer.received();
    sizeBytes += piece.length;
    if (sizeBytes > limits.bytesMax) throw tooLarge(limits);
    await digest.update(piece);
    await copy.write(piece);
  }
  const { headers, status } = response;
  const [etag, contentType] = [headers.get('etag'), headers.get('content-type')];
  return { status, etag, sha256: await digest.end(), sizeBytes, contentType };
}
