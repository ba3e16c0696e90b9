// Tests that deployments of pushes have the plan of their hook, with a real Git repository.
// @module-tag git
import { expect, test } from 'vitest';
import { releasePlanSchema } from '../../../../src/contract/releases.ts';
import { plansOf } from '../../../support/release-plans.ts';
import { pushScene } from '../scenes/push-scene.ts';

const planOf = (percent: number) => ({ steps: [{ percent }], hold: '30s' });
const whole = (percent: number) => releasePlanSchema.parse(planOf(percent));

test('a push is deployed with the plan of its hook, which can be changed', async () => {
  const all = await pushScene({ release: planOf(5) });
  const hook = `/v1/deploy-hooks/${all.hook.id}`;
  expect((await all.org.get(hook)).body).toMatchObject({ release: whole(5) });
  await all.tag('v1.1.0', '1.1.0');
  await all.push('refs/tags/v1.1.0');
  await all.drain();
  expect((await all.org.patch(hook, { release: planOf(9) })).body).toMatchObject({ release: whole(9) });
  await all.tag('v1.2.0', '1.2.0');
  await all.push('refs/tags/v1.2.0');
  await all.drain();
  expect(await plansOf(all.org, all.name)).toEqual([whole(9), whole(5)]);
});

test('an invalid plan of a hook is refused', async () => {
  const { org, name } = await pushScene();
  const fields = { kind: 'extractor', plugin: name, provider: 'github', release: { steps: [] } };
  const { status, text } = await org.post('/v1/deploy-hooks', fields);
  expect([status, text]).toEqual([422, expect.stringContaining('body.release.steps')]);
});
