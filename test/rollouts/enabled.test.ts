// Tests enabling organization plugins in a namespace, with concurrent requests and with a process that dies between a request and its
// effects.
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { deployments } from '../../src/db/schema/deploy.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { findEnableable } from '../../src/registry/versions/enabled.ts';
import { attempts, disable, enable, eventCount, id, liveHere, sharing } from './enabled-scene.ts';

describe('concurrent requests', () => {
  test('enabling twice writes one event and one deployment', async () => {
    const s = await sharing();
    const [first, second] = await Promise.all([enable(s), enable(s)]);
    expect(first.deployment?.id).toBe(second.deployment?.id);
    expect([await attempts(s), await eventCount(s, 'plugin.enabled')]).toEqual([['queued'], 1]);
  });

  test('enabling twice with different parameters deploys with the later ones', async () => {
    const s = await sharing();
    await Promise.all([enable(s, { tone: 'low' }), enable(s, { tone: 'high' })]);
    const { parameters } = await findEnableable(s.deps, s.actor, s.namespaceId, id);
    const rows = await s.deps.db.select().from(deployments).where(eq(deployments.versionId, s.shared.id));
    expect(rows.filter(({ status }) => status === 'queued').map((row) => row.parameters)).toEqual([parameters]);
    expect(rows.map(({ status }) => status).sort()).toEqual(['queued', 'superseded']);
  });

  test('disabling before the deployment is claimed cancels it', async () => {
    const s = await sharing();
    const { deployment } = await enable(s);
    await disable(s);
    if (deployment) await advanceDeployment(s.deps, deployment.id);
    expect([await attempts(s), await liveHere(s), await eventCount(s, 'plugin.disabled')]).toEqual([
      ['cancelled'],
      false,
      1,
    ]);
  });

  test('disabling twice writes one event', async () => {
    const s = await sharing(false);
    await enable(s);
    await Promise.all([disable(s), disable(s)]);
    expect([await liveHere(s), await eventCount(s, 'plugin.disabled')]).toEqual([false, 1]);
  });
});
