// Decides how soon to restart a process that exited.
import { worksOnRuns } from '../../../src/contract/builder/batch.ts';
import type { InstanceSpec } from '../../../src/contract/builder/instances.ts';

export interface RestartPolicy {
  /** Number of consecutive immediate restarts. */
  immediate: number;
  /** The longest delay after a ready process exits. */
  crashDelayMaxMs: number;
}

/** The longest delay after a failed start, for all plugin kinds. */
const startDelayMaxMs = 30_000;

const processes: RestartPolicy = { immediate: 1, crashDelayMaxMs: startDelayMaxMs };

/**
 * A plugin that crashes doesn't end its workerd. So an exit is either the machine's fault or follows a call that used up its time
 * limit.
 */
const isolates: RestartPolicy = { immediate: 3, crashDelayMaxMs: 1000 };

/** Rows that end a run's process are isolated one by one, and each is tried only a few times. */
const runs: RestartPolicy = { immediate: 1, crashDelayMaxMs: 0 };

export function chooseRestartPolicy(spec: Pick<InstanceSpec, 'runtime'>): RestartPolicy {
  if (worksOnRuns(spec)) return runs;
  const { runtime } = spec;
  return runtime === 'isolate' ? isolates : processes;
}

/** Returns the restart delay. `failures` is the number of previous exits and failed starts without a stable run. */
export function restartDelayMs(policy: RestartPolicy, failures: number, after: 'crash' | 'failed start'): number {
  if (failures < policy.immediate) return 0;
  const maxMs = after === 'crash' ? policy.crashDelayMaxMs : startDelayMaxMs;
  return Math.min(maxMs, 1000 * 2 ** (failures - policy.immediate));
}
