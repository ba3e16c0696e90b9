// Tests that a release keeps both versions of a Go plugin live, although only one is otherwise.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { livePointers } from '../../../src/db/schema/deploy.ts';
import { pluginVersions } from '../../../src/db/schema/registry.ts';
import { sweepInstalled } from '../../../src/rollouts/installs/retire.ts';
import { goTwoLive } from '../../support/scenes/go-releasing.ts';
import type { Organization } from '../../support/scenes/organization.ts';

type World = Awaited<ReturnType<typeof goTwoLive>>;

async function start(org: Organization): Promise<string> {
  const plan = { steps: [{ percent: 50 }], hold: '24h' };
  const body = { plugin: 'upper', kind: 'pipeline', version: 'v1.3.0', plan };
  const started = await org.post(`/v1/namespaces/${org.namespaceId}/releases`, body);
  return z.object({ id: z.string() }).parse(started.body).id;
}

/** Returns the minor numbers of the live versions: 0 for v1.2.0, 3 for v1.3.0. */
async function live({ app, org }: World): Promise<number[]> {
  const rows = await app.deps.db
    .select({ minor: pluginVersions.minor, target: livePointers.targetId })
    .from(livePointers)
    .innerJoin(pluginVersions, eq(pluginVersions.id, livePointers.subjectId as never))
    .where(eq(livePointers.namespaceId, org.namespaceId as never));
  return rows.flatMap(({ minor, target }) => (target === null ? [] : [minor])).sort();
}

test.each([
  ['step', [3]],
  ['revert', [0]],
])(
  'both versions of a Go plugin stay live during a release, and after its %s only the one with the name does',
  async (change, left) => {
    const world = await goTwoLive();
    const { app, org } = world;
    const id = await start(org);
    await sweepInstalled(app.deps);
    expect(await live(world)).toEqual([0, 3]);
    await org.post(`/v1/namespaces/${org.namespaceId}/releases/${id}/${change}`, {});
    await app.settled();
    expect(await live(world)).toEqual(left);
  },
);
