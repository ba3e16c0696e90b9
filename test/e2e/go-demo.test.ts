// Tests the Go plugin demo of `npm start`: it is installed in the background from a repository on this machine, without access to any
// other.
// @module-tag long
import { access, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { SlipwayClient } from '../../src/client/client.ts';
import type { ApiError } from '../../src/client/errors.ts';
import { waitFor } from '../support/waiting.ts';
import { expectNoneLeft } from './processes.ts';
import { startSlipway, stateFolder } from './slipway.ts';

/** The first build on a machine compiles Go's standard library and the analyzer. */
const firstBuildMs = 900_000;
const env = {
  SLIPWAY_ALLOW_LOOPBACK: '0',
};
const installed = /Demo: install word-count, a Go plugin, from (http:\/\/127\.0\.0\.1:\d+\/word-count\.git)\n/;
const called = /^ {2}live +word-count v1\.0\.0, in an isolate\n {2}call +\{words:6\}\n/m;

test('the demo installs a Go plugin only from its own repository, and the next start only calls the plugin', {
  tags: ['go', 'git'],
  timeout: firstBuildMs,
}, async () => {
  const state = await stateFolder();
  const first = await startSlipway(state, { args: [], env });
  const { url, api_key } = await first.ready();
  await waitFor(() => expect(first.output).toMatch(called), { timeout: firstBuildMs });
  const [, repository = ''] = installed.exec(first.output) ?? [];
  const client = new SlipwayClient({ baseUrl: url, apiKey: api_key, retries: { retriesMax: 0 } });
  expect(await client.get('/api/plugins', {})).toMatchObject([
    { name: 'word-count', repository_url: repository, placement: 'isolate', capabilities: [] },
  ]);
  const other = client.post('/api/plugins', { body: { repository_url: repository.replace('word-count', 'other') } });
  await expect(other).rejects.toMatchObject({
    message: expect.stringContaining(
      'it points to this machine, which is only allowed after `SLIPWAY_ALLOW_LOOPBACK=1 npm start`',
    ),
  } satisfies Partial<ApiError>);
  expect((await fetch(`${repository}/config`)).status).toBe(404);
  expect((await fetch(`${repository}/info/refs?service=git-receive-pack`)).status).toBe(404);
  await first.stop();
  await expectNoneLeft(state);

  const second = await startSlipway(state, { args: [], env });
  await second.ready();
  await waitFor(() => expect(second.output).toMatch(called), { timeout: firstBuildMs });
  expect(second.output).not.toMatch(installed);
});

test('a start without Git and Go reports what is missing, and continues', async () => {
  const state = await stateFolder();
  const PATH = join(state, 'programs');
  await linkPrograms(PATH, ['sh', 'dirname', 'cat', 'mv']);
  const slipway = await startSlipway(state, { args: [], env: { PATH, PYTHON: inject('python') } });
  await slipway.ready();
  const missing =
    "Go plugins can't be installed yet. Git is not on PATH. Install Git 2.39 or newer and restart `npm start`. Go is not on PATH. Install Go 1.24 or newer and restart `npm start`.\n";
  await waitFor(() => expect(slipway.output).toContain(missing));
  expect(slipway.output).toContain('Published and live in');
});

/** Fills the folder with links to these programs, so that PATH contains no other programs. */
async function linkPrograms(folder: string, names: string[]): Promise<void> {
  await mkdir(folder);
  for (const name of names) {
    const found = await Promise.any(
      (process.env.PATH ?? '').split(':').map(async (parent) => {
        await access(join(parent, name));
        return join(parent, name);
      }),
    );
    await symlink(found, join(folder, name));
  }
}
