// A push in progress, and its failure.
import type { Lease } from '../../db/lease.ts';
import type { Deps } from '../../deps.ts';
import type { DeployHook } from './deploy-hooks.ts';
import { changePush, type Push, pushData } from './push-statements.ts';

export interface Run {
  hook: DeployHook;
  push: Push;
  /** The hook's lease. */
  lease: Lease;
}

/** Ends the push with an error for its author. Traffic doesn't change. */
export async function failPush(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'queues' | 'log' | 'defer'>,
  { hook, push }: Pick<Run, 'hook' | 'push'>,
  error: { code: string; message: string },
): Promise<void> {
  const { commitHash } = push;
  await changePush(deps, hook, push, {
    from: ['running', 'deploying'],
    set: { status: 'failed', reason: error.code, message: error.message, commitHash, endedAt: deps.clock.now() },
    event: { type: 'push.failed', data: { ...pushData(push), error } },
  });
}
