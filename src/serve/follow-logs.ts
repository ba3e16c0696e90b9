// Follows what an instance prints. Polls the builder every second, and now and then the rows, because another deployment may serve by
// then. Following neither starts an instance nor keeps it awake.
import { BuilderError } from '../contract/builder.ts';
import { following } from '../contract/limits.ts';
import type { LogLine } from '../contract/log-line.ts';
import { Problem } from '../core/problem.ts';
import { instanceLog } from '../deploy/builder/instance-log.ts';
import type { Deployment } from '../deploy/overview.ts';
import type { Deps } from '../deps.ts';

export interface LogChunk {
  deployment: Deployment;
  lines: LogLine[];
  /** Cursor for the next read of this deployment's log. */
  next: string;
}

export interface LogPosition {
  deploymentId: string;
  next: string;
}

/** Yields at every poll: undefined if nothing is new. `find` returns the deployment to follow, or throws not-found when it is deleted. */
export async function* followLogs(
  deps: Pick<Deps, 'builder' | 'blobs' | 'clock'>,
  find: () => Promise<Deployment | null>,
  seen: LogPosition | undefined,
): AsyncGenerator<LogChunk | undefined, void> {
  const until = deps.clock.now() + following.streamMs;
  let position = seen;
  while (deps.clock.now() < until) {
    const deployment = await find().catch(undefinedIfNotFound);
    if (deployment === undefined) return;
    for (let i = 0; i < following.logPollsPerLookup; i++) {
      const after = position && position.deploymentId === deployment?.id ? position.next : '';
      const log = deployment && (await newLines(deps, deployment, after));
      if (deployment && log) position = { deploymentId: deployment.id, next: log.next };
      yield deployment && log && log.lines.length > 0 ? { deployment, ...log } : undefined;
      await new Promise((resolve) => setTimeout(resolve, following.logPollMs));
    }
  }
}

function undefinedIfNotFound(error: unknown): undefined {
  if (error instanceof Problem && error.code === 'not-found') return undefined;
  throw error;
}

/** Null if no instance runs, or its builder is restarting; the next poll may find it. */
async function newLines(
  deps: Pick<Deps, 'builder' | 'blobs'>,
  { id, type }: Deployment,
  after: string,
): Promise<Pick<LogChunk, 'lines' | 'next'> | null> {
  if (type !== 'realtime') return null;
  try {
    const log = await instanceLog(deps, id, after);
    return log.state === null ? null : log;
  } catch (error) {
    if (error instanceof BuilderError && error.code === 'unreachable') return null;
    throw error;
  }
}
