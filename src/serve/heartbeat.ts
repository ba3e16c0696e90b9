// Writes the heartbeat by which readers of replicas know how old their data is (decision 90).
import { nearestLimits } from '../contract/limits/serving.ts';
import { beat } from '../db/nearest.ts';
import type { Deps } from '../deps.ts';

/**
 * Writes a heartbeat immediately and then every few seconds, for `forMs`. The next invocation continues. *Dies:* calls read the primary
 * in the meantime.
 */
export async function keepBeating(deps: Pick<Deps, 'db' | 'nearest' | 'clock' | 'log'>, forMs: number): Promise<void> {
  if (!deps.nearest()) return;
  const until = deps.clock.now() + forMs;
  for (;;) {
    await beat(deps).catch((cause: unknown) => deps.log.warn('heartbeat.failed', { cause }));
    if (deps.clock.now() + nearestLimits.beatMs >= until) return;
    await new Promise((resolve) => setTimeout(resolve, nearestLimits.beatMs));
  }
}
