// Tests that deployments of plugins from Git have the plan of their request, with a real Git repository and compiler.
// @module-tag git
// @module-tag go
import { expect, test, vi } from 'vitest';
import { releasePlanSchema } from '../../../src/contract/releases.ts';
import { testApp } from '../../support/deps.ts';
import { committed, freshGoName, pipelineSource, returning } from '../../support/plugins/go-sources.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { plansOf as plans } from '../../support/release-plans.ts';
import { organization } from '../../support/scenes/organization.ts';

/** The first build on a machine compiles Go's standard library. */
vi.setConfig({ testTimeout: 900_000 });

const planOf = (percent: number) => ({ steps: [{ percent }], hold: '30s' });
const whole = (percent: number) => releasePlanSchema.parse(planOf(percent));

test('an extractor from Git is deployed with the plan of its request', async () => {
  const app = testApp();
  const org = await organization({ fetch: app.fetch });
  const name = `ext_${freshGoName().replaceAll('-', '_')}`;
  const { files } = plugin({ name, realtime: true });
  const texts = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, String(text)]));
  const { repository } = await committed(name, 'v1', texts);
  const request = { repository, ref: 'v1', deploy: true, release: planOf(9) };
  expect((await org.post(`${org.plugins}/from-git`, request)).status).toBe(200);
  expect(await plans(org, name)).toEqual([whole(9)]);
});

test('a Go plugin is deployed with the plan of the request that installs or updates it', async () => {
  const app = testApp();
  const org = await organization({ fetch: app.fetch });
  const name = freshGoName();
  const { repository } = await committed(name, 'v1', pipelineSource({ body: returning('first') }));
  await committed(name, 'v2', pipelineSource({ body: returning('second') }));
  const install = { name, repository, version: 'v1', release: planOf(5) };
  expect((await org.post('/api/plugins', install)).status).toBe(201);
  expect((await org.put(`/api/plugins/${name}`, { version: 'v2', release: planOf(9) })).status).toBe(200);
  expect(await plans(org, name)).toEqual([whole(9), whole(5)]);
});
