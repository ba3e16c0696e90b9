// Finds out whether a cluster can fetch files, by a job that asks the store for an object. Without that, plugins there are limited to
// what fits into a package.
import { z } from 'zod';
import { clusterLimits } from '../contract/limits/containers.ts';
import type { ClusterReach } from '../contract/states.ts';
import type { Deps } from '../deps.ts';
import { presignElsewhere } from '../registry/storage/presign.ts';
import { type AskDeps, ask, ClusterFault, type Dashboard, sendTo } from './ray-dashboard.ts';

export type ReachDeps = AskDeps & Pick<Deps, 'clock' | 'publicUrl' | 'storage'>;

/** No such object exists. Only the store answers with this error, and only if it accepts the signature. */
const absentKey = 'clusters/reach';
const storeAnswer = 'NoSuchKey';
const mark = 'slipway-reach';

const program = `import sys, urllib.error, urllib.request
for url in sys.argv[1:]:
    try:
        urllib.request.urlopen(url, timeout=${clusterLimits.reachSeconds})
    except urllib.error.HTTPError as error:
        if b"${storeAnswer}" in error.read(4096):
            print("${mark} any")
            break
    except OSError:
        pass
else:
    print("${mark} small")`;

const jobModel = z.object({ status: z.string() });
const logsModel = z.object({ logs: z.string().nullish() });

/** Returns null if the job didn't run in time, which says nothing about the store. */
export async function findReach(deps: ReachDeps, dashboard: Dashboard): Promise<ClusterReach | null> {
  const urls = await presignElsewhere(deps, absentKey, clusterLimits.reachUrlSeconds);
  const entrypoint = ['python3', '-c', program, ...urls].map(quoted).join(' ');
  const id = `${mark}-${crypto.randomUUID()}`;
  try {
    const body = JSON.stringify({ entrypoint, submission_id: id });
    await sendTo(deps, dashboard, { path: '/api/jobs/', method: 'POST', body });
    if (!(await ended(deps, dashboard, id))) return null;
    const { logs } = await ask(deps, dashboard, { path: `/api/jobs/${id}/logs`, model: logsModel });
    if (logs?.includes(`\n${mark} any`)) return 'any';
    return logs?.includes(`\n${mark} small`) ? 'small' : null;
  } catch (fault) {
    if (fault instanceof ClusterFault) return null;
    throw fault;
  }
}

async function ended(deps: ReachDeps, dashboard: Dashboard, id: string): Promise<boolean> {
  const until = deps.clock.now() + clusterLimits.reachMs;
  while (deps.clock.now() < until) {
    const { status } = await ask(deps, dashboard, { path: `/api/jobs/${id}`, model: jobModel });
    if (status !== 'PENDING' && status !== 'RUNNING') return true;
    await new Promise((resolve) => setTimeout(resolve, clusterLimits.reachLookMs));
  }
  return false;
}

/** Quotes an argument for the shell that runs the job. */
function quoted(argument: string): string {
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}
