// Installs a Go plugin with two real builders, the real compiler and a real Git repository.
// @module-tag git
// @module-tag go
// @module-tag long
import { expect, test } from 'vitest';
import { builderByPool } from '../../../src/builders/pool/pool.ts';
import { testApp } from '../../support/deps.ts';
import { ownBuilder } from '../../support/own-builder.ts';
import { committed, freshGoName, pipelineSource, returning } from '../../support/plugins/go-sources.ts';
import { newPool } from '../../support/pool.ts';
import { organization } from '../../support/scenes/organization.ts';

test('a Go plugin is installed and called with two builders', { timeout: 900_000 }, async () => {
  const token = crypto.randomUUID();
  const settings = { SLIPWAY_ALLOW_LOOPBACK: '1', BUILDER_GO_CACHE: 'dist/go/cache', BUILDER_TOOLS: 'dist/tools' };
  const both = [await ownBuilder(token, settings), await ownBuilder(token, settings)];
  const urls = both.map(({ at }) => at.url);
  const builder = builderByPool(newPool(testApp().deps, urls, token));
  const org = await organization({ fetch: testApp({ builder }).fetch });
  const name = freshGoName();
  const { repository } = await committed(name, 'v1', pipelineSource({ body: returning('two builders') }));
  const installed = await org.post('/api/plugins', { name, repository, version: 'v1' });
  expect(installed).toMatchObject({ status: 201 });
  const call = { method: 'execute', params: { action: 'report', params: {} } };
  expect(await org.post(`/api/plugins/${name}/call`, call)).toMatchObject({
    status: 200,
    body: { result: { output: { text: 'two builders' } } },
  });
});
