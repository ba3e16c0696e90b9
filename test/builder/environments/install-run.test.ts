// Tests what an installation counts against the environment size limit.
import { expect, test } from 'vitest';
import { InstallRun } from '../../../builder/server/environments/packages/install-run.ts';
import { builderLimits } from '../../../src/contract/limits/builder.ts';
import { newFolder } from '../support.ts';

const gibibyte = 1024 ** 3;

function newRun(environmentBytes: number): InstallRun {
  const lock = { digest: 'a'.repeat(64), text: '' };
  const target = { python: '3.13', platform: 'x86_64-manylinux_2_36' };
  const spec = { lock, target, stored: [], organization: 'acme' };
  return new InstallRun(spec, newFolder(), { ...builderLimits, environmentBytes });
}

test('a download counts once against the environment size, even after it is installed', () => {
  const run = newRun(10 * gibibyte);
  run.watch();
  for (let at = 0; at < 3; at += 1) {
    run.announce('Downloading torch (2.0GiB)');
    run.add({ bytes: 3 * gibibyte, files: 1 });
  }
  expect([run.failure, run.size]).toEqual([undefined, { bytes: 9 * gibibyte, files: 3 }]);
  run.end('over');
});

test('a download is added to the previously installed packages', () => {
  const run = newRun(10 * gibibyte);
  run.add({ bytes: 9 * gibibyte, files: 1 });
  run.watch();
  run.announce('Downloading torch (900.0MiB)');
  expect(run.failure).toBeUndefined();
  run.announce('Downloading triton (200.0MiB)');
  expect(run.failure?.message).toContain('exceed 10 GiB');
});
