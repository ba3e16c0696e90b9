// SLP601 names the line that CPython and gofmt name. The variants of real files are broken by support/broken; test/scripts/syntax-positions.test.ts
// compares them with the real parsers again.
import { expect, test } from 'vitest';
import { committedVariants, differences } from './support/broken-files.ts';

const classes = { python: 32, go: 24 };
/** Files that tree-sitter reads and Go's compiler refuses: a plugin with one is rejected when it is built. */
const acceptedBuilds = { python: 0, go: 2 };

test.each(['python', 'go'] as const)(
  'syntax errors of %s are on the line that its own parser prints',
  async (language) => {
    const variants = committedVariants(language);
    expect(new Set(variants.map((variant) => variant.class)).size).toBe(classes[language]);
    const { accepted, lines } = await differences(language, variants);
    expect(lines).toEqual([]);
    expect(accepted).toHaveLength(acceptedBuilds[language]);
  },
);

test.each([
  ['python', 0.75],
  ['go', 0.95],
] as const)('most columns of %s agree too', async (language, share) => {
  const variants = committedVariants(language);
  const { columns } = await differences(language, variants);
  expect(columns.length / variants.length).toBeLessThan(1 - share);
});
