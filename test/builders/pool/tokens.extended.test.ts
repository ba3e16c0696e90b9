// Tests what callers and operators get if a builder has another BUILDER_TOKEN than the Worker.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { builderByPool } from '../../../src/builders/pool/pool.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { invoke } from '../../../src/serve/invoke.ts';
import { emptyCallCaches, testApp } from '../../support/deps.ts';
import { callOf } from '../../support/json-text.ts';
import { ownBuilder } from '../../support/own-builder.ts';
import { newPool } from '../../support/pool.ts';
import { organization } from '../../support/scenes/organization.ts';
import { deploy, scene } from '../../support/scenes/scene.ts';

const other = await ownBuilder();
const message = 'cannot be reached at the moment. The builder has another BUILDER_TOKEN than the Worker.';

/** Returns a live plugin, and a call of it by a Worker that calls these builders. */
async function callerOver(urls: readonly string[]) {
  const s = await scene({ realtime: true });
  const deps = { ...s.deps, builder: builderByPool(newPool(s.deps, urls, env.BUILDER_TOKEN)) };
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  const callee = { by: 'name' as const, namespaceId: s.namespaceId, name: 'hello_ext' };
  return () => invoke({ ...deps, ...emptyCallCaches() }, s.actor, callee, callOf());
}

test('a call gets 503 with the reason while the only builder has another token', async () => {
  const call = await callerOver([other.at.url]);
  await expect(call()).rejects.toMatchObject({
    code: 'builder-unavailable',
    status: 503,
    message: `The plugin ${message}`,
  });
});

test('a request to install gets 503 with the reason, and the readiness check fails', async () => {
  const builder = builderByPool(newPool(testApp().deps, [other.at.url], env.BUILDER_TOKEN));
  const org = await organization({ fetch: testApp({ builder }).fetch });
  const asked = { name: 'reports', repository: 'https://example.com/reports.git', version: 'v1' };
  const { status, headers, text } = await org.post('/api/plugins', asked);
  expect([status, headers.has('retry-after'), text]).toEqual([503, true, expect.stringContaining(message)]);
  expect((await org.get('/readyz')).status).toBe(503);
});

test('calls succeed while one of two builders has another token', async () => {
  const call = await callerOver([other.at.url, env.BUILDER_URL]);
  for (let n = 0; n < 3; n++) expect((await call()).answer.status).toBe('success');
});
