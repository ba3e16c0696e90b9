// Tests which labels of marks a chart shows.
import { expect, test } from 'vitest';
import { labelMarks } from '../../src/console/data/traffic/traffic-marks.ts';

/** Returns the labels from left to right, as `1.2.0 right`, or as `1.2.0` if there is no space for the label. */
function labelled(marks: [x: number, label: string][], width = 400): string[] {
  const placed = labelMarks(
    marks.map(([x, label]) => ({ x, label })),
    width,
  );
  return placed.map(({ label, side }) => (side === undefined ? label : `${label} ${side}`));
}

test('marks that are far apart are labeled on their right, oldest first', () => {
  expect(
    labelled([
      [300, '1.2.0'],
      [100, '1.0.0'],
      [200, '1.1.0'],
    ]),
  ).toEqual(['1.0.0 right', '1.1.0 right', '1.2.0 right']);
});

test('a mark at the right edge is labeled on its left', () => {
  expect(labelled([[396, '1.2.0']])).toEqual(['1.2.0 left']);
});

test('the newest of several overlapping labels is shown', () => {
  expect(
    labelled([
      [200, '1.0.0'],
      [210, '1.1.0'],
      [220, '1.2.0'],
    ]),
  ).toEqual(['1.0.0', '1.1.0', '1.2.0 right']);
});

test('a label to the left of the last mark does not overlap the previous mark', () => {
  expect(
    labelled([
      [350, '1.1.0'],
      [396, '1.2.0'],
    ]),
  ).toEqual(['1.1.0', '1.2.0 left']);
});

test('marks in one place are drawn as one line with the first given label, which is the newest', () => {
  expect(
    labelled([
      [200, 'back to 1.2.0'],
      [200, '1.3.0'],
      [199, '1.2.0'],
    ]),
  ).toEqual(['back to 1.2.0 right']);
});

test('no two labels overlap, wherever the marks are', () => {
  const marks = Array.from({ length: 40 }, (_, index) => ({ x: (index * 97) % 400, label: `1.${index}.0` }));
  const spans = labelMarks(marks, 400).flatMap(({ x, label, side }) => {
    const px = label.length * 6;
    return side === undefined ? [] : [side === 'right' ? [x, x + px] : [x - px, x]];
  });
  const apart = spans.slice(1).map(([begin = 0], index) => begin - (spans[index]?.[1] ?? 0));
  expect(Math.min(...apart)).toBeGreaterThan(0);
});
