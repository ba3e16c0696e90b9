// A scan policy change needs a new version, because scan results are stored by (digest, policy version, level).
import { expect, test } from 'vitest';
import { fingerprintProblem } from '../../scripts/testing/policy-fingerprint.ts';

test("the current version's recorded fingerprint passes", () => {
  expect(fingerprintProblem({ 1: 'aaa' }, '1', 'aaa')).toBeUndefined();
});

test('a changed policy under the same version fails and explains how to raise the version', () => {
  expect(fingerprintProblem({ 1: 'aaa' }, '1', 'bbb')).toMatch(
    /^The scan policy changed, but its version is still 1, .*--update/,
  );
});

test('a new version without a fingerprint fails and asks to record it', () => {
  expect(fingerprintProblem({ 1: 'aaa' }, '2', 'bbb')).toMatch(/no fingerprint for policy version 2.*--update/);
});
