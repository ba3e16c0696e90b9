// Decides how soon a process that ended is started again.
import { worksOnRuns } from '../../../src/contract/builder/batch.ts';
import type { InstanceSpec } from '../../../src/contract/builder/instances.ts';

export interface RestartPolicy {
  /** This many restarts in a row are immediate. */
  immediate: number;
  /** The longest delay after a process that was ready has ended. */
  crashDelayMaxMs: number;
}

/** A process that can't be started gets no more attempts than this, whatever its kind. */
const startDelayMaxMs = 30_000;

const processes: RestartPolicy = { immediate: 1, crashDelayMaxMs: startDelayMaxMs };

/** A plugin that crashes doesn't end its workerd, so an end is the machine's doing, or costs its callers a whole time limit. */
const isolates: RestartPolicy = { immediate: 3, crashDelayMaxMs: 1000 };

/** Rows of a run that end their process are found one after the other, and each is tried a few times only. */
const runs: RestartPolicy = { immediate: 1, crashDelayMaxMs: 0 };

export function chooseRestartPolicy(spec: Pick<InstanceSpec, 'runtime'>): RestartPolicy {
  if (worksOnRuns(spec)) return runs;
  const { runtime } = spec;
  return runtime === 'isolate' ? isolates : processes;
}

/** `failures` is how many ends and failed starts precede this one without a stable run. */
export function restartDelayMs(policy: RestartPolicy, failures: number, after: 'crash' | 'failed start'): number {
  if (failures < policy.immediate) return 0;
  const maxMs = after === 'crash' ? policy.crashDelayMaxMs : startDelayMaxMs;
  return Math.min(maxMs, 1000 * 2 ** (failures - policy.immediate));
}
