// Runs the CLI against a local server: an author's workflow from `init` to `rollback`, and every kind of failure.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import type { Local } from '../../scripts/local/organization.ts';
import { freePorts, loopback } from '../../scripts/machine/ports.ts';
import { exitCodes } from '../../src/cli/terminal/exit-codes.ts';
import { GitServer } from '../builder/sources/git-server.ts';
import { inProcess } from '../cli/in-process.ts';
import { slipway } from '../cli/slipway.ts';
import { waitFor } from '../support/waiting.ts';
import { endAll } from './processes.ts';
import { type Slipway, startSlipway } from './slipway.ts';
import { stuckAtUploads } from './stuck-uploads.ts';

const main = inject('cli');
const inputs = '{"text": "hello world"}';

const state = mkdtempSync(join(tmpdir(), 'slipway-e2e-cli-'));
/** The author's working folder. */
const cwd = mkdtempSync(join(tmpdir(), 'slipway-author-'));
const env = { SLIPWAY_STATE: state };
let server: Slipway;
let local: Local;

beforeAll(async () => {
  server = await startSlipway(state, { env: { SLIPWAY_ALLOW_LOOPBACK: '1' } });
  local = await server.ready();
});

afterAll(async () => {
  await server.stop();
  await endAll(state);
  for (const folder of [state, cwd]) rmSync(folder, { recursive: true, force: true });
});

async function done(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const { code, stderr, stdout } = await slipway(args, { cwd, env });
  expect([code, stderr.match(/^✗.*/ms)?.[0], code === 0 ? '' : stdout]).toEqual([0, undefined, '']);
  return { stdout, stderr };
}

/** Returns a folder's files with their bytes. */
function contentOf(folder: string): Record<string, string> {
  const root = join(cwd, folder);
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ name, parentPath }) => join(parentPath, name));
  return Object.fromEntries(files.sort().map((file) => [file.replace(root, ''), readFileSync(file, 'latin1')]));
}

/** Copies the plugin as a different version, with text appended to one file. */
function changed(folder: string, version: string, file = 'README.md', more = ''): string {
  cpSync(join(cwd, 'notes'), join(cwd, folder), { recursive: true });
  const manifest = join(cwd, folder, 'manifest.py');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(/"1\.0\.\d"/, `"${version}"`));
  appendFileSync(join(cwd, folder, file), more);
  return join(cwd, folder);
}

test("an author's commands work in sequence, starting with init", async () => {
  await done('init', 'notes', '--category', 'text');
  writeFileSync(join(cwd, 'notes/README.md'), '# notes\n\nProfiles texts.\n');
  expect((await done('test', 'notes')).stdout).toContain('✓ notes 1.0.0 passed');
  expect((await done('publish', 'notes', '-m', 'first')).stdout).toMatch(
    /^✓ published notes 1\.0\.0\n✓ notes 1\.0\.0 is live \(.*\)\n {2}call {5}http:.*\/by-name\/notes\/realtime\n$/,
  );
  const first = await done('invoke', 'notes', '-d', inputs);
  expect([JSON.parse(first.stdout).size, first.stderr]).toEqual([
    2,
    expect.stringMatching(/^notes 1\.0\.0 answered in .*\n {2}request {2}req_\w+\n$/),
  ]);

  const core = join(cwd, 'notes/processors/core.py');
  const edited = readFileSync(core, 'utf8').replace('    words =', '    print("reading", len(text))\n    words =');
  writeFileSync(core, edited);
  writeFileSync(
    join(cwd, 'notes/manifest.py'),
    readFileSync(join(cwd, 'notes/manifest.py'), 'utf8').replace('1.0.0', '1.0.1'),
  );
  await done('publish', 'notes', '-m', 'second');
  expect((await done('invoke', 'notes', '-d', inputs)).stderr).toMatch(/^notes 1\.0\.1 answered in /);
  expect((await done('diff', 'notes', '--stat')).stdout).toBe(
    `M  manifest.py         +1 -1
M  processors/core.py  +1 -0
1.0.0 → 1.0.1: 2 files changed, +2 -1
findings: 0 introduced, 0 fixed, 0 unchanged
`,
  );
  const stat = `  M  manifest.py         +1 -1
  M  processors/core.py  +0 -1
  1.0.1 → 1.0.0: 2 files changed, +1 -2
  findings: 0 introduced, 0 fixed, 0 unchanged
`;
  const plan = `notes 1.0.1 → 1.0.0: moves calls to the name; versions, files and data stay\n${stat}`;
  const planned = await inProcess(['rollback', 'notes', '--to', '-1', '--dry-run'], env);
  expect(planned).toEqual({ exit: 'done', stdout: '✓ notes would be rolled back to 1.0.0\n', stderr: plan });
  expect(await inProcess(['deploy', 'notes@1.0.0', '--dry-run'], env)).toEqual({
    exit: 'done',
    stdout: '✓ notes 1.0.0 would be deployed instead of 1.0.1\n',
    stderr: stat,
  });
  const back = await done('rollback', 'notes', '--yes');
  expect([back.stdout, back.stderr]).toEqual([
    expect.stringMatching(
      /^✓ rolled notes back from 1\.0\.1 to 1\.0\.0 in .*\n {2}call {5}http:.*\/by-name\/notes\/realtime\n$/,
    ),
    plan,
  ]);
  expect(await inProcess(['rollback', 'notes', '--to', '-2'], env)).toMatchObject({
    exit: 'failed',
    stderr:
      '✗ notes has no version to roll back to\n  fix      No version was live before 1.0.0. Choose another one with `slipway rollback notes --to VERSION`: 1.0.1.\n',
  });
  expect((await done('invoke', 'notes', '-d', inputs)).stderr).toMatch(/^notes 1\.0\.0 answered in /);
  expect((await done('logs', 'notes@1.0.1')).stdout).toMatch(/^\d\d:\d\d:\d\d\.\d{3} stdout req_\w+ \| reading 11$/m);

  await done('pull', 'notes@1.0.1', '-o', 'pulled');
  expect(contentOf('pulled')).toEqual(contentOf('notes'));
  expect((await done('publish', 'pulled')).stdout).toBe(
    '✓ notes 1.0.1 is already published\n  ! notes 1.0.1 is deployed, but calls to notes still go to 1.0.0\n',
  );
});

