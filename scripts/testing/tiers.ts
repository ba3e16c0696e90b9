// Sorts the tests into tiers, each with a command that runs it. A file `NAME.extended.test.ts` is in the extended tier, a file tagged
// `@module-tag long` or `weekly` in that one, and all others are quick. In a file of the first two tiers, tests with `tags: 'long'` run
// only with the long ones, and a test may try more cases there (`inject('long')`).
import { globSync, readFileSync } from 'node:fs';
import type { TestTagDefinition } from 'vitest/config';
import { z } from 'zod';

const tags = {
  long: { description: 'takes seconds of processor time', command: 'npm run test:long' },
  weekly: { description: 'takes minutes, or rechecks a guarantee at length', command: 'npm run test:weekly' },
};

export const tierSchema = z.enum(['quick', 'extended', 'long', 'weekly']);
export type Tier = z.infer<typeof tierSchema>;

/** The tier of this run. Without one, it has the quick and the extended tests. */
export const tierOfRun = tierSchema.optional().parse(process.env.SLIPWAY_TEST_TIER || undefined);

function isExtended(path: string): boolean {
  return path.endsWith('.extended.test.ts');
}

/** Returns the test files that a run of this tier can skip entirely. */
export function leftOut(tier: Tier | undefined): string[] {
  return globSync('test/**/*.test.ts').filter((path) => {
    const text = readFileSync(path, 'utf8');
    const whole = /^\/\/ @module-tag (long|weekly)$/m.exec(text)?.[1];
    if (tier === undefined) return whole !== undefined;
    if (tier === 'quick' || tier === 'extended')
      return whole !== undefined || isExtended(path) !== (tier === 'extended');
    const part = new RegExp(`\\btags: (?:\\[[^\\]]*)?'${tier}'|\\binject\\('${tier}'\\)`);
    return whole !== tier && !part.test(text);
  });
}

/** Returns both tags. The tests of one that this run doesn't include are skipped with a reason. */
export function tierTags(tier: Tier | undefined): TestTagDefinition[] {
  return Object.entries(tags).map(([name, { command, description }]) => {
    if (tier === name) return { name, description };
    return { name, description, skip: true, meta: { notRun: `\`${command}\` runs them.` } };
  });
}
