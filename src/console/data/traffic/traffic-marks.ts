// Computes a call chart's marks: when another version went live, by deployment or by rollback.
import type { components } from '../../../client/api.gen.d.ts';

export interface Mark {
  /** Pixels from the left. */
  x: number;
  label: string;
  isRollback?: boolean;
}

interface PlacedMark extends Mark {
  /** Position of the label and its side of the mark. Undefined if there's no space for it. */
  side: 'right' | 'left' | undefined;
}

/** Generous for the digits and dots of versions at the chart's text size. */
const characterPx = 6.5;
const gapPx = 4;
/** Marks closer than this merge into the newest. */
const samePx = 2;
/** Space between two labels. */
const apartPx = 8;

/** Labels the newest mark first, on its left near the chart's end, then each older one whose label overlaps no other. */
export function labelMarks(marks: readonly Mark[], width: number): PlacedMark[] {
  let free = width;
  const newestFirst = marks.toSorted((a, b) => b.x - a.x);
  const lines = newestFirst.filter(
    ({ x }, index) => !newestFirst.slice(0, index).some((newer) => newer.x - x < samePx),
  );
  const placed = lines.map((mark): PlacedMark => {
    const px = mark.label.length * characterPx + gapPx;
    const isAtEnd = mark.x + px > width;
    if ((isAtEnd ? mark.x : mark.x + px) > free) return { ...mark, side: undefined };
    free = (isAtEnd ? mark.x - px : mark.x) - apartPx;
    return { ...mark, side: isAtEnd ? 'left' : 'right' };
  });
  return placed.toReversed();
}

type TrafficMark = components['schemas']['TrafficMark'];

export interface ChartMark {
  at: number;
  label: string;
  isRollback: boolean;
}

/** A rollback switches the live version during the request, or once the deployment it needs is ready. */
const readyMs = 15 * 60_000;

/** Returns the chart's marks, with commits shortened. Marks come newest first. */
export function chartMarks(marks: readonly Pick<TrafficMark, 'at' | 'type' | 'version'>[]): ChartMark[] {
  const rollbacks = marks.filter(({ type }) => type === 'rolled_back');
  return marks.flatMap(({ at, type, version }) => {
    if (type !== 'promoted' || version === null) return [];
    const time = Date.parse(at);
    const isRollback = rollbacks.some((one) => {
      const afterMs = time - Date.parse(one.at);
      return one.version === version && afterMs >= 0 && afterMs < readyMs;
    });
    return [{ at: time, label: `${isRollback ? 'back to ' : ''}${version.slice(0, 12)}`, isRollback }];
  });
}
