// Tests the development setup in CONTRIBUTING.md with its own commands: `wrangler dev`, and a builder beside it. They run in a folder of
// links to the checkout, so that the state of the developer's own `wrangler dev` stays as it is.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { wranglerEnvironment } from '../../../scripts/containers/wrangler-worker.ts';
import { freePorts, loopback } from '../../../scripts/machine/ports.ts';
import { slipway } from '../../cli/slipway.ts';
import { documentedCommands } from '../../documented-commands.ts';
import { waitFor } from '../../support/waiting.ts';
import { GitHost } from '../git-host/git-host.ts';
import { extractorPlugin } from '../git-host/sources.ts';
import { expectNoneLeft } from '../processes.ts';
import { newStateFolder, removeState } from '../slipway.ts';

/** Files of a clone that hold its own state. */
const own = new Set(['.git', '.slipway', '.wrangler']);
const name = 'pushed_ext';

let folder: string;
let url: string;
let env: Record<string, string>;
let output = '';
const services: ChildProcess[] = [];

/** Runs a line of the document as a shell does in its own terminal. */
function runLine(line: string): ChildProcess {
  const child = spawn('sh', ['-c', line], { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return child;
}

async function runToEnd(line: string): Promise<void> {
  const [exitCode] = await once(runLine(line), 'close');
  expect(exitCode, output).toBe(0);
}

/** Runs the packaged CLI with the key that the documented commands stored. Returns its standard output. */
async function cli(...args: string[]): Promise<string> {
  const { code, stderr, stdout } = await slipway(args, { env });
  expect([args[0], code, code === 0 ? '' : stderr]).toEqual([args[0], 0, '']);
  return stdout;
}

beforeAll(async () => {
  folder = await newStateFolder();
  await mkdir('public', { recursive: true });
  for (const file of await readdir('.')) if (!own.has(file)) await symlink(resolve(file), join(folder, file));
  const [port = 0, builderPort = 0] = await freePorts(2);
  url = `http://${loopback}:${port}`;
  env = {
    ...wranglerEnvironment(folder),
    PATH: `${resolve('node_modules/.bin')}:${process.env.PATH}`,
    HOME: folder,
    PYTHON: inject('python'),
    SLIPWAY_BASE_URL: url,
    SLIPWAY_ALLOW_LOOPBACK: '1',
    BUILDER_PORT: String(builderPort),
  };
  const options = `--port ${port} --inspector-port 0`;
  const vars = `--var BUILDER_URL:http://${loopback}:${builderPort} --var ALLOW_LOOPBACK:1`;
  const script = documentedCommands('CONTRIBUTING.md', 'wrangler dev', {
    'wrangler dev': `wrangler dev ${options} ${vars}`,
  });
  const [prepare = '', ...servers] = script.trim().split('\n');
  await runToEnd(prepare);
  services.push(...servers.map(runLine));
  await waitFor(async () => expect((await fetch(`${url}/readyz`)).status, output).toBe(200));
  await runToEnd(documentedCommands('CONTRIBUTING.md', 'orgs create').trim());
});

afterAll(async () => {
  for (const { pid } of services) if (pid !== undefined) process.kill(-pid, 'SIGINT');
  await expectNoneLeft(folder);
  await removeState(folder);
});

test('wrangler dev serves the console', async () => {
  const response = await fetch(url, { headers: { accept: 'text/html' } });
  expect(await response.text()).toContain('<title>Slipway</title>');
});

test('a published plugin goes live on the builder and answers a call', async () => {
  await cli('publish', resolve('examples/text_profile'), '-m', 'first');
  expect(await cli('invoke', 'text_profile', '-d', '{"text": "two words"}')).toContain('"words": 2');
});

test('a push to a deploy hook publishes the commit and moves calls to it', { tags: ['git'] }, async () => {
  const git = await GitHost.start();
  const repository = git.repository(name);
  try {
    repository.commit(extractorPlugin({ name, version: '1.0.0' }));
    await repository.push('refs/heads/main');
    await cli('publish', '--from-git', `${repository.url}@main`, '--path', 'plugins/ocr');
    const hook = JSON.parse(await cli('hooks', 'create', name, '--json'));
    repository.reportTo('github', hook);
    repository.commit(extractorPlugin({ name, version: '1.1.0' }));
    await repository.push('refs/tags/v1.1.0');
    await waitFor(async () => expect(await cli('invoke', name, '-d', '{}')).toContain('1.1.0'));
  } finally {
    await git.close();
  }
});
