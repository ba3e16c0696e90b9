// Reads a deployment's instance log, made of chunks in its builder's memory and stored ones. A chunk in both places is read once, by
// name. The builder is asked first, so that chunks it stores and drops afterwards are found in the bucket.
import { chunkName, type HeldLog } from '../contract/builder/logs/chunk.ts';
import type { LogLine } from '../contract/builder/logs/line.ts';
import { logReads } from '../contract/limits/logs.ts';
import { type DeploymentId, idTime, isId } from '../core/ids.ts';
import { Room } from '../core/room.ts';
import type { Deps } from '../deps.ts';
import { type StoredChunk, storedChunks } from './stored-chunks.ts';

/** Turns of whole reads, each of which parses megabytes. */
export const logRoom = new Room(logReads);

type ReadDeps = Pick<Deps, 'builder' | 'blobs'>;

/** A position between two lines, after the first `lines` lines of a chunk. */
export interface LogPosition {
  chunk: string;
  lines: number;
}

export interface LogQuery {
  /** Lines per page. */
  limit: number;
  /** Only lines before this position, which is an earlier page's `older`. */
  before?: LogPosition;
  /** Only lines from this ISO time on. */
  since?: string;
  /** Only lines before this ISO time. */
  until?: string;
  /** Only lines of the request with this ID. */
  request?: string;
  /** Creates a predicate for a chunk's lines, which are passed oldest first. */
  filter?: () => (line: LogLine) => boolean;
  /** Maximum stored chunks to read. Defaults to the request's limit. */
  chunks?: number;
}

export interface LogPage {
  /** Null if no instance is running. */
  state: HeldLog['state'];
  /** Oldest first. */
  lines: LogLine[];
  /** Where to look for older matching lines; null if there are none. A page may be shorter than `limit` even if older lines exist. */
  older: LogPosition | null;
  /** Time of the oldest line searched; null if none was. */
  lookedAt: string | null;
  /** End of the log; null if it is empty. */
  end: LogPosition | null;
}

/** Stored chunks that one request reads, in total and concurrently. */
const readMax = 300;
const readAtOnceMax = 16;
/** Worker and builder clocks may differ, and work that a request left running may keep printing. */
const requestSkewMs = 60_000;
const requestOutputMs = 60 * 60 * 1000;

export async function readLog(deps: ReadDeps, id: DeploymentId, query: LogQuery): Promise<LogPage> {
  const held = await deps.builder.logs(id);
  const { since, until } = periodOf(query);
  const page: LogPage = { state: held?.state ?? null, lines: [], older: null, lookedAt: null, end: null };
  const newestFirst: LogLine[] = [];
  const ended = (older: LogPosition | null) => ({ ...page, lines: newestFirst.toReversed(), older });
  for await (const { name, lines } of readChunks(
    chunksOf(deps, id, held, query.before?.chunk ?? until),
    query.chunks,
  )) {
    if (!lines) return ended({ chunk: name, lines: Number.MAX_SAFE_INTEGER });
    page.end ??= { chunk: name, lines: lines.length };
    const upTo = name === query.before?.chunk ? query.before.lines : lines.length;
    const asked = lines.map(askedBy(query));
    for (const [at, line] of [...lines.slice(0, upTo).entries()].toReversed()) {
      if (line.at < since) return ended(null);
      page.lookedAt = line.at;
      if (!asked[at]) continue;
      if (newestFirst.length === query.limit) return ended({ chunk: name, lines: at + 1 });
      newestFirst.push(line);
    }
  }
  return ended(null);
}

function askedBy({ filter, request, until }: LogQuery): (line: LogLine) => boolean {
  const isWanted = filter?.() ?? (() => true);
  return (line) =>
    isWanted(line) && (until === undefined || line.at < until) && (request === undefined || line.request === request);
}

/**
 * Returns the lines after a position, and the log's current end. Reads stored chunks only if the builder no longer has that position's
 * chunk.
 */
