// Tests the process that runs the Worker of `npm start`, with a misbehaving program in place of workerd.
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { supervise } from '../../../scripts/local/supervise.ts';
import { bundleWorker } from '../../../scripts/local/worker-bundle.ts';

test.each([
  ['hangs before it listens', 'exec sleep 600', 'it took too long'],
  ['ends before it listens', 'exit 1', 'exit 1'],
])('a runtime that %s fails the start', async (_what, program, how) => {
  const state = await mkdtemp(join(tmpdir(), 'slipway-worker-'));
  try {
    const file = join(state, 'workerd');
    const started = join(state, 'started');
    await writeFile(file, `#!/bin/sh\n: >${started}\n${program}\n`);
    await chmod(file, 0o755);
    const starting = supervise({
      name: 'worker',
      file: 'scripts/local/worker-process.ts',
      env: { ...process.env, SLIPWAY_STATE: state, MINIFLARE_WORKERD_PATH: file },
      input: bundleWorker().then((bundle) => ({ organization: 'org_1', bundle })),
      readyMs: 10_000,
      stopSignal: 'SIGKILL',
      onLine: () => {},
    });
    await expect(starting).rejects.toThrow(`the worker did not start: ${how}. Its output is above.`);
    expect(await readdir(state)).toContain('started');
  } finally {
    await rm(state, { recursive: true, force: true });
  }
});
