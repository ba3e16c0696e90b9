// Tests which locks of the Worker's runtime are refused: a second runtime, newer types, or a missing platform.
import { expect, test } from 'vitest';
import lockFile from '../../package-lock.json' with { type: 'json' };
import { lockSchema } from '../../scripts/testing/dependencies.ts';
import { runtimeFaults } from '../../scripts/testing/runtime-packages.ts';

const platforms = ['darwin-64', 'darwin-arm64', 'linux-64', 'linux-arm64', 'windows-64'];
const types = 'node_modules/@cloudflare/workers-types';

/** Returns the faults of the project's own lock after removing the packages whose path ends with `without` and adding `more`. */
function changed(without: string, more: Record<string, { version: string }> = {}): string[] {
  const { packages } = lockSchema.parse(lockFile);
  const kept = Object.entries(packages).filter(([path]) => without === '' || !path.endsWith(without));
  return runtimeFaults({ packages: { ...Object.fromEntries(kept), ...more } });
}

test("the project's lock has one runtime, types that are not newer than it, and all platforms", () => {
  expect(changed('')).toEqual([]);
});

test.each(platforms)('a lock without workerd for %s is refused', (platform) => {
  expect(changed(`/workerd-${platform}`)).toEqual([
    `node_modules/workerd needs @cloudflare/workerd-${platform} on some platforms, which package-lock.json lacks. Use a version whose packages are all in the registry.`,
  ]);
});

test('an optional package is found beside the package that depends on it, and in the folders above', () => {
  const optionalDependencies = { b: '1.0.0' };
  const needed = (at: string) =>
    runtimeFaults({ packages: { 'node_modules/x/node_modules/@s/a': { optionalDependencies }, [at]: {} } }).length;
  expect(
    [
      'node_modules/b',
      'node_modules/x/node_modules/b',
      'node_modules/x/node_modules/@s/a/node_modules/b',
      'node_modules/y/node_modules/b',
    ].map(needed),
  ).toEqual([0, 0, 0, 1]);
});

test.each([
  ['5.20261021.1', '1.20261021.1', 0],
  ['5.20261020.9', '1.20261021.1', 0],
  ['5.20261022.1', '1.20261021.9', 1],
])('types %s with the runtime %s: %i faults', (version, workerd, faults) => {
  expect(
    changed('', { [types]: { version }, 'node_modules/workerd': { version: workerd } }).filter((fault) =>
      fault.startsWith(types),
    ),
  ).toHaveLength(faults);
});

test('newer types are refused, and the error states the date that matches the runtime', () => {
  expect(changed('', { [types]: { version: '5.20991231.1' } })).toEqual([
    expect.stringMatching(
      /^node_modules\/@cloudflare\/workers-types is 5\.20991231\.1, newer than the runtime, workerd 1\.(\d{8})\.\d+\. Use types of \1 or earlier\.$/,
    ),
  ]);
});

test('a second runtime is refused', () => {
  expect(changed('', { 'node_modules/wrangler/node_modules/workerd': { version: '1.20260101.1' } })).toEqual([
    'node_modules/wrangler/node_modules/workerd is a second runtime. Upgrade wrangler, miniflare and @cloudflare/vitest-plugin to versions that depend on the same workerd.',
  ]);
});
