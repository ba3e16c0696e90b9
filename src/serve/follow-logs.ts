// Follows an instance's output. One request for all followers asks the builder every second, and reads the rows occasionally, because
// another deployment may be live by then. Following neither starts an instance nor keeps it awake.
import { builderProblem } from '../builders/builder-problem.ts';
import { chunkName, type HeldLog } from '../contract/builder/logs/chunk.ts';
import type { LogLine } from '../contract/builder/logs/line.ts';
import { builderLimits } from '../contract/limits/builder.ts';
import { following } from '../contract/limits/event-streams.ts';
import { Problem } from '../core/problem.ts';
import type { Deps } from '../deps.ts';
import { type Following, follow } from '../following/follow.ts';
import type { Stream } from '../following/streams.ts';
import { type LogPosition, linesAfter, logRoom, readLog } from '../logs/read-log.ts';
import { storedChunks } from '../logs/stored-chunks.ts';
import type { Deployment } from '../pointers/overview.ts';

export interface PrintedLines {
  deployment: Deployment;
  lines: LogLine[];
  /** Current end of the log; null if nothing has been printed yet. */
  end: LogPosition | null;
}

/** A follower's position in the log. */
export interface ReadLog {
  deploymentId: string;
  end: LogPosition | null;
  /** The newest stored chunk when it was read. */
  stored?: string | undefined;
}

/** The part of the log that the builder holds, from the newest chunk of the look before. */
export interface LogLook {
  deployment: Deployment | null;
  /** Undefined if the builder holds nothing, or could not be reached. */
  held: HeldLog | undefined;
  /** The newest chunk in the bucket, read while the builder holds none. */
  stored: string | undefined;
  /** Looks since the deployment was found. */
  looks: number;
}

interface FollowOptions {
  /** Undefined if the follower has read nothing. */
  seen: ReadLog | undefined;
  /** Number of existing lines to send first. */
  tail: number;
  /** Returns the deployment to follow, and throws not-found once it is deleted. */
  find: () => Promise<Deployment | null>;
}

type FollowDeps = Pick<Deps, 'builder' | 'blobs' | 'clock' | 'db'> & { following: Following<LogLook> };

/** Yields at every look, undefined if there is nothing new. */
export async function* followLogs(
  deps: FollowDeps,
  stream: Stream,
  { find, seen, tail }: FollowOptions,
): AsyncGenerator<PrintedLines | undefined, void> {
  let read = seen;
  for await (const look of follow(deps, deps.following, stream, { read: (known) => lookAgain(deps, known, find) })) {
    const deployment = look?.deployment;
    const known = read && read.deploymentId === deployment?.id ? read : undefined;
    const limit = read ? builderLimits.logLines : tail;
    const printed = look && deployment && (await newLines(deps, deployment, look, { known, limit }));
    if (deployment && printed) read = { deploymentId: deployment.id, end: printed.end, stored: printed.stored };
    yield deployment && printed && printed.lines.length > 0 ? { deployment, ...printed } : undefined;
  }
}

async function lookAgain(
  deps: FollowDeps,
  known: LogLook | undefined,
  find: FollowOptions['find'],
): Promise<LogLook | undefined> {
  const isLookup = !known || known.looks === following.logPollsPerLookup;
  const deployment = isLookup ? await find().catch(undefinedIfNotFound) : known.deployment;
  if (deployment === undefined) return undefined;
  const looks = isLookup ? 1 : known.looks + 1;
  const isSame = deployment?.id === known?.deployment?.id;
  const newest = isSame ? newestChunk(known?.held) : undefined;
  const held = deployment ? await heldLog(deps, deployment, newest) : undefined;
  const asksStore = deployment && isLookup && isEmpty(held);
  const stored = asksStore ? await newestStored(deps, deployment) : isSame ? known?.stored : undefined;
  return { deployment, held, looks, stored };
}

function isEmpty(held: HeldLog | undefined): boolean {
  return held === undefined || held.chunks.length === 0;
}

async function newestStored({ blobs }: FollowDeps, { id }: Deployment): Promise<string | undefined> {
  for await (const { name } of storedChunks(blobs, id)) return name;
  return undefined;
}

function newestChunk(held: HeldLog | undefined): string | undefined {
  const last = held?.chunks.at(-1);
  return last && chunkName(last);
}

async function heldLog({ builder }: FollowDeps, { id }: Deployment, from?: string): Promise<HeldLog | undefined> {
  try {
    return await builder.logs(id, from);
  } catch (error) {
    // The next look may succeed.
    if (builderProblem(error)) return undefined;
    throw error;
  }
}

function undefinedIfNotFound(error: unknown): undefined {
  if (error instanceof Problem && error.code === 'not-found') return undefined;
  throw error;
}

/** Returns null if there is nothing to read, or if the builder is unreachable; the next look may succeed. */
async function newLines(
  deps: FollowDeps,
  deployment: Deployment,
  { held, stored }: LogLook,
  { known, limit }: { known: ReadLog | undefined; limit: number },
): Promise<(Pick<ReadLog, 'end' | 'stored'> & { lines: LogLine[] }) | null> {
  try {
    if (isEmpty(held)) {
      // Output that an ended instance left has been stored by now, or will be later.
      if (known && (stored === undefined || stored === known.stored)) return null;
      return { ...(await allAfter(deps, deployment, known?.end ?? null, { held, limit })), stored };
    }
    const end = known?.end ?? null;
    const isBehind = end && !held?.chunks.some((chunk) => chunkName(chunk) === end.chunk);
    // A follower that fell behind asks once for what it lacks.
    const own = isBehind ? await deps.builder.logs(deployment.id, end.chunk) : held;
    return { ...(await allAfter(deps, deployment, end, { held: own, limit })), stored };
  } catch (error) {
    if (builderProblem(error)) return null;
    throw error;
  }
}

function allAfter(
  deps: FollowDeps,
  { id, organizationId }: Deployment,
  end: LogPosition | null,
  { held, limit }: { held: HeldLog | undefined; limit: number },
): Promise<{ lines: LogLine[]; end: LogPosition | null }> {
  return end ? linesAfter(deps, id, held, end) : logRoom.use(1, () => readLog(deps, id, { limit }), organizationId);
}
