// The artifact of an agent plugin: fetched from where it is said to be, compared with its checksum as it comes, and copied into the
// store. Where it is, is what a user wrote: every address on the way there is checked, and every wait and size has an end.
import { uploadBytesMax } from '../archive/limits.ts';
import type { ArtifactFailure } from '../contract/agents.ts';
import { outsideUrl } from '../core/outside-url.ts';
import type { Deps } from '../deps.ts';
import { ArtifactCopy } from './artifact-copy.ts';
import { r2Digest } from './r2-archive.ts';

export interface FetchLimits {
  bytesMax: number;
  /** Without a byte. */
  stallMs: number;
  totalMs: number;
}

export const artifactLimits: FetchLimits = { bytesMax: uploadBytesMax, stallMs: 15_000, totalMs: 180_000 };
const redirectsMax = 5;

export interface Fetched {
  sha256: string;
  sizeBytes: number;
  contentType: string | null;
}

export type FetchOutcome =
  | ({ state: 'verified' | 'mismatch' } & Fetched)
  | { state: 'unreachable'; failure: Exclude<ArtifactFailure, 'checksum_mismatch'>; detail: string };

type FetchDeps = Pick<Deps, 'fetch' | 'blobs' | 'allowLoopback'>;

export function artifactKey(sha256: string): string {
  return `agent-artifacts/${sha256}`;
}

/** Whatever the other side does is an outcome; only what fails on this side throws. */
export async function fetchArtifact(
  deps: FetchDeps,
  { artifactUrl, checksum }: { artifactUrl: string; checksum: string },
  limits: FetchLimits,
): Promise<FetchOutcome> {
  const patience = new Patience(limits);
  try {
    const response = await patience.during(follow(deps, artifactUrl, patience.signal));
    if (Number(response.headers.get('content-length') ?? 0) > limits.bytesMax) throw tooLarge(limits);
    const copy = new ArtifactCopy(deps.blobs, artifactKey(checksum));
    try {
      const fetched = await receive(response, copy, patience, limits);
      const same = fetched.sha256 === checksum;
      await (same ? copy.keep() : copy.drop());
      return { state: same ? 'verified' : 'mismatch', ...fetched };
    } catch (error) {
      await copy.drop();
      throw error;
    }
  } catch (error) {
    if (!(error instanceof NotFetched)) throw error;
    return { state: 'unreachable', failure: error.failure, detail: error.message };
  } finally {
    patience.end();
  }
}

/** Why nothing, or not all, came from the other side. */
class NotFetched extends Error {
  override readonly name = 'NotFetched';
  readonly failure: Exclude<ArtifactFailure, 'checksum_mismatch'>;
  constructor(message: string, failure: NotFetched['failure'] = 'artifact_unreachable') {
    super(message);
    this.failure = failure;
  }
}

function tooLarge({ bytesMax }: FetchLimits): NotFetched {
  return new NotFetched(`it has more than ${bytesMax} bytes`, 'artifact_too_large');
}

/** Ends what takes too long, with the words for it. */
class Patience {
  readonly #limits: FetchLimits;
  readonly #controller = new AbortController();
  readonly #total: ReturnType<typeof setTimeout>;
  #stall: ReturnType<typeof setTimeout> | undefined;

  constructor(limits: FetchLimits) {
    this.#limits = limits;
    this.#total = setTimeout(() => this.#giveUp(`it took longer than ${limits.totalMs / 1000} s`), limits.totalMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  #giveUp(words: string): void {
    this.#controller.abort(new NotFetched(words));
  }

  /** Whatever goes wrong on the other side is told as its failure to give the artifact. */
  async during<Result>(wait: Promise<Result>): Promise<Result> {
    const { stallMs } = this.#limits;
    this.#stall = setTimeout(() => this.#giveUp(`nothing came for ${stallMs / 1000} s`), stallMs);
    const { promise: givenUp, reject } = Promise.withResolvers<never>();
    const giveUp = () => reject(this.signal.reason);
    this.signal.addEventListener('abort', giveUp);
    try {
      return await Promise.race([wait, givenUp]);
    } catch (error) {
      if (error instanceof NotFetched) throw error;
      throw this.signal.reason instanceof NotFetched ? this.signal.reason : new NotFetched('the connection broke');
    } finally {
      clearTimeout(this.#stall);
      this.signal.removeEventListener('abort', giveUp);
    }
  }

  /** Whatever is still open is closed. */
  end(): void {
    clearTimeout(this.#total);
    this.#controller.abort();
  }
}

async function follow(deps: FetchDeps, first: string, signal: AbortSignal): Promise<Response> {
  let from = first;
  for (let hop = 0; hop <= redirectsMax; hop++) {
    const target = outsideUrl(from, deps);
    if ('refused' in target)
      throw new NotFetched(`${hop === 0 ? 'the URL' : 'the URL that it redirects to'} is refused: ${target.refused}`);
    const response = await deps.fetch(target.url.href, {
      redirect: 'manual',
      signal,
      // Encoded it would have another digest.
      headers: { 'accept-encoding': 'identity', 'user-agent': 'Slipway-Artifacts/1' },
    });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) {
      if (!response.ok) throw new NotFetched(`it answered ${response.status}`);
      return response;
    }
    await response.body?.cancel();
    if (!URL.canParse(location, target.url.href)) throw new NotFetched('it redirects to what is no URL');
    from = new URL(location, target.url.href).href;
  }
  throw new NotFetched(`it redirects more than ${redirectsMax} times`);
}

async function receive(
  response: Response,
  copy: ArtifactCopy,
  patience: Patience,
  limits: FetchLimits,
): Promise<Fetched> {
  const digest = r2Digest();
  const reader = response.body?.getReader();
  let sizeBytes = 0;
  for (;;) {
    const chunk = await patience.during(
      reader ? reader.read() : Promise.resolve({ done: true as const, value: undefined }),
    );
    if (chunk.done) break;
    sizeBytes += chunk.value.length;
    if (sizeBytes > limits.bytesMax) throw tooLarge(limits);
    await digest.update(chunk.value);
    await copy.write(chunk.value);
  }
  return { sha256: await digest.end(), sizeBytes, contentType: response.headers.get('content-type') };
}
