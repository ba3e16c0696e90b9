// Tests that a deploy hook whose last push failed needs attention.
// @module-tag git
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { idSchema } from '../../../../src/contract/ids.ts';
import { deployments } from '../../../../src/db/schema/deploy.ts';
import { needsOf } from '../../../support/scenes/needs.ts';
import { pushScene } from '../scenes/push-scene.ts';

test('a push that failed needs attention until the next one succeeds', async () => {
  const s = await pushScene();
  const ofHooks = async () => (await needsOf(s.org)).needs.filter(({ kind }) => kind === 'deploy-hook');
  await s.tag('v1.1.0', '1.2.0');
  await s.push('refs/tags/v9.9.9');
  await s.drain();
  expect(await ofHooks()).toMatchObject([
    {
      severity: 'bad',
      title: expect.stringMatching(/^The last push to the deploy hook of \w+ failed: /),
      action: { page: `/deploy-hooks/${s.hook.id}`, command: `slipway hooks deliveries ${s.hook.id}` },
    },
  ]);
  await s.tag('v1.3.0', '1.3.0');
  await s.push('refs/tags/v1.3.0');
  await s.drain();
  expect(await ofHooks()).toEqual([]);
});

test('a push that failed before its deployment needs attention next to an earlier failed deployment', async () => {
  const s = await pushScene();
  const { body } = await s.org.post(`${s.org.plugins}/${s.name}_1_0_0/deploy`);
  const deployment = idSchema('deployment').parse(Object(body).deployment_id);
  await s.deps.db.update(deployments).set({ status: 'failed', error: 'no' }).where(eq(deployments.id, deployment));
  await s.push('refs/tags/v9.9.9');
  await s.drain();
  const kinds = (await needsOf(s.org)).needs.map(({ kind }) => kind);
  expect(kinds.sort()).toEqual(['deploy-hook', 'failed-deployment']);
});
