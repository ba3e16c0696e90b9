// Tests that results do not depend on the number of threads.
import { expect, test } from 'vitest';
import { folderOf, slipway } from '../slipway.ts';

/** Most of it is a comment, which costs little. */
const line = `value = [1, 2, 3]  # ${'a comment '.repeat(6)}\n`;

/** Returns 120 files of very different sizes, over 1 MB in total, so that threads finish out of order. */
function manyFiles(): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: 120 }, (_, index) => [
      `part_${index % 7}/file_${index}.py`,
      `${line.repeat(index % 10 === 0 ? 1200 : 12)}eval("${index}")\n`,
    ]),
  );
}

test('one thread and two produce the same output', async () => {
  const cwd = folderOf(manyFiles());
  const one = await slipway(['lint', '--json', '--threads', '1', '.'], { cwd });
  const two = await slipway(['lint', '--json', '--threads', '2', '.'], { cwd });
  expect([one.code, one.stderr, JSON.parse(one.stdout).findings.length]).toEqual([3, '', 120]);
  expect(two).toEqual(one);
});
