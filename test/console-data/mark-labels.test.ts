// Tests which labels of marks a chart writes.
import { expect, test } from 'vitest';
import { labelMarks } from '../../src/console/data/traffic/traffic-marks.ts';

/** `1.2.0 right`, or `1.2.0` where there is no room, from left to right. */
function labelled(marks: [x: number, label: string][], width = 400): string[] {
  const placed = labelMarks(
    marks.map(([x, label]) => ({ x, label })),
    width,
  );
  return placed.map(({ label, side }) => (side === undefined ? label : `${label} ${side}`));
}

test('marks that are far apart are labelled on their right, the oldest first', () => {
  expect(
    labelled([
      [300, '1.2.0'],
      [100, '1.0.0'],
      [200, '1.1.0'],
    ]),
  ).toEqual(['1.0.0 right', '1.1.0 right', '1.2.0 right']);
});

test('a mark at the right edge is labelled on its left', () => {
  expect(labelled([[396, '1.2.0']])).toEqual(['1.2.0 left']);
});

test('the newest of labels that would lie on each other is written', () => {
  expect(
    labelled([
      [200, '1.0.0'],
      [210, '1.1.0'],
      [220, '1.2.0'],
    ]),
  ).toEqual(['1.0.0', '1.1.0', '1.2.0 right']);
});

test('a label on the left of the last mark lies on none of the mark before it', () => {
  expect(
    labelled([
      [350, '1.1.0'],
      [396, '1.2.0'],
    ]),
  ).toEqual(['1.1.0', '1.2.0 left']);
});

test('marks at one place are one line with the label of the first that is given, the newest', () => {
  expect(
    labelled([
      [200, 'back to 1.2.0'],
      [200, '1.3.0'],
      [199, '1.2.0'],
    ]),
  ).toEqual(['back to 1.2.0 right']);
});

test('no two labels lie on each other, wherever the marks are', () => {
  const marks = Array.from({ length: 40 }, (_, index) => ({ x: (index * 97) % 400, label: `1.${index}.0` }));
  const spans = labelMarks(marks, 400).flatMap(({ x, label, side }) => {
    const px = label.length * 6;
    return side === undefined ? [] : [side === 'right' ? [x, x + px] : [x - px, x]];
  });
  const apart = spans.slice(1).map(([begin = 0], index) => begin - (spans[index]?.[1] ?? 0));
  expect(Math.min(...apart)).toBeGreaterThan(0);
});
