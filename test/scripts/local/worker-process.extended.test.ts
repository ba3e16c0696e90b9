// Tests the process that runs the Worker of `npm start`, with a misbehaving program in place of workerd.
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
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
    const service = {
      name: 'worker',
      file: 'scripts/local/worker-process.ts',
      env: { ...process.env, SLIPWAY_STATE: state, MINIFLARE_WORKERD_PATH: file },
      input: Promise.resolve({ organization: 'org_1', bundle: await bundleWorker() }),
      stopSignal: 'SIGKILL' as const,
      onLine: () => {},
    };
    let failure: unknown;
    // A busy machine may need longer than that to start the program.
    for (let readyMs = 5000; !existsSync(started); readyMs *= 2)
      failure = await supervise({ ...service, readyMs }).catch((error: unknown) => error);
    expect(failure).toEqual(new Error(`the worker did not start: ${how}. Its output is above.`));
  } finally {
    await rm(state, { recursive: true, force: true });
  }
});