export async function linesAfter(
  deps: Pick<Deps, 'blobs'>,
  id: DeploymentId,
  held: HeldLog | undefined,
  after: LogPosition | null,
): Promise<{ lines: LogLine[]; end: LogPosition | null }> {
  const isHeld = !after || held?.chunks.some((chunk) => chunkName(chunk) === after.chunk);
  const chunks: { name: string; lines: LogLine[] }[] = [];
  for await (const { name, lines } of readChunks(isHeld ? heldChunks(held) : chunksOf(deps, id, held))) {
    if (!lines || (after && name > after.chunk)) break;
    chunks.unshift({ name, lines });
    if (name === after?.chunk) break;
  }
  const last = chunks.at(-1);
  return {
    lines: chunks.flatMap(({ name, lines }) => (name === after?.chunk ? lines.slice(after.lines) : lines)),
    end: last ? { chunk: last.name, lines: last.lines.length } : after,
  };
}

interface AnyChunk extends StoredChunk {
  isHeld: boolean;
}

function heldChunks(held: HeldLog | undefined): AnyChunk[] {
  return (held?.chunks ?? [])
    .map((chunk) => ({ name: chunkName(chunk), isHeld: true, read: async () => chunk.lines }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Yields all chunks from the named one back, newest first. */
async function* chunksOf(
  { blobs }: Pick<Deps, 'blobs'>,
  id: DeploymentId,
  held: HeldLog | undefined,
  from = '',
): AsyncGenerator<AnyChunk> {
  const left = heldChunks(held).filter(({ name }) => name >= from);
  for await (const stored of storedChunks(blobs, id, from === '' ? undefined : from)) {
    if (stored.name < from) continue;
    while (left[0] && left[0].name < stored.name) yield* left.splice(0, 1);
    if (left[0]?.name === stored.name) yield* left.splice(0, 1);
    else yield { ...stored, isHeld: false };
  }
  yield* left;
}

/** Reads chunks, several at a time. At the limit, yields the next chunk's name without lines, and stops. */
async function* readChunks(
  chunks: AsyncIterable<AnyChunk> | Iterable<AnyChunk>,
  most = readMax,
): AsyncGenerator<{ name: string; lines: LogLine[] | undefined }> {
  let left = most;
  let waiting: AnyChunk[] = [];
  const readWaiting = async () => {
    const read = waiting.map(async ({ name, read }) => ({ name, lines: await read() }));
    waiting = [];
    return Promise.all(read);
  };
  let atOnce = 1;
  for await (const chunk of chunks) {
    if (!chunk.isHeld && left-- === 0) {
      yield* await readWaiting();
      yield { name: chunk.name, lines: undefined };
      return;
    }
    waiting.push(chunk);
    if (waiting.length < atOnce) continue;
    yield* await readWaiting();
    atOnce = Math.min(2 * atOnce, readAtOnceMax);
  }
  yield* await readWaiting();
}

/** Returns the period to read. A request's lines are near the time in its ID, so only chunks around it are read. */
function periodOf({ since = '', request }: LogQuery): { since: string; until: string | undefined } {
  if (request === undefined || !isId('request', request)) return { since, until: undefined };
  const at = idTime(request);
  const earliest = new Date(at - requestSkewMs).toISOString();
  const until = chunkName({ start: at + requestOutputMs, writer: '00000000' });
  return { since: since > earliest ? since : earliest, until };
}

export function formatPosition({ chunk, lines }: LogPosition): string {
  return `${chunk}.${lines}`;
}

/** A chunk name and a line number. */
export const positionPattern = /^\d{13}-[0-9a-f]{8}\.\d{1,9}$/;

export function parsePosition(text: string): LogPosition | undefined {
  const [chunk = '', lines] = text.split('.');
  return positionPattern.test(text) ? { chunk, lines: Number(lines) } : undefined;
}
