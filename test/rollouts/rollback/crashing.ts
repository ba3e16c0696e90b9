// A plugin with a new version that crashes.
import { and, eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { crashRollback } from '../../../src/contract/limits/deployments.ts';
import { deployments } from '../../../src/db/schema/deploy.ts';
import { events } from '../../../src/db/schema/events.ts';
import { rollBackCrashing } from '../../../src/rollouts/rollback/crash-rollback.ts';
import { publishVersion, scene } from '../../support/scenes/scene.ts';
import { live, named, type Two } from '../../support/scenes/two-versions.ts';

/** Deploys 1.0.0 and then 1.0.1, which becomes live. Returns the ID of the second deployment. */
export async function promoted(files = {}): Promise<Two & { id: string }> {
  const s = await scene();
  const v1 = await publishVersion(s.deps, s.actor, s.namespaceId, { version: '1.0.1', files });
  const both = { ...s, v0: s.version, v1 };
  await live(both, both.v0);
  const id = await live(both, v1);
  expect(await named(both)).toBe(v1.id);
  return { ...both, id };
}

export async function rollbacks({ deps, version }: Two) {
  const rows = await deps.db
    .select()
    .from(events)
    .where(and(eq(events.subjectId, version.pluginId), eq(events.type, 'plugin.rolled_back')));
  return rows.map(({ actor, data }) => ({ actor, data }));
}

export async function crashing(s: Two & { id: string }, crashes: number = crashRollback.crashesMax): Promise<void> {
  const [row] = await s.deps.db
    .select()
    .from(deployments)
    .where(eq(deployments.id, s.id as never));
  if (!row) throw new Error('no deployment');
  await rollBackCrashing(s.deps, row.id, crashes);
}
