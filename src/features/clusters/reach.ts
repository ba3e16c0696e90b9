// Finds out whether a cluster can fetch files, by a job that asks the store for an object. Without that, plugins there are limited to
// what fits into a package.
import { z } from 'zod';
import type { ClusterReach } from '../../contract/features/clusters/feature.ts';
import { clusterLimits } from '../../contract/features/clusters/limits.ts';
import type { Deps } from '../../deps.ts';
import { presignElsewhere } from '../../registry/storage/presign.ts';
import { type AskDeps, ask, ClusterFault, type Dashboard, sendTo } from './ray-dashboard.ts';

export type ReachDeps = AskDeps & Pick<Deps, 'clock' | 'publicUrl' | 'storage'>;

/** No such object exists. Only the store answers with this error, and only if it accepts the signature. */
const absentKey = 'clusters/reach';
const storeAnswer = 'NoSuchKey';
/** The job's exit code if the store doesn't answer. Python's own codes and the shell's are others. */
const unreachedCode = 17;

const program = `import sys, urllib.error, urllib.request
for url in sys.argv[1:]:
    try:
        urllib.request.urlopen(url, timeout=${clusterLimits.reachSeconds})
    except urllib.error.HTTPError as error:
        if b"${storeAnswer}" in error.read(4096):
            sys.exit(0)
    except OSError:
        pass
sys.exit(${unreachedCode})`;

/** The exit code is read, not the output: Ray 2.53 asks the node for output, and the dashboard doesn't reach every node. */
const jobModel = z.object({ status: z.string(), driver_exit_code: z.int().nullish() });

/** Returns null if the job didn't run in time, which says nothing about the store. */
export async function findReach(deps: ReachDeps, dashboard: Dashboard): Promise<ClusterReach | null> {
  const urls = await presignElsewhere(deps, absentKey, clusterLimits.reachUrlSeconds);
  const entrypoint = ['python3', '-c', program, ...urls].map(quoted).join(' ');
  const id = `slipway-reach-${crypto.randomUUID()}`;
  try {
    const body = JSON.stringify({ entrypoint, submission_id: id });
    await sendTo(deps, dashboard, { path: '/api/jobs/', method: 'POST', body });
    const code = await exitCode(deps, dashboard, id);
    if (code === 0) return 'any';
    return code === unreachedCode ? 'small' : null;
  } catch (fault) {
    if (fault instanceof ClusterFault) return null;
    throw fault;
  }
}

async function exitCode(deps: ReachDeps, dashboard: Dashboard, id: string): Promise<number | null> {
  const until = deps.clock.now() + clusterLimits.reachMs;
  while (deps.clock.now() < until) {
    const job = await ask(deps, dashboard, { path: `/api/jobs/${id}`, model: jobModel });
    if (job.status !== 'PENDING' && job.status !== 'RUNNING') return job.driver_exit_code ?? null;
    await new Promise((resolve) => setTimeout(resolve, clusterLimits.reachLookMs));
  }
  return null;
}

/** Quotes an argument for the shell that runs the job. */
function quoted(argument: string): string {
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}
