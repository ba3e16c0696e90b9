// Tests a plugin process's answers to rows. The process runs the plugin's code, so its counts are compared with the rows that it
// received.
import { expect, test } from 'vitest';
import { readRowsAnswer } from '../../src/contract/builder/rows/rows-answer.ts';

const lines = (count: number) => '{"n":1}\n'.repeat(count);
const answer = (head: object, output = '') =>
  readRowsAnswer(
    new Uint8Array(
      Buffer.from(`${JSON.stringify({ error: null, rows: 3, skipped: 0, failed: [], ...head })}\n${output}`),
    ),
    3,
  );

test.each([
  ['none', 0, {}, 3],
  ['all', 3, {}, 3],
  ['some, beside a row that failed', 2, { failed: [[1, 'no']] }, 2],
])('rows that no step processed are counted: %s', (_, skipped, head, output) => {
  expect(answer({ skipped, ...head }, lines(output))).toMatchObject({ rows: 3, skipped });
});

test.each([
  ['more rows than were given', 4, {}, 3],
  ['without end', Number.MAX_SAFE_INTEGER, {}, 3],
  ['more than it worked on', 2, { rows: 1 }, 1],
  ['a number that is no count', -1, {}, 3],
])('an answer with a wrong count of skipped rows is invalid: %s', (_, skipped, head, output) => {
  expect(answer({ skipped, ...head }, lines(output))).toBeUndefined();
});
