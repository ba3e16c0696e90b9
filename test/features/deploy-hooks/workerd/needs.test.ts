// Tests that a deploy hook whose last push failed needs attention.
// @module-tag git
import { expect, test } from 'vitest';
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
