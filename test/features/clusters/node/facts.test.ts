// Tests that numbers in the document about Ray match the code.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { rayVersion } from '../../../../scripts/ray/install.ts';
import { rayLimits, supportedRay } from '../../../../src/contract/features/clusters/limits.ts';

const read = (path: string) => readFileSync(path, 'utf8');

test('ray.md, the nightly tests and `npm run ray` agree about the oldest and the newest tested Ray', () => {
  const oldest = `${supportedRay.major}.${supportedRay.minorMin}`;
  const newest = rayVersion.split('.', 2).join('.');
  expect(read('docs/ray.md')).toContain(
    `You need Ray ${oldest} or a later ${supportedRay.major}.x with \`RAY_AUTH_MODE=token\` (Slipway is tested with ${oldest} and ${newest})`,
  );
  expect(read('docs/ray.md')).toContain(`rayVersion: ${rayVersion}`);
  expect(read('.github/workflows/long.yml')).toContain(`SLIPWAY_RAY_VERSION: ${oldest}.`);
});

test('ray.md has the archive size limit', () => {
  const mebibytes = rayLimits.archiveBytes / 2 ** 20;
  expect(read('docs/ray.md')).toContain(`\nAn archive of at most ${mebibytes} MiB travels with`);
});
