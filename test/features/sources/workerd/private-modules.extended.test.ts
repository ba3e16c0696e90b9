import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { Answer } from '../../../support/client.ts';
import { committed, pipelineSource } from '../../../support/plugins/go-sources.ts';
import {
  goMod,
  libraryFiles,
  place,
  privateModuleScene as scene,
  token,
} from '../../../support/scenes/private-modules.ts';

/** The first build on a machine compiles Go's standard library. */
vi.setConfig({ testTimeout: 900_000 });

const typeOf = ({ status, body }: Answer) => {
  const { detail } = z.object({ detail: z.array(z.object({ type: z.string(), msg: z.string() })) }).parse(body);
  return [status, detail[0]?.type, detail[0]?.msg];
};

test('a plugin with a private module is built and called, and another organization gets neither the module nor the build', async () => {
  const { install, module, name, org, other, sumOf } = await scene();
  const files = [goMod(`require ${module} v1.2.0`), await sumOf(libraryFiles(module))] as const;
  await org.post('/v1/sources', { source: place, token, go_modules: true });
  expect((await install(...files)).status).toBe(201);
  const call = { method: 'execute', params: { action: 'report', params: {} } };
  const { body } = await org.post(`/api/plugins/${name}-1/call`, call);
  expect(body).toMatchObject({ result: { output: { text: 'from a private module' } } });
  const { body: shown } = await org.get(`/api/plugins/${name}-1`);
  expect(JSON.stringify(shown)).not.toContain(token);

  await other.post('/v1/sources', { source: place, token: 'wrong', go_modules: true });
  expect(typeOf(await install(...files, other))).toEqual([
    422,
    'credential-refused',
    expect.stringMatching(`^The private module ${module}@v1.2.0: .* refuses the credential`),
  ]);
});

test('a private module that does not match go.sum is not compiled', async () => {
  const { install, module, org, sumOf } = await scene();
  await org.post('/v1/sources', { source: place, token, go_modules: true });
  const required = goMod(`require ${module} v1.2.0`);
  const changed = await sumOf({ ...libraryFiles(module), 'word.go': 'package lib\n' });
  expect(typeOf(await install(required, changed))).toEqual([
    422,
    'modules-unavailable',
    expect.stringContaining(`${module}@v1.2.0 is not what go.sum says`),
  ]);
  expect(typeOf(await install(required, ''))).toEqual([
    422,
    'modules-unavailable',
    expect.stringContaining(`go.sum has no checksum of the private module ${module}@v1.2.0`),
  ]);
});

test.each<[string, (module: string) => string[], RegExp]>([
  ['is required by a commit', (module) => [`require ${module} v0.0.0-20260102030405-0123456789ab`], /Tag the commit/],
  ['has no such tag', (module) => [`require ${module} v9.9.9`], /has no tag or branch refs\/tags\/v9\.9\.9/],
  [
    'names itself otherwise',
    (module) => [`require ${module}/sub v1.2.0`],
    /has no tag or branch refs\/tags\/sub\/v1\.2\.0/,
  ],
  [
    'is replaced',
    (module) => [`require ${module} v1.2.0`, `replace ${module} => example.com/x v1.0.0`],
    /can't be replaced/,
  ],
  [
    'replaces another module',
    (module) => [`require example.com/x v1.0.0`, `replace example.com/x => ${module} v1.2.0`],
    /can't be replaced/,
  ],
])('a private module that %s is refused before a proxy is asked', async (_, lines, message) => {
  const { install, module, org, sumOf } = await scene();
  await org.post('/v1/sources', { source: place, token, go_modules: true });
  const answer = typeOf(await install(goMod(...lines(module)), await sumOf(libraryFiles(module))));
  expect(answer).toEqual([422, expect.anything(), expect.stringMatching(message)]);
});

test('a private module that requires a module missing from go.mod is refused before a proxy is asked', async () => {
  const files = (module: string) => ({
    ...libraryFiles(module),
    'go.mod': `module ${module}\n\ngo 1.24\n\nrequire ${place}/hidden v1.0.0\n`,
  });
  const { install, module, org, sumOf } = await scene(files);
  await org.post('/v1/sources', { source: place, token, go_modules: true });
  expect(typeOf(await install(goMod(`require ${module} v1.2.0`), await sumOf(files(module))))).toEqual([
    422,
    'modules-unavailable',
    `The private module ${module} requires ${place}/hidden, which go.mod does not list. Run \`go mod tidy\`, with \`go 1.17\` or newer in go.mod.`,
  ]);
});

test('a plugin that already has a folder with the name of the private modules folder is refused', async () => {
  const { name, org } = await scene();
  const { repository } = await committed(name, 'v5', {
    ...pipelineSource(),
    'slipway-modules/example.com/x/go.mod': 'module example.com/x\n',
  });
  expect(typeOf(await org.post('/api/plugins', { name, repository, version: 'v5' }))).toEqual([
    422,
    'source-refused',
    'The folder slipway-modules is reserved. Rename it.',
  ]);
});

test("a private module's code is scanned like the plugin's own code", async () => {
  const files = (module: string) => ({
    ...libraryFiles(module),
    'run.go': 'package lib\n\nimport "os/exec"\n\nvar Run = exec.Command\n',
  });
  const { install, module, org, sumOf } = await scene(files);
  await org.post('/v1/sources', { source: place, token, go_modules: true });
  const [status, type, message] = typeOf(await install(goMod(`require ${module} v1.2.0`), await sumOf(files(module))));
  expect([status, type]).toEqual([422, 'policy-rejected']);
  expect(message).toContain(`slipway-modules/${module}/run.go:3:8: `);
});

const sparse = () => Array.from({ length: 11_500 }, () => crypto.randomUUID() + '0'.repeat(1500)).join('\n');

test.each([
  ['is larger than its limit', sparse, /^The private module .* has 17\d+ bytes, and the limit is 16777216\.$/],
  [
    'is a zip bomb',
    () => '0'.repeat(17 * 1024 * 1024),
    /^The private module .* can't be read: Archive exceeds a limit: /,
  ],
])('a private module whose repository %s is refused', async (_, content, message) => {
  const files = (module: string) => ({ ...libraryFiles(module), 'data.txt': content() });
  const { install, module, org, sumOf } = await scene(files);
  await org.post('/v1/sources', { source: place, token, go_modules: true });
  const answer = typeOf(await install(goMod(`require ${module} v1.2.0`), await sumOf(libraryFiles(module))));
  expect(answer).toEqual([422, 'modules-unavailable', expect.stringMatching(message)]);
});
