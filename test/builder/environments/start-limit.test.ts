// @module-tag uv
// @module-tag long
// Tests how long an instance may take to start. Large packages import slowly, so they extend the limit.
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { builderLimits, startLimitMs } from '../../../src/contract/limits/builder.ts';
import { handler } from '../support.ts';
import { PackageBuilder } from './wheels.ts';

test('a start with 5.6 GiB of packages has a limit of 114 s, and one without packages 30 s', () => {
  expect([startLimitMs(builderLimits, 5.6 * 1024 ** 3), startLimitMs(builderLimits, 0)]).toEqual([114_000, 30_000]);
});

test('an instance with packages has more time to start, and an instance without packages has the usual time', async () => {
  const limits = { startMs: 1000, startMsPerGiB: 60_000_000 }; // a minute for each MiB
  const packages = await PackageBuilder.start({ limits });
  try {
    const slow = 'import time\ntime.sleep(2)\n';
    packages.add({ name: 'slow_large', files: { 'slow_large.py': slow, 'weights.bin': randomBytes(2 ** 20) } });
    const { environment } = await packages.install('slow-large');
    const files = handler('def predict(self, request): return {"loaded": slow_large.__name__}', 'import slow_large');
    expect(await packages.result('large', files, environment)).toEqual({ loaded: 'slow_large' });
    const alone = await packages.builder.putPlugin({ 'realtime.py': slow });
    expect((await packages.builder.put('alone', alone)).at(-1)).toMatchObject({
      error: { message: 'The plugin was not ready within 1 s. Do less work while it loads.' },
    });
  } finally {
    await packages.builder.close();
  }
});