test('older versions are undeployed on request', async () => {
  await done('init', 'replaced');
  const publishAs = async (version: string, ...args: string[]) => {
    const manifest = join(cwd, 'replaced/manifest.py');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(/"1\.0\.\d"/, `"${version}"`));
    return (await done('publish', 'replaced', ...args)).stdout;
  };
  await publishAs('1.0.0');
  await publishAs('1.0.1');
  expect(await publishAs('1.0.2', '--replace')).toMatch(
    /\n✓ undeployed 2 versions of replaced; 1\.0\.2 stays deployed\n$/,
  );
  await publishAs('1.0.3');
  expect((await done('undeploy', 'replaced', '--keep', '0', '--yes')).stdout).toBe(
    '✓ undeployed 2 versions of replaced; none stays deployed\n',
  );
  expect(await refusal(['undeploy', 'replaced@1.0.3', '--keep', '1', '--yes'])).toEqual([
    'usage',
    ['✗ --keep applies to all versions of a plugin', '  fix      Leave out @VERSION.'],
  ]);
});

/** Returns the exit code and standard error, without stages and with IDs masked. */
async function refusal(args: string[], environment: Record<string, string> = {}): Promise<[string, string[]]> {
  const { exit, stderr } = await inProcess(args, { ...env, ...environment });
  const lines = stderr.replaceAll(/\b(req|dep)_\w{26}\b/g, '$1_ID').split('\n');
  return [exit, lines.filter((line) => !line.startsWith('·') && line !== '')];
}

