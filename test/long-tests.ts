// Finds the tests that take seconds of processor time, which `npm test` skips. `npm run test:long` runs those tagged `long` each night, and
// `npm run test:weekly` those tagged `weekly`. Each runs three kinds of files: whole files tagged `@module-tag long`, files in which some
// tests have `tags: 'long'`, and files that then try more cases (`inject('long')`).
import { globSync, readFileSync } from 'node:fs';
import type { TestTagDefinition } from 'vitest/config';

const tags = {
  long: { description: 'takes seconds of processor time', command: 'npm run test:long' },
  weekly: { description: 'takes minutes, or rechecks a guarantee at length', command: 'npm run test:weekly' },
};

type Tag = keyof typeof tags;

export type Length = 'short' | Tag;

export const lengthOfRun = lengthFrom(process.env.SLIPWAY_TEST_LONG);

function lengthFrom(setting: string | undefined): Length {
  if (setting === 'weekly') return setting;
  return setting === '1' ? 'long' : 'short';
}

/** Returns the test files that a run of this length can skip entirely. */
export function leftOut(length: Length): string[] {
  return globSync('test/**/*.test.ts').filter((path) => {
    const text = readFileSync(path, 'utf8');
    const whole = /^\/\/ @module-tag (long|weekly)$/m.exec(text)?.[1];
    if (length === 'short') return whole !== undefined;
    const part = new RegExp(`\\btags: (?:\\[[^\\]]*)?'${length}'|\\binject\\('${length}'\\)`);
    return whole !== length && !part.test(text);
  });
}

/** Returns both tags. The tests of one that this run doesn't include are skipped with a reason. */
export function lengthTags(length: Length): TestTagDefinition[] {
  return Object.entries(tags).map(([name, { command, description }]) => {
    if (length === name) return { name, description };
    return { name, description, skip: true, meta: { notRun: `\`${command}\` runs them.` } };
  });
}
