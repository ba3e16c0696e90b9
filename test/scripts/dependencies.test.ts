// Tests the report on packages that have loose versions, no hash, a named registry, unknown licenses, or vulnerabilities.
import { expect, test } from 'vitest';
import { auditResults } from '../../scripts/testing/checks.ts';
import { dependencyFaults, type Lock } from '../../scripts/testing/dependencies.ts';

const good = { version: '1.2.3', integrity: 'sha512-AAAA', license: 'MIT' };

function faultsOf(entry: Lock['packages'][string], version = '1.2.3'): string[] {
  const manifest = { dependencies: { hello: version }, devDependencies: {} };
  return dependencyFaults(manifest, { packages: { '': {}, 'node_modules/hello': entry } });
}

test.each(['MIT', 'Apache-2.0 AND MIT', '(MIT OR GPL-3.0)'])(
  'a pinned package with a hash under %s is accepted',
  (license) => {
    expect(faultsOf({ ...good, license })).toEqual([]);
  },
);

test('an alias for an exact version is accepted', () => {
  expect(faultsOf(good, 'npm:@scope/other@1.2.3')).toEqual([]);
});

test.each(['^1.2.3', '~1.2.3', '*', 'latest', '>=1', 'npm:other@^1.2.3'])('the version %s is not exact', (version) => {
  expect(faultsOf(good, version)).toEqual([
    `package.json: hello is ${version}. Use the exact version of package-lock.json.`,
  ]);
});

test.each([
  [
    { ...good, integrity: undefined },
    'node_modules/hello has no integrity. Remove its entry and run `npm install --package-lock-only`.',
  ],
  [
    { ...good, resolved: 'https://registry.example/hello.tgz' },
    'node_modules/hello names a registry. Run `npm install` with omit-lockfile-registry-resolved=true.',
  ],
  [
    { ...good, license: 'MIT AND GPL-3.0' },
    'node_modules/hello has the license MIT AND GPL-3.0. Replace it, or allow that license.',
  ],
  [{ ...good, license: undefined }, 'node_modules/hello has the license none. Replace it, or allow that license.'],
])('a faulty lock entry is reported: %j', (entry, fault) => {
  expect(faultsOf(entry)).toEqual([fault]);
});

function report(severity: string): string {
  return `npm warn\n${JSON.stringify({ vulnerabilities: { hello: { severity, range: '<2' } } })}`;
}

test.each(['low', 'moderate'])('an advisory with %s severity does not fail the check', (severity) => {
  expect(auditResults(report(severity))).toEqual({ results: { passed: 1, failed: 0, failures: [] }, output: '' });
});

test.each(['high', 'critical'])('an advisory with %s severity fails the check and names the package', (severity) => {
  expect(auditResults(report(severity))).toEqual({
    results: { passed: 0, failed: 1, failures: [] },
    output: `hello <2: ${severity}`,
  });
});

test.each([
  ['{"message": "405 Method Not Allowed"}', 'No advisory source was reachable (405 Method Not Allowed).'],
  ['npm error network', 'No advisory source was reachable (no report).'],
])('a registry without advisories is listed as not run: %s', (output, reason) => {
  expect(auditResults(output).results).toEqual({ passed: 0, failed: 0, failures: [], notRun: [{ count: 1, reason }] });
});