test('failures have a message, a fix and an exit code', async () => {
  const [deadPort = 0] = await freePorts(1);
  const created = await inProcess(['keys', 'create', 'reader', '--scopes', 'read', '--json'], env);
  const reader = JSON.parse(created.stdout).api_key;
  const taken = changed('taken', '1.0.1', 'README.md', 'more\n');
  const refused = changed('refused', '1.0.2', 'processors/core.py', 'eval("1")\n');
  const failing = changed('failing', '1.0.3', 'realtime.py', 'raise RuntimeError("no model here")\n');
  const cases: [string, string[], Record<string, string>, string, string[]][] = [
    [
      'server down',
      ['list'],
      { SLIPWAY_BASE_URL: `http://${loopback}:${deadPort}`, SLIPWAY_API_KEY: 'sk_any' },
      'unreachable',
      [
        expect.stringContaining(`✗ Connection to http://${loopback}:${deadPort} failed: `),
        '  fix      Start a local server with `npm start`, or set another URL with --base-url or SLIPWAY_BASE_URL.',
      ],
    ],
    [
      'no key',
      ['list'],
      { SLIPWAY_BASE_URL: 'https://slipway.invalid' },
      'denied',
      ['✗ no API key for https://slipway.invalid', '  fix      Run `slipway login` or set SLIPWAY_API_KEY.'],
    ],
    [
      'key wrong',
      ['list'],
      { SLIPWAY_API_KEY: 'sk_wrong' },
      'denied',
      [
        '✗ The API key is not valid',
        '  fix      Run `slipway login` or set SLIPWAY_API_KEY. `slipway doctor` shows which key is in use.',
        '  request  req_ID',
      ],
    ],
    [
      'key without scope',
      ['deploy', 'notes@1.0.1'],
      { SLIPWAY_API_KEY: reader },
      'denied',
      [
        '✗ This key lacks the scope plugins:deploy',
        '  fix      Use a key that has the scope or the access named in the message.',
        '  request  req_ID',
      ],
    ],
    [
      'version taken',
      ['publish', taken],
      {},
      'conflict',
      [
        '✗ notes 1.0.1 is already published with different content',
        '  fix      Raise the version in manifest.py. `slipway diff notes` compares published versions.',
        '  request  req_ID',
      ],
    ],
    [
      'scan refused',
      ['publish', refused],
      {},
      'rejected',
      expect.arrayContaining([
        '✗ rejected before upload: 1 error',
        '  fix      Fix the error. `slipway lint --explain SLP201` explains the rule. If a waiver covers it, publish with --waived.',
      ]),
    ],
    [
      'deployment failed',
      ['publish', failing],
      {},
      'undeployed',
      [
        expect.stringMatching(
          /^✗ the deployment failed: importing realtime\.py failed at realtime\.py:\d+: RuntimeError: no model here$/,
        ),
        '  | unpack',
        '  | compile',
        '  | load',
        '  | Traceback (most recent call last):',
        '  |   File "realtime.py", line 12, in <module>',
        '  |     raise RuntimeError("no model here")',
        '  | RuntimeError: no model here',
        expect.stringMatching(/^ {2}\| Start failed: importing realtime\.py failed/),
        '  fix      Traffic is not affected. `slipway deployments show dep_ID` shows every step, `slipway logs --deployment dep_ID` what the plugin printed.',
      ],
    ],
  ];
  for (const [what, args, environment, exit, expected] of cases)
    expect([what, await refusal(args, environment)]).toEqual([what, [exit, expected]]);
  expect((await inProcess(['invoke', 'notes', '-d', inputs], env)).stderr).toMatch(/^notes 1\.0\.0 answered in /);
});

