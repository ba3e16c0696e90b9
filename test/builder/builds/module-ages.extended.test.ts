// Tests that a build refuses modules younger than `dependencies_older_than`.
// @module-tag go
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ModuleProxy, moduleVersion, writeModuleProxy } from '../../module-proxy.ts';
import { buildSource, coldCacheMs, goMod, pipelinePlugin, startGoBuilder } from '../go-support.ts';
import { type Files, newFolder, type TestBuilder } from '../support.ts';

const day = 86_400_000;
const secondsText = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;
const yesterday = Date.now() - day;

let proxy: ModuleProxy;
let builder: TestBuilder;
beforeAll(async () => {
  const files = { 'word.go': 'package word\n\nconst Word = "word"\n' };
  const modules = { 'example.com/old': files, 'example.com/young': files, 'example.com/timeless': files };
  const times = { 'example.com/old': '2020-01-01T00:00:00Z', 'example.com/young': secondsText(yesterday) };
  proxy = await writeModuleProxy(newFolder(), modules, times);
  builder = await startGoBuilder({ env: { GOPROXY: proxy.url, GOSUMDB: 'off' } });
}, coldCacheMs);
afterAll(() => builder.close());

const requiring = (name: string): Files => ({
  'go.mod': goMod(`require ${name} ${moduleVersion}`),
  'go.sum': proxy.sums(name),
  'plugin.go': pipelinePlugin('return map[string]interface{}{"word": word.Word}, nil', { imports: `word "${name}"` }),
});
const rule = '`dependencies_older_than` allows only modules that are at least 3d old. Require older versions, or wait.';

test('a module that is old enough is compiled in', async () => {
  expect(await buildSource(builder, requiring('example.com/old'), { older_than: '3d' })).toMatchObject({
    type: 'built',
  });
});

test('a young module fails the build with its time and when it will be old enough, even if the source was built before', async () => {
  const young = requiring('example.com/young');
  expect(await buildSource(builder, young)).toMatchObject({ type: 'built' });
  expect(await buildSource(builder, young, { older_than: '12h' })).toMatchObject({ type: 'built' });
  expect(await buildSource(builder, young, { older_than: '3d' })).toMatchObject({
    type: 'failed',
    error: {
      code: 'modules-too-young',
      message: `example.com/young v1.0.0 was made at ${secondsText(yesterday)}, and is old enough from ${secondsText(yesterday + 3 * day)}.\n${rule}`,
    },
    deterministic: false,
  });
});

test('a module whose time the proxy does not state fails the build', async () => {
  expect(await buildSource(builder, requiring('example.com/timeless'), { older_than: '3d' })).toMatchObject({
    error: { message: `The module proxy doesn't say when example.com/timeless v1.0.0 was made.\n${rule}` },
  });
});
