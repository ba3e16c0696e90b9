// The runtime of `npm start`, as a program that does what workerd should not.
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { runtimeConfigFile } from '../../../scripts/local/runtime/runtime-folder.ts';
import { startWorkerd } from '../../../scripts/local/runtime/workerd.ts';

afterEach(() => vi.unstubAllEnvs());

test.each([
  ['hangs before it listens', 'exec sleep 600'],
  ['ends before it listens', 'exit 1'],
])('a runtime that %s fails the start', async (_what, program) => {
  const state = await mkdtemp(join(tmpdir(), 'slipway-workerd-'));
  try {
    const file = join(state, 'workerd');
    await writeFile(file, `#!/bin/sh\n${program}\n`);
    await chmod(file, 0o755);
    await mkdir(dirname(runtimeConfigFile(state)), { recursive: true });
    await writeFile(runtimeConfigFile(state), '');
    vi.stubEnv('MINIFLARE_WORKERD_PATH', file);
    const starting = startWorkerd({
      state,
      adminToken: 'any',
      listenMs: 500,
      verbose: false,
      onLine: () => {},
      onRestart: () => {},
    });
    await expect(starting).rejects.toThrow('the worker did not start. Its output is above.');
  } finally {
    await rm(state, { recursive: true, force: true });
  }
});
