// Says what a chart of calls marks: when another version became live, and whether by a deployment or a rollback.
import type { components } from '../../../client/api.gen.d.ts';

export interface Mark {
  /** Pixels from the left. */
  x: number;
  label: string;
  isRollback?: boolean;
}

interface PlacedMark extends Mark {
  /** Where its label begins or ends, and on which side of the mark. Undefined: there is no room for it. */
  side: 'right' | 'left' | undefined;
}

/** Generous, for the digits and dots of versions at the size of a chart's texts. */
const characterPx = 6.5;
const gapPx = 4;
/** Merges marks closer than this into one line, the newest. */
const samePx = 2;
/** Room between two labels. */
const apartPx = 8;

/** Labels the newest mark first, on its left where the chart ends, and then each older one whose label lies on no other. */
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

/** The name moves in the request of the rollback, or when the deployment that it needs is ready. */
const readyMs = 15 * 60_000;

/** Commits by their first characters. Marks come newest first. */
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
