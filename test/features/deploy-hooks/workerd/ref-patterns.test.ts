// Tests which names a deploy hook's pattern matches.

import { expect, test } from 'vitest';
import { matchesPattern, matchesRef } from '../../../../src/features/deploy-hooks/ref-patterns.ts';
import { fc } from '../../../support/property.ts';

test.each<[pattern: string, matches: string[], others: string[]]>([
  ['main', ['main'], ['mai', 'main2', 'a/main', 'Main']],
  ['release/*', ['release/a', 'release/'], ['release', 'release/a/b', 'release/a/', 'x/release/a']],
  ['release/**', ['release/a', 'release/a/b'], ['release', 'releases/a']],
  ['*/fix', ['a/fix'], ['a/b/fix', 'fix']],
  ['**/fix', ['a/fix', 'a/b/fix'], ['fix']],
  ['*', ['main', ''], ['a/b']],
  ['**', ['main', 'a/b', ''], []],
  ['v*.*', ['v1.0', 'v1.0.0', 'v.'], ['v1', 'v1/2.0', 'v1.0/2']],
  ['ocr@*', ['ocr@1.0.0'], ['ocr', 'tags@1.0.0']],
  ['@acme/*@**', ['@acme/ocr@1.0.0'], ['ocr@1.0.0']],
  ['**-*', ['a/b-c'], ['a-b/c', 'ab']],
  ['**/v*', ['x/v1', 'x/v1/v2', '/v'], ['v1', 'x/v1/2']],
  ['**a*', ['aa/a', 'a'], ['a/b']],
])('a ref pattern matches only its refs: %s', (pattern, matches, others) => {
  const matched = [...matches, ...others].filter((name) => matchesPattern(pattern, name));
  expect(matched).toEqual(matches);
});

test('a ref pattern matches what the same regular expression matches', () => {
  const part = fc.constantFrom('a', 'b', '/', '*', '**');
  const patterns = fc.array(part, { maxLength: 7 }).map((parts) => parts.join(''));
  const names = fc.array(fc.constantFrom('a', 'b', '/'), { maxLength: 9 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(patterns, names, (pattern, name) => {
      const source = pattern.replaceAll(/\*\*?/g, (star) => (star === '*' ? '[^/]*' : '.*'));
      expect([pattern, name, matchesPattern(pattern, name)]).toEqual([
        pattern,
        name,
        new RegExp(`^${source}$`).test(name),
      ]);
    }),
    { numRuns: 2000 },
  );
});

test('branch patterns select no tags, and tag patterns no branches', () => {
  const hook = { branches: ['main'], tags: ['v*'] };
  const refs = ['refs/heads/main', 'refs/tags/main', 'refs/tags/v1', 'refs/heads/v1', 'refs/notes/main', 'main'];
  expect(refs.filter((ref) => matchesRef(hook, ref))).toEqual(['refs/heads/main', 'refs/tags/v1']);
});
