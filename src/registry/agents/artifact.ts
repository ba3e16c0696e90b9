// The artifact of an agent plugin: fetched from where it is said to be, compared with its checksum as it comes, and copied into the
// store. Where it is, is what a user wrote: every address on the way there is checked, and every wait and size has an end.
import { uploadBytesMax } from '../../archive/limits.ts';
import type { ArtifactFailure } from '../../contract/agents.ts';
import { parseExternalUrl } from '../../core/external-url.ts';
import type { Deps } from '../../deps.ts';
import { r2Digest } from '../storage/r2-archive.ts';
import { ArtifactCopy } from './multipart-copy.ts';

export interface FetchLimits {
  bytesMax: number;
  /** Without a byte. */
  stallMs: number;
  totalMs: number;
}

export const artifactLimits: FetchLimits = { bytesMax: uploadBytesMax, stallMs: 15_000, totalMs: 180_000 };
const redirectsMax = 5;

export interface FetchedArtifact {
  sha256: string;
  sizeBytes: number;
  contentType: string | null;
}

export type FetchOutcome =
  | ({ state: 'verified'; copied: boolean } & FetchedArtifact)
  | ({ state: 'mismatch' } & FetchedArtifact)
  | { state: 'unreachable'; failure: Exclude<ArtifactFailure, 'checksum_mismatch'>; detail: string };

type FetchDeps = Pick<Deps, 'fetch' | 'blobs' | 'allowLoopback'>;

export const artifactFolder = 'agent-artifacts/';

export function artifactKey(sha256: string): string {
  return artifactFolder + sha256;
}

export interface ArtifactRequest {
  artifactUrl: string;
  checksum: string;
  /** A larger one is compared, and not copied. */
  copyBytesMax: number;
}

/** Whatever the other side does is an outcome; only what fails on this side throws. */
export async function fetchArtifact(
  deps: FetchDeps,
  { artifactUrl, checksum, copyBytesMax }: ArtifactRequest,
  limits: FetchLimits,
): Promise<FetchOutcome> {
  const patience = new FetchTimer(limits);
  const copy = new ArtifactCopy(deps.blobs, artifactKey(checksum), copyBytesMax);
  try {
    const response = await followRedirects(deps, artifactUrl, patience);
    if (Number(response.headers.get('content-length') ?? 0) > limits.bytesMax) throw tooLarge(limits);
    const fetched = await receive(response, copy, patience, limits);
    if (fetched.sha256 === checksum) return { state: 'verified', copied: await copy.complete(), ...fetched };
    await copy.abort();
    return { state: 'mismatch', ...fetched };
  } catch (error) {
    await copy.abort();
    if (!(error instanceof FetchFailure)) throw error;
    return { state: 'unreachable', failure: error.failure, detail: error.message };
  } finally {
    patience.end();
  }
}

/** Why nothing, or not all, came from the other side. */
class FetchFailure extends Error {
  override readonly name = 'NotFetched';
  readonly failure: Exclude<ArtifactFailure, 'checksum_mismatch'>;
  constructor(message: string, failure: FetchFailure['failure'] = 'artifact_unreachable') {
    super(message);
    this.failure = failure;
  }
}

function tooLarge({ bytesMax }: FetchLimits): FetchFailure {
  return new FetchFailure(`it has more than ${bytesMax} bytes`, 'artifact_too_large');
}

/** Ends what takes too long, with the words for it. */
class FetchTimer {
  readonly #limits: FetchLimits;
  readonly #controller = new AbortController();
  readonly #total: ReturnType<typeof setTimeout>;
  #stall: ReturnType<typeof setTimeout>;
  #heardAt = Date.now();

  constructor(limits: FetchLimits) {
    this.#limits = limits;
    this.#total = setTimeout(() => this.#giveUp(`it took longer than ${limits.totalMs / 1000} s`), limits.totalMs);
    this.#stall = setTimeout(() => this.#look(), limits.stallMs);
  }

  /** Of everything that is open. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** A byte came. */
  heard(): void {
    this.#heardAt = Date.now();
  }

  #look(): void {
    const { stallMs } = this.#limits;
    const left = this.#heardAt + stallMs - Date.now();
    if (left > 0) this.#stall = setTimeout(() => this.#look(), left);
    else this.#giveUp(`nothing came for ${stallMs / 1000} s`);
  }

  #giveUp(words: string): void {
    this.#controller.abort(new FetchFailure(words));
  }

  /** Whatever goes wrong on the other side is its failure to give the artifact. */
  async during<Result>(wait: Promise<Result>): Promise<Result> {
    try {
      return await wait;
    } catch {
      throw this.#reason() ?? new FetchFailure('the connection broke');
    }
  }

  #reason(): FetchFailure | undefined {
    return this.signal.reason instanceof FetchFailure ? this.signal.reason : undefined;
  }

  /** What was read may have ended because the patience had. */
  check(): void {
    const reason = this.#reason();
    if (reason) throw reason;
  }

  /** Whatever is still open is closed. */
  end(): void {
    clearTimeout(this.#total);
    clearTimeout(this.#stall);
    this.#controller.abort();
  }
}

async function followRedirects(deps: FetchDeps, first: string, patience: FetchTimer): Promise<Response> {
  let from = first;
  for (let hop = 0; hop <= redirectsMax; hop++) {
    const target = parseExternalUrl(from, deps);
    if ('refused' in target)
      throw new FetchFailure(`${hop === 0 ? 'the URL' : 'the URL that it redirects to'} is refused: ${target.refused}`);
    const response = await patience.during(
      deps.fetch(target.url.href, {
        redirect: 'manual',
        signal: patience.signal,
        // Encoded it would have another digest.
        headers: { 'accept-encoding': 'identity', 'user-agent': 'Slipway-Artifacts/1' },
      }),
    );
    patience.heard();
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) {
      if (!response.ok) throw new FetchFailure(`it answered ${response.status}`);
      return response;
    }
    await response.body?.cancel();
    if (!URL.canParse(location, target.url.href)) throw new FetchFailure('it redirects to what is no URL');
    from = new URL(location, target.url.href).href;
  }
  throw new FetchFailure(`it redirects more than ${redirectsMax} times`);
}

/** Read at once, at most. */
const chunkBytes = 256 * 1024;
/** After so many it is the turn of others: a fast server leaves no pause in which they could have it. */
const turnBytes = 4 * 1024 * 1024;

async function receive(
  response: Response,
  copy: ArtifactCopy,
  patience: FetchTimer,
  limits: FetchLimits,
): Promise<FetchedArtifact> {
  const digest = r2Digest();
  const reader = response.body?.getReader({ mode: 'byob' });
  patience.signal.addEventListener('abort', () => {
    reader?.cancel().catch(() => {});
  });
  let sizeBytes = 0;
  let turnEnds = turnBytes;
  for (let buffer = new Uint8Array(chunkBytes); reader; ) {
    const { done, value } = await patience.during(reader.read(buffer));
    patience.check();
    if (done || !value) break;
    patience.heard();
    sizeBytes += value.length;
    if (sizeBytes > limits.bytesMax) throw tooLarge(limits);
    await digest.update(value);
    await copy.write(value);
    buffer = new Uint8Array(value.buffer);
    if (sizeBytes < turnEnds) continue;
    turnEnds = sizeBytes + turnBytes;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return { sha256: await digest.end(), sizeBytes, contentType: response.headers.get('content-type') };
}
