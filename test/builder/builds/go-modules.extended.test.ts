// Tests a plugin's required modules, which are downloaded from the module proxy and verified before the compiler starts.
// @module-tag go
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packZip } from '../../../src/archive/zip/pack.ts';
import { buildEvents, buildSource, coldCacheMs, goMod, pipelinePlugin, startGoBuilder } from '../go-support.ts';
import { newFolder, type TestBuilder } from '../support.ts';

const version = 'v1.0.0';
const moduleFiles = {
  'go.mod': 'module example.com/dep\n\ngo 1.24\n',
  'dep.go': 'package dep\n\nfunc Word() string { return "from a module" }\n',
};

/** Computes the `h1:` hash of golang.org/x/mod/sumdb/dirhash. */
function hash1(files: Record<string, string>): string {
  const lines = Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => `${createHash('sha256').update(text).digest('hex')}  ${name}\n`);
  return `h1:${createHash('sha256').update(lines.join('')).digest('base64')}`;
}

const inModule = Object.fromEntries(
  Object.entries(moduleFiles).map(([name, text]) => [`example.com/dep@${version}/${name}`, text]),
);
const sum = hash1(inModule);
const goSum = [
  `example.com/dep ${version} ${sum}`,
  `example.com/dep ${version}/go.mod ${hash1({ 'go.mod': moduleFiles['go.mod'] })}`,
  '',
].join('\n');

/** Creates a module proxy's files (https://go.dev/ref/mod#goproxy-protocol). */
async function makeProxy(): Promise<string> {
  const proxy = newFolder();
  const folder = join(proxy, 'example.com/dep/@v');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${version}.info`), JSON.stringify({ Version: version }));
  writeFileSync(join(folder, `${version}.mod`), moduleFiles['go.mod']);
  const encoder = new TextEncoder();
  const files = Object.entries(inModule).map(([path, text]) => ({ path, bytes: encoder.encode(text) }));
  writeFileSync(join(folder, `${version}.zip`), await packZip(files));
  return proxy;
}

let builder: TestBuilder;
beforeAll(async () => {
  const proxy = await makeProxy();
  builder = await startGoBuilder({ env: { GOPROXY: `file://${proxy},direct`, GOSUMDB: 'off', GOFLAGS: '-nonsense' } });
  await buildSource(builder, { 'plugin.go': pipelinePlugin('return nil, nil') });
}, coldCacheMs);
afterAll(() => builder.close());

function requiring(name: string, sums = goSum) {
  const body = 'return map[string]interface{}{"word": dep.Word()}, nil';
  return {
    'go.mod': goMod(`require ${name} ${version}`),
    'go.sum': sums,
    'plugin.go': pipelinePlugin(body, { imports: `"${name}"` }),
  };
}

test('a module is downloaded, and listed in the provenance', async () => {
  const archive = await builder.putArchive(requiring('example.com/dep'));
  const events = await buildEvents(builder, archive);
  expect(events.flatMap((event) => (event.type === 'step' ? [event.step] : []))).toContain('download');
  expect(events.at(-1)).toMatchObject({
    type: 'built',
    build: {
      provenance: {
        modules: [
          { path: 'example.com/dep', version, sum },
          { path: 'github.com/mimir-aip/mimir-aip-go', version: 'v0.0.0', sum: null },
        ],
      },
    },
  });
});

test('a module missing from the proxy is not downloaded from anywhere else', { tags: 'long' }, async () => {
  expect(await buildSource(builder, requiring('example.com/absent'))).toMatchObject({
    type: 'failed',
    error: { code: 'modules-unavailable', message: expect.stringContaining('example.com/absent@v1.0.0') },
    deterministic: false,
  });
});

test('a module whose checksum differs from go.sum is not compiled', async () => {
  const other = goSum.replaceAll(sum, `h1:${'A'.repeat(43)}=`);
  expect(await buildSource(builder, requiring('example.com/dep', other))).toMatchObject({
    type: 'failed',
    error: { code: 'modules-unavailable', message: expect.stringContaining('checksum mismatch') },
  });
});

test('a module missing from go.sum is not compiled', { tags: 'long' }, async () => {
  expect(await buildSource(builder, requiring('example.com/dep', ''))).toMatchObject({
    type: 'failed',
    error: {
      code: 'compile-failed',
      message: expect.stringContaining(
        'plugin.go:5:2: missing go.sum entry for module providing package example.com/dep',
      ),
    },
    deterministic: true,
  });
});