test('a disk that is too full to pull a version is reported', async () => {
  const limited = `trap '' XFSZ; ulimit -f 1; exec '${process.execPath}' '${main}' pull notes@1.0.1 -o pulls/notes`;
  const child = spawn('bash', ['-c', limited], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  const reported = stderr.replaceAll(cwd, '').replace(/^· downloaded .*\n/, '');
  expect([code, reported, readdirSync(join(cwd, 'pulls'))]).toEqual([
    exitCodes.failed.code,
    '✗ no space left in /pulls\n  fix      Free some space and pull again. No files were written.\n',
    [],
  ]);
});

test('Ctrl-C during an upload leaves nothing half-finished', async () => {
  const folder = changed('interrupted', '1.0.4');
  const { began, url } = await stuckAtUploads(local.url);
  const connection = { SLIPWAY_BASE_URL: url, SLIPWAY_API_KEY: local.api_key, SLIPWAY_NAMESPACE: local.namespace_id };
  const child = spawn(process.execPath, [main, 'publish', folder], { env: { ...process.env, ...env, ...connection } });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  await began;
  child.kill('SIGINT');
  const [stdout, stderr, [code]] = await ended;
  expect([code, stdout, stderr.split('\n').filter((line) => !line.startsWith('·'))]).toEqual([
    exitCodes.interrupted.code,
    '',
    ['✗ interrupted: notes 1.0.4 was not published', '  fix      Publish again.', ''],
  ]);
  expect(await inProcess(['show', 'notes@1.0.4'], env)).toMatchObject({ exit: 'failed' });
  expect(await inProcess(['publish', folder, '--no-deploy'], env)).toMatchObject({
    exit: 'done',
    stdout: '✓ published notes 1.0.4\n',
  });
});

/** The first build on a machine compiles Go's standard library. */
const firstBuildMs = 900_000;

test('a Go plugin works from init to uninstall', { tags: ['git', 'go'], timeout: firstBuildMs }, async () => {
  await done('init', 'counter', '--kind', 'pipeline');
  const git = await GitServer.start();
  onTestFinished(() => git.close());
  const repository = git.repository('counter');
  const files = Object.fromEntries(
    Object.entries(contentOf('counter')).map(([path, content]) => [path.slice(1), content]),
  );
  const first = repository.commit(files);
  expect((await done('install', repository.url, '--timeout', '15m')).stdout).toMatch(
    /^✓ installed counter main \(\w{12}\) in .*\n {2}runs in {2}isolate\n {2}call {5}slipway invoke counter --kind pipeline --action count_words -d '\{"text":"text"\}'\n$/,
  );
  const counted = ['invoke', 'counter', '--kind', 'pipeline', '--action', 'count_words'];
  const called = await done(...counted, '-d', '{"text": "a b c"}', '--json');
  expect(JSON.parse(called.stdout).result.output).toEqual({ words: 3 });
  expect(await inProcess([...counted, '-d', '{}'], env)).toMatchObject({
    exit: 'failed',
    stderr: expect.stringContaining('✗ text must be a string\n'),
  });
  repository.commit({ ...files, 'plugin.go': files['plugin.go']?.replace('strings.Fields', 'strings.Words') ?? '' });
  expect(await refusal(['install', repository.url])).toEqual([
    'rejected',
    [
      '✗ the plugin does not compile:',
      '  # counter',
      '  plugin.go:30:53: undefined: strings.Words',
      '  fix      Fix the errors in the message, push, and install again.',
      '  request  req_ID',
    ],
  ]);
  const [listed] = JSON.parse((await done('list', '--kind', 'pipeline', '--json')).stdout).results;
  expect(listed).toMatchObject({ name: 'counter', loaded: true, status: 'active' });
  expect(Date.now() - Date.parse(listed.installed_at)).toBeLessThan(firstBuildMs);
  const second = repository.commit({ ...files, 'README.md': 'second' });
  await done('install', repository.url);
  await git.close();
  // A call failed there, so it must be named.
  const back = ['rollback', 'counter', '--to', first];
  const plan = JSON.parse((await done(...back, '--dry-run', '--json')).stdout);
  expect(plan).toEqual({
    name: 'counter',
    from: second,
    to: expect.stringContaining(first.slice(0, 12)),
    dry_run: true,
  });
  expect((await done(...back, '--yes')).stdout).toContain(`(${second.slice(0, 12)}) to main (`);
  const forward = (await done('rollback', 'counter', '--kind', 'pipeline', '--to', second, '--yes')).stdout;
  expect(forward).toContain(` to main (${second.slice(0, 12)}) in `);
  await done('uninstall', 'counter', '--yes');
  expect((await done('list', '--kind', 'pipeline')).stdout).toMatch(/^No pipeline plugins yet\./);
});

/** Starts a command that runs until Ctrl-C. `until` waits for text in the command's output. */
function startCommand(...args: string[]) {
  const child = spawn(process.execPath, [main, ...args], { cwd, env: { ...process.env, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output.text += chunk));
  const until = (text: string) => waitFor(() => expect(output.text).toContain(text), { interval: 50 });
  return { child, until };
}

test.each(['SIGINT', 'SIGHUP'] as const)('dev deploys each change, and removes its versions on %s', async (signal) => {
  rmSync(join(cwd, 'drafts'), { recursive: true, force: true });
  await done('init', 'drafts', '--category', 'text');
  const { child, until } = startCommand('dev', 'drafts', '--json');
  const write = (name: string, from: string, to: string) => {
    const file = join(cwd, 'drafts', name);
    writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
  };
  await until('drafts 1.0.0 is live');
  await until('/plugins/by-name/drafts/realtime\n  or       slipway invoke drafts -d');
  write('realtime.py', 'return extract', 'print("requested")\n        return extract');
  await until('drafts 1.0.1 is live');
  expect(await inProcess(['invoke', 'drafts', '-d', inputs], env)).toMatchObject({ exit: 'done' });
  await until('"stream":"stdout","line":"requested"}');
  write('realtime.py', 'print("requested")', 'eval("1")');
  await until('✗ rejected before upload: 1 error');
  write('realtime.py', 'eval("1")', 'print("requested")');
  await until('drafts 1.0.1 is still live');
  child.kill(signal);
  const [code] = await once(child, 'close');
  const left = JSON.parse((await inProcess(['list', '--json'], env)).stdout).results;
  expect([code, left.filter(({ name }: { name: string }) => name === 'drafts')]).toEqual([130, []]);
});

test('dev returns the name to the version chosen by a rollback', async () => {
  await done('init', 'chosen');
  await done('publish', 'chosen');
  const manifest = join(cwd, 'chosen', 'manifest.py');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"1.0.0"', '"1.1.0"'));
  await done('publish', 'chosen');
  await done('rollback', 'chosen', '--to', '1.0.0', '--yes');
  const { child, until } = startCommand('dev', 'chosen');
  await until('chosen 1.1.1 is live');
  const closed = once(child, 'close');
  child.kill('SIGINT');
  await closed;
  await until('Stopped. 1.0.0 serves again. Deleted 1.1.1.');
  expect(JSON.parse((await done('status', 'chosen', '--json')).stdout)).toMatchObject({ serving_version: '1.0.0' });
});
