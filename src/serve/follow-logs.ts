// Follows an instance's output. Polls the builder every second, and the rows occasionally, because another deployment may be live by
// then. Following neither starts an instance nor keeps it awake.

import type { LogLine } from '../contract/builder/log-line.ts';
import { builderLimits } from '../contract/limits/builder.ts';
import { following } from '../contract/limits/event-streams.ts';
import { Problem } from '../core/problem.ts';
import { builderProblem } from '../deploy/builder/builder-problem.ts';
import type { Deployment } from '../deploy/overview.ts';
import type { Deps } from '../deps.ts';
import { type LogPosition, linesAfter, readLog } from '../logs/read-log.ts';

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
}

interface FollowOptions {
  /** Undefined if the follower has read nothing. */
  seen: ReadLog | undefined;
  /** Number of existing lines to send first. */
  tail: number;
}

type FollowDeps = Pick<Deps, 'builder' | 'blobs' | 'clock'>;

/**
 * Yields at every poll, undefined if there is nothing new. `find` returns the deployment to follow, and throws not-found once it is
 * deleted.
 */
export async function* followLogs(
  deps: FollowDeps,
  find: () => Promise<Deployment | null>,
  { seen, tail }: FollowOptions,
): AsyncGenerator<PrintedLines | undefined, void> {
  const until = deps.clock.now() + following.streamMs;
  let read = seen;
  while (deps.clock.now() < until) {
    const deployment = await find().catch(undefinedIfNotFound);
    if (deployment === undefined) return;
    for (let i = 0; i < following.logPollsPerLookup; i++) {
      const known = read && read.deploymentId === deployment?.id ? read : undefined;
      const limit = read ? builderLimits.logLines : tail;
      const printed = deployment && (await newLines(deps, deployment, { known, limit, isLookup: i === 0 }));
      if (deployment && printed) read = { deploymentId: deployment.id, end: printed.end };
      yield deployment && printed && printed.lines.length > 0 ? { deployment, ...printed } : undefined;
      await new Promise((resolve) => setTimeout(resolve, following.logPollMs));
    }
  }
}

function undefinedIfNotFound(error: unknown): undefined {
  if (error instanceof Problem && error.code === 'not-found') return undefined;
  throw error;
}

interface Poll {
  known: ReadLog | undefined;
  limit: number;
  /** True for the first poll after a lookup. */
  isLookup: boolean;
}

/** Returns null if there is nothing to read, or if the builder is unreachable; the next poll may succeed. */
async function newLines(
  deps: FollowDeps,
  { id }: Deployment,
  { known, limit, isLookup }: Poll,
): Promise<Pick<PrintedLines, 'lines' | 'end'> | null> {
  try {
    if (!known || (known.end === null && isLookup)) return await readLog(deps, id, { limit });
    const held = await deps.builder.logs(id, known.end?.chunk);
    // Output that an ended instance left has been stored by now, or will be later.
    return held || isLookup ? await linesAfter(deps, id, held, known.end) : null;
  } catch (error) {
    if (builderProblem(error)) return null;
    throw error;
  }
}
