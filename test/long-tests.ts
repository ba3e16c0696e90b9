// Finds the tests that take seconds of processor time, which `npm test` skips. `npm run test:long` runs three kinds of files: whole
// files tagged `@module-tag long`, files in which some tests have `tags: 'long'`, and files that then try more cases
// (`inject('long')`).
import { globSync, readFileSync } from 'node:fs';
import type { TestTagDefinition } from 'vitest/config';

/** `any` is for mutation tests, which name the files to run. */
export type Length = 'short' | 'long' | 'any';

export const lengthOfRun: Length =
  process.env.SLIPWAY_TEST_LONG === '1' ? 'long' : process.env.SLIPWAY_TEST_LONG === 'any' ? 'any' : 'short';

/** Returns the test files that a run of this length can skip entirely. */
export function leftOut(length: Length): string[] {
  if (length === 'any') return [];
  return globSync('test/**/*.test.ts').filter((path) => {
    const text = readFileSync(path, 'utf8');
    const whole = /^\/\/ @module-tag long$/m.test(text);
    return length === 'short' ? whole : !whole && !/tags: 'long'|inject\('long'\)/.test(text);
  });
}

export function longTag(length: Length): TestTagDefinition {
  const description = 'takes seconds of processor time';
  if (length !== 'short') return { name: 'long', description };
  return { name: 'long', description, skip: true, meta: { notRun: '`npm run test:long` runs them.' } };
}
