// Tests that a change to the scan policy requires a new version, because scan results are stored by (digest, policy version, level).
import { expect, test } from 'vitest';
import { fingerprintProblem } from '../../scripts/testing/policy-fingerprint.ts';

test('the recorded fingerprint of the current version passes', () => {
  expect(fingerprintProblem({ 1: 'aaa' }, '1', 'aaa')).toBeUndefined();
});

test('a changed policy with the same version fails, and the error explains how to raise the version', () => {
  expect(fingerprintProblem({ 1: 'aaa' }, '1', 'bbb')).toMatch(
    /^The scan policy changed, but its version is still 1, .*--update/,
  );
});

test('a new version without a fingerprint fails, and the error asks to record the fingerprint', () => {
  expect(fingerprintProblem({ 1: 'aaa' }, '2', 'bbb')).toMatch(/no fingerprint for policy version 2.*--update/);
});
