// Installs Go plugins that require private modules, from repositories that need credentials. Modules are fetched, checked against
// go.sum and compiled, and an organization without a credential gets nothing.
// @module-tag git
// @module-tag go
// @module-tag long
import { env } from 'cloudflare:workers';
import { expect, inject, test, vi } from 'vitest';
import { z } from 'zod';
import { jsonLog } from '../../../src/core/log.ts';
import { runHook } from '../../../src/hooks/run.ts';
import { moduleSum } from '../../../src/instances/builds/private-modules.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import type { Answer } from '../../support/client.ts';
import { everythingStored } from '../../support/database/everything-stored.ts';
import { testApp } from '../../support/deps.ts';
import { eventsOf } from '../../support/events.ts';
import { committed, freshGoName, pipelineSource, protect } from '../../support/plugins/go-sources.ts';
import { deployHook, pushOf, sendTo } from '../../support/scenes/deploy-hooks.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { builderFetchingFrom } from '../../support/workers/fetching-builder.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

/** The first build on a machine compiles Go's standard library. */
vi.setConfig({ testTimeout: 900_000 });

const token = 'glpat-9a0b77c1';
const place = 'git.example.com/acme';

/** The same repositories over HTTP, for clients with a token, and over SSH, for clients with the key. */
const http = new URL(env.REPOSITORIES_URL).origin;
const ssh = inject('ssh');

interface Scene {
  org: Organization;
  other: Organization;
  name: string;
  module: string;
  install(goMod: string, goSum: string, by?: Organization): Promise<Answer>;
  /** Returns the module's go.sum line. */
  sumOf(files: Record<string, string>, module?: string, version?: string): Promise<string>;
}

const libraryFiles = (module: string) => ({
  'go.mod': `module ${module}\n\ngo 1.24\n\ntoolchain go1.24.3\n`,
  'word.go': 'package lib\n\nfunc Word() string { return "from a private module" }\n',
  'word_test.go': 'package lib\n',
});

/** Creates a private repository with the module at v1.2.0, and a public repository for the plugin. */
async function scene(
  files: (module: string) => Record<string, string> = libraryFiles,
  app = testApp({ builder: builderFetchingFrom(http), allowLoopback: true }),
): Promise<Scene> {
  const org = await organization({ fetch: app.fetch });
  const other = await organization({ fetch: app.fetch });
  const library = freshGoName();
  const module = `${place}/${library}`;
  await committed(library, 'v1.2.0', files(module));
  await protect(library, [token]);
  const name = freshGoName();
  let tags = 0;
  const install = async (goMod: string, goSum: string, by = org) => {
    const tag = `v0.0.${tags++}`;
    const body = 'return map[string]interface{}{"text": lib.Word()}, nil';
    const plugin = pipelineSource({ body, imports: [module] });
    const text = plugin['plugin.go'].replace(`"${module}"`, `lib "${module}"`);
    const { repository } = await committed(name, tag, {
      ...plugin,
      'plugin.go': text,
      'go.mod': goMod,
      'go.sum': goSum,
    });
    return by.post('/api/plugins', { name: `${name}-${tags}`, repository, version: tag });
  };
  const sumOf = async (contents: Record<string, string>, path = module, version = 'v1.2.0') => {
    const encoded = Object.entries(contents).map(
      ([file, text]) => [file, new Uint8Array(new TextEncoder().encode(text))] as const,
    );
    return `${path} ${version} ${await moduleSum(path, version, new Map(encoded))}\n`;
  };
  return { org, other, name, module, install, sumOf };
}

const goMod = (...lines: string[]) =>
  `module example.com/plugin\n\ngo 1.24\n\nrequire github.com/mimir-aip/mimir-aip-go v0.0.0\n${lines.join('\n')}\n`;

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

/** Pushes a private plugin with a private module, and expects that the hook has it built, deployed and called. Returns all messages. */
async function pushedAndCalled(credential: object, origin: string): Promise<string[]> {
  const fetched: string[] = [];
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const log = jsonLog({ info: write, warn: write, error: write });
  const common = { builder: builderFetchingFrom(origin, fetched), allowLoopback: true, log };
  const { install, module, name, org, sumOf } = await scene(libraryFiles, testApp(common));
  const { queues, sent } = losingQueues();
  const { deps, fetch } = testApp({ ...common, queues });
  const files = [goMod(`require ${module} v1.2.0`), await sumOf(libraryFiles(module))] as const;
  const said = [await org.post('/v1/sources', { source: place, go_modules: true, ...credential })];
  expect(await install(...files)).toMatchObject({ status: 201 });
  const { host } = new URL(env.REPOSITORIES_URL);
  said.push(await org.post('/v1/sources', { source: `${host}/${name}`, ...credential }));
  await protect(name, [token]);
  const target = { kind: 'pipeline', plugin: `${name}-1`, provider: 'generic', branches: ['main'] };
  const hook = await deployHook(org, target);
  const body = 'return map[string]interface{}{"text": "pushed, " + lib.Word()}, nil';
  const pushed = pipelineSource({ body, imports: [module] });
  const text = pushed['plugin.go'].replace(`"${module}"`, `lib "${module}"`);
  const tree = { ...pushed, 'plugin.go': text, 'go.mod': files[0], 'go.sum': files[1] };
  const { repository } = await committed(name, 'v9', tree);
  const push = { body: pushOf('generic', repository, 'refs/heads/main') };
  expect((await sendTo({ fetch }, hook, push)).status).toBe(202);
  fetched.length = 0;
  for (let next = sent.shift(); next; next = sent.shift()) {
    if (next.type === 'run-hook') await runHook(deps, next.id);
    if (next.type === 'advance-deployment') await advanceDeployment(deps, next.id);
  }
  expect(fetched).toEqual([repository, `https://${module}.git`]);
  const call = { method: 'execute', params: { action: 'report', params: {} } };
  said.push(await org.post(`/api/plugins/${name}-1/call`, call));
  expect(said.at(-1)?.body).toMatchObject({ result: { output: { text: 'pushed, from a private module' } } });
  said.push(await org.get(`/api/plugins/${name}-1`), await org.get('/v1/sources'));
  return [
    ...said.map((answer) => answer.text),
    JSON.stringify(await eventsOf(org)),
    await everythingStored(),
    ...lines,
  ];
}

test('a push to a private plugin with a private module is fetched with tokens, built by the hook, deployed and called', async () => {
  const said = await pushedAndCalled({ token }, http);
  expect(said.filter((text) => [token, btoa(`git:${token}`)].some((secret) => text.includes(secret)))).toEqual([]);
});

test('a push to a private plugin with a private module is fetched with deploy keys, built by the hook, deployed and called', {
  tags: ['ssh'],
}, async () => {
  const deploy_key = { private_key: ssh.privateKey, known_hosts: [ssh.hostKey] };
  const said = await pushedAndCalled({ deploy_key }, `http://${ssh.host}`);
  expect(said.filter((text) => text.includes(ssh.privateKey.split('\n')[3] ?? ''))).toEqual([]);
});
