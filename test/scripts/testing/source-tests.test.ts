// Tests that tests are found in source files that can't be loaded.
import { expect, test } from 'vitest';
import { countGoTests, countPythonTests, listVitestTests } from '../../../scripts/testing/source-tests.ts';
import { folderOf } from '../../cli/slipway.ts';

test('vitest tests are found in a file that can not be loaded', async () => {
  const folder = folderOf({
    'a.test.ts':
      "import './absent.ts';\nimport { describe, test } from 'vitest';\ndescribe('a', () => test('b', () => {}));\n",
    'c.test.ts': "import { test } from 'vitest';\ntest.each([1, 2])('c %d', () => {});\nthrow new Error('early');\n",
  });
  const found = await listVitestTests(['--root', folder]);
  expect(found.map(({ name }) => name).sort()).toEqual(['a > b', 'c %d']);
});

test('Python tests are counted in files and folders', () => {
  const folder = folderOf({
    'test_a.py':
      'import absent\n\nclass A:\n    def test_one(self): ...\n    async def test_two(self): ...\n    def help(self): ...\n',
    'more/test_b.py': 'def test_three(): ...\n',
    'support.py': 'def test_no(): ...\n',
  });
  expect(countPythonTests(folder)).toBe(3);
});

test('Go tests are counted in packages that do not compile', () => {
  const one = 'package a\n\nfunc TestOne(t *testing.T) { absent() }\n\nfunc helpTest() {}\n';
  expect(countGoTests(folderOf({ 'a/a_test.go': one, 'a/a.go': one }))).toBe(1);
});
