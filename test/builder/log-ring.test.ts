// Reading an instance's output from a position onwards.
import { expect, test } from 'vitest';
import { LogRing } from '../../builder/server/instances/log-ring.ts';

function ringOf(lines: number, linesMax = 3): LogRing {
  const ring = new LogRing(linesMax, 80, () => 0);
  for (let i = 1; i <= lines; i++) ring.add('stdout', `line ${i}`);
  return ring;
}

function linesSince(ring: LogRing, after: string): string[] {
  return ring.since(after).lines.map(({ line }) => line);
}

test('from the beginning, all retained lines are returned', () => {
  expect(linesSince(ringOf(5), '')).toEqual(['line 3', 'line 4', 'line 5']);
});

test.each([
  ['nothing', 0, []],
  ['some', 2, ['line 4', 'line 5']],
  ['more than is retained', 9, ['line 10', 'line 11', 'line 12']],
])('if %s was added since, that is returned', (_what, added, lines) => {
  const ring = ringOf(3);
  const { next } = ring.since('');
  for (let i = 4; i < 4 + added; i++) ring.add('stdout', `line ${i}`);
  expect(linesSince(ring, next)).toEqual(lines);
  expect(linesSince(ring, ring.since(next).next)).toEqual([]);
});

test.each(['another ring', 'nonsense', '.', '.2'])('the position %j of another ring returns all lines', (place) => {
  const after = place === 'another ring' ? ringOf(2).since('').next : place;
  expect(linesSince(ringOf(2), after)).toEqual(['line 1', 'line 2']);
});
