// Tests that a file is analyzed with pauses from a size on, and that they don't change its result.
import { expect, test } from 'vitest';
import type { Language } from '../../../src/contract/plugin/languages.ts';
import { comparedWithPauses, repeat } from './with-pauses.ts';

test.each<[string, Language, string]>([
  ['a.py', 'python', `import os\n${repeat(1500, (at) => `a${at} = b${at} = os.environ\n`)}os.system("x")\n`],
  ['a.go', 'go', `package p\nimport "syscall"\nfunc F() {\n${repeat(2000, () => 'syscall.Kill(1, 9)\n')}}\n`],
])('pauses in a file of 30 KB do not change its findings: %s', async (path, language, text) => {
  expect(await comparedWithPauses(path, language, text)).toBeGreaterThan(0);
});

test('a small file is analyzed without pauses', async () => {
  expect(await comparedWithPauses('a.py', 'python', 'import os\nos.system("x")\n')).toBe(0);
});
