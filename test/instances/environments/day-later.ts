// Deletes what no environment has needed for a day, as the sweep does.
import { retention } from '../../../src/contract/limits/retention.ts';
import { packageParts, sweepOrphanedEnvironments } from '../../../src/instances/environments/orphaned-environments.ts';
import { collect } from '../../../src/registry/storage/collector.ts';
import type { Scene } from '../../support/scenes/scene.ts';

export async function sweepADayLater({ clock, deps }: Pick<Scene, 'clock' | 'deps'>): Promise<void> {
  clock.advance(Date.now() - clock.now() + retention.deletedContentMs + 60_000);
  await sweepOrphanedEnvironments(deps);
  await collect(deps, packageParts);
}
