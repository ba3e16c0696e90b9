// Tests the sentence that a machine without a fitting Node, or without a package, gets from `npm ci`, `npm start` and `npm test`.
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import semver from 'semver';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';

const manifestSchema = z.object({ engines: z.object({ node: z.string() }), scripts: z.record(z.string(), z.string()) });
const manifest = manifestSchema.parse(JSON.parse(readFileSync('package.json', 'utf8')));
const requirements = 'scripts/machine/requirements.cjs';

interface Machine {
  /** The version that the running Node gives as its own. */
  node?: string;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
}

function run(script: string, { node, env = {}, cwd }: Machine) {
  const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${node}' } });`;
  const preload = node === undefined ? [] : ['--import', `data:text/javascript,${encodeURIComponent(older)}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...preload, script, '--help'], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const npmOn = (version: string) => ({
  npm_config_user_agent: `npm/10.8.2 node/v${version} linux x64 workspaces/false`,
});

test.each([
  ...[
    '18.20.8',
    '20.18.3',
    '20.19.0',
    '20.20.2',
    '21.7.3',
    '22.11.0',
    '22.12.0',
    '23.0.0',
    '24.21.0',
    '25.1.0',
    '26.0.0',
  ],
])('npm on Node %s is refused exactly if package.json says so', (version) => {
  const { status, stderr } = run(requirements, { env: npmOn(version) });
  const isAllowed = semver.satisfies(version, manifest.engines.node);
  expect([status, stderr]).toEqual([
    isAllowed ? 0 : 1,
    isAllowed
      ? ''
      : `slipway: Node ${version} is not supported; Slipway needs Node 20.19 or a newer 20.x, or Node 22.12 or newer. Install one from nodejs.org, or with \`nvm install 24\`, then run \`npm ci\` again.\n`,
  ]);
});

test.each(['README.md', 'CONTRIBUTING.md'])('%s names the same range', (document) => {
  expect(manifest.engines.node).toBe('^20.19.0 || >=22.12.0');
  expect(readFileSync(document, 'utf8').replaceAll(/\s+/g, ' ')).toContain(
    'Node: 20.19 or a newer 20.x, or 22.12 or newer.',
  );
});

test('npm asks at the end of `npm ci`, and before `npm start` and `npm test` do anything else', () => {
  const { postinstall, start, test: tests } = manifest.scripts;
  expect({ postinstall, start, tests }).toEqual({
    postinstall: `node ${requirements}`,
    start: 'exec node --max-semi-space-size=1 scripts/start.cjs',
    tests: 'exec node scripts/test.cjs',
  });
  for (const script of ['scripts/start.cjs', 'scripts/test.cjs'])
    expect(run(script, { env: npmOn('20.18.3') })).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('Node 20.18.3 is not supported'),
    });
});

test.each([
  ['scripts/start.cjs', 'slipway'],
  ['scripts/test.cjs', 'npm test'],
])('%s says which commands install the missing Node', (script, prefix) => {
  expect(run(script, { node: '20.19.2', env: { npm_lifecycle_event: 'start' } })).toEqual({
    status: 1,
    stdout: '',
    stderr: `${prefix}: the checkout's own Node is not installed. Run \`npm ci\`, or \`npm ci --ignore-scripts=false\` if npm's install scripts are off.\n`,
  });
});

test('a script that an old Node starts directly names the command that uses its own', () => {
  expect(run('scripts/start.cjs', { node: '20.19.2' })).toEqual({
    status: 1,
    stdout: '',
    stderr: 'slipway: Node 20.19.2 is too old; Node 24 is required. Run `npm start`, which uses its own Node.\n',
  });
});

test('what an old Node reads has no syntax newer than 2015', () => {
  const newer = /\?\.|\?\?|\basync\b|\bawait\b|\bimport\b|\.\.\.|\*\*|catch \{|node:(?!module)/;
  for (const file of globSync('scripts/{*,machine/*}.cjs')) {
    const code = readFileSync(file, 'utf8').replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');
    expect([file, newer.exec(code)?.[0]]).toEqual([file, undefined]);
  }
});

/** Makes a checkout whose packages have their folders, but for the native ones that are left out. */
function checkoutWith(installed: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-requirements-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const path of [requirements, 'package-lock.json']) cpSync(path, join(folder, path));
  for (const name of installed) mkdirSync(join(folder, 'node_modules', name), { recursive: true });
  return folder;
}

const native = {
  esbuild: '@esbuild',
  lightningcss: 'lightningcss-',
  rolldown: '@rolldown',
  workerd: '@cloudflare/workerd-',
};
const nativeParts = Object.keys(
  z
    .object({ packages: z.record(z.string(), z.object({ os: z.array(z.string()).optional() })) })
    .parse(JSON.parse(readFileSync('package-lock.json', 'utf8'))).packages,
).flatMap((path) => (path.lastIndexOf('node_modules/') === 0 ? path.slice('node_modules/'.length) : []));

test.each(Object.entries(native))('a start without the native package of %s names it', (name, prefix) => {
  const parts = nativeParts.filter((part) => Object.values(native).some((start) => part.startsWith(start)));
  const folder = checkoutWith([...Object.keys(native), ...parts.filter((part) => !part.startsWith(prefix))]);
  const { status, stderr } = run(join(folder, requirements), { env: npmOn('24.0.0') });
  expect(status).toBe(1);
  expect(stderr).toMatch(
    new RegExp(
      `^slipway: npm left out the native package of ${name} \\(${prefix}\\S*.*\\)\\. Run \`npm ci\` again, .*\\n$`,
    ),
  );
  expect(stderr).toContain(`${process.platform}-`);
});

test('a native package for another platform, from a copied node_modules, is not enough', () => {
  const others = nativeParts.filter((part) => !part.includes(process.platform));
  const folder = checkoutWith([...Object.keys(native), ...others]);
  const { status, stderr } = run(join(folder, requirements), {});
  expect([status, stderr]).toEqual([1, expect.stringContaining('npm left out the native package of esbuild')]);
});

test('a start without any package says how to install them', () => {
  const folder = checkoutWith([]);
  const { status, stderr } = run(join(folder, requirements), {});
  expect([status, stderr]).toEqual([1, 'slipway: the packages are not installed. Run `npm ci`.\n']);
});
