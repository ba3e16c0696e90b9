// Tests how a compiled plugin's lines are assigned to requests.
import { expect, test } from 'vitest';
import { CallMarks } from '../../../builder/server/processes/call-marks.ts';

function begin(id: number): string[] {
  return ['', `\x1e+${id}\x1f`];
}

function end(id: number): string[] {
  return ['', `\x1e-${id}\x1f`];
}

/** Returns the lines written for these printed lines. Checks that each written line is charged to the process. */
function read(sent: [id: number, request: string][], ...printed: string[]) {
  const written: [string, string | undefined][] = [];
  const marks = new CallMarks((line, request) => written.push([line, request]));
  for (const [id, request] of sent) marks.sent(id, request);
  const paid = printed.reduce((sum, line) => sum + marks.read(line), 0);
  expect(paid).toBe(written.length);
  return written;
}

test('a line printed during one call belongs to it', () => {
  const lines = ['before', ...begin(1), 'first', ...end(1), 'between', ...begin(2), 'second', ...end(2)];
  expect(
    read(
      [
        [1, 'req_a'],
        [2, 'req_b'],
      ],
      ...lines,
    ),
  ).toEqual([
    ['before', undefined],
    ['first', 'req_a'],
    ['between', undefined],
    ['second', 'req_b'],
  ]);
});

test('a line printed during several calls is assigned to none of them', () => {
  const lines = [...begin(1), 'a', ...begin(2), 'a or b', ...end(1), 'b', ...end(2)];
  expect(
    read(
      [
        [1, 'req_a'],
        [2, 'req_b'],
      ],
      ...lines,
    ),
  ).toEqual([
    ['a', 'req_a'],
    ['a or b', undefined],
    ['b', 'req_b'],
  ]);
});

test("the plugin's own empty lines are kept, and empty lines from marks are not", () => {
  expect(read([[1, 'req_a']], ...begin(1), '', 'x', '', ...end(1), '', 'y')).toEqual([
    ['', 'req_a'],
    ['x', 'req_a'],
    ['', 'req_a'],
    ['', undefined],
    ['y', undefined],
  ]);
});

test('a call without a known request has lines without a request', () => {
  expect(read([[1, '']], ...begin(1), 'x', ...end(1))).toEqual([['x', undefined]]);
});

test('unexpected marks are kept as lines: marks for unknown calls, and repeated marks', () => {
  const [, other = ''] = begin(9);
  const [, again = ''] = begin(1);
  expect(read([[1, 'req_a']], other, ...begin(1), again, ...end(1))).toEqual([
    [other, undefined],
    [again, 'req_a'],
  ]);
});

test('calls that never get marks are forgotten', () => {
  const sent = Array.from({ length: 4097 }, (_, id): [number, string] => [id, `req_${id}`]);
  expect(read(sent, ...begin(0), 'x', ...begin(4096), 'y')).toEqual([
    ['', undefined],
    ['\x1e+0\x1f', undefined],
    ['x', undefined],
    ['y', 'req_4096'],
  ]);
});
