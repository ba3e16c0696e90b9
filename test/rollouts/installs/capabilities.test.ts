// Installs Go plugins whose modules have more capabilities than the plugin itself, with the real compiler and analyzer and a module
// proxy.
// @module-tag git
// @module-tag go
// @module-tag long
import { expect, inject, test, vi } from 'vitest';
import { testApp } from '../../support/deps.ts';
import { eventsOf } from '../../support/events.ts';
import { committed, freshGoName, pipelineSource, returning } from '../../support/plugins/go-sources.ts';
import { organization } from '../../support/scenes/organization.ts';
import { waive } from '../../support/scenes/waived.ts';

/** The first build on a machine compiles Go's standard library and the analyzer. */
vi.setConfig({ testTimeout: 900_000 });

const { fetch } = testApp();
const plugins = '/api/plugins';

/** Returns a plugin that calls the module's function and has a test for the result. */
function requiring(module: string, call: string, text: string) {
  const source = pipelineSource({
    body: `if action == "dangerous" { return nil, ${call} }\n\t${returning(text)}`,
    imports: [module],
  });
  const goMod = `${source['go.mod']}\nrequire ${module} v1.0.0\n`;
  return { ...source, 'go.mod': goMod, 'go.sum': inject('moduleSums')[module] ?? '' };
}

async function textOf(org: Awaited<ReturnType<typeof organization>>, name: string): Promise<unknown> {
  const sent = { method: 'execute', params: { action: 'report', params: {} } };
  return Object((await org.post(`${plugins}/${name}/call`, sent)).body).result?.output.text;
}

const throughFetcher = {
  name: 'NETWORK',
  path: ['plugin.plugin.Execute', 'example.com/fetcher.Client.Do', 'net.Dial'],
  through: 'example.com/fetcher.Client.Do',
  module: 'example.com/fetcher@v1.0.0',
  reason: null,
};

test('a version that starts to use the network through a module reports this capability', async () => {
  const org = await organization({ fetch });
  const name = freshGoName();
  const { repository } = await committed(name, 'v1.2.0', pipelineSource({ body: returning('before') }));
  await committed(name, 'v1.3.0', requiring('example.com/fetcher', 'fetcher.Client{}.Do(action)', 'after'));
  const installed = await org.post(plugins, { name, repository, version: 'v1.2.0' });
  expect(installed).toMatchObject({ status: 201, body: { capabilities: [] } });
  const updated = await org.put(`${plugins}/${name}`, { version: 'v1.3.0' });
  expect(updated).toMatchObject({ status: 200, body: { capabilities: [throughFetcher] } });
  expect(await textOf(org, name)).toBe('after');
  expect((await org.get(`${org.plugins}/by-name/${name}/diff?kind=pipeline&v1=v1.2.0&v2=v1.3.0`)).body).toMatchObject({
    v1: 'v1.2.0',
    v2: 'v1.3.0',
    capabilities: [{ change: 'added', ...throughFetcher }],
    findings: { introduced: [{ rule: 'SLP906' }], fixed: [] },
  });
  const published = (await eventsOf(org)).filter(({ type }) => type === 'version.published');
  expect(published.map(({ data }) => Object(data).capabilities)).toEqual([[], ['NETWORK']]);
});

test('a module that starts programs is refused until a waiver is granted, and then becomes live', async () => {
  const org = await organization({ fetch });
  const name = freshGoName();
  const { repository } = await committed(name, 'v1', requiring('example.com/runner', 'runner.Run(action)', 'runs'));
  const install = () => org.post(plugins, { name, repository, version: 'v1' });
  const refused = await install();
  const message =
    'Capability that needs a waiver: EXEC in example.com/runner@v1.0.0 (plugin.plugin.Execute → example.com/runner.Run → os/exec.Cmd.Run)';
  expect([refused.status, Object(refused.body).error.message]).toEqual([
    422,
    `Rejected by the scan policy\n${message} [SLP905]`,
  ]);
  expect((await org.get(`${plugins}/${name}`)).status).toBe(404);
  await waive(org, { plugin: name, rule: 'SLP905' });
  expect(await install()).toMatchObject({ status: 201, body: { loaded: true, capabilities: [{ name: 'EXEC' }] } });
  expect(await textOf(org, name)).toBe('runs');
  const used = (await eventsOf(org)).filter(({ type }) => type === 'waiver.used');
  expect(used.map(({ data }) => data)).toEqual([expect.objectContaining({ rule: 'SLP905', findings: 1 })]);
});
