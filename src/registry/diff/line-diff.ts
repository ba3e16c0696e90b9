// Finds the differing lines of two texts with Myers' shortest edit script in linear space (An O(ND) Difference Algorithm, 1986, section
// 4b). The work is bounded: where texts have too little in common, the affected lines count as replaced. Pure. jsdiff isn't an option:
// its time grows with the square of the edits, and its time limit can't work in workerd, where the clock stands still.

/** Remaining line comparisons. All files of a response share them, so that hostile files can't add up. */
export interface Effort {
  left: number;
}

export interface LineDiff {
  /** 1 for each old line missing in the new text. */
  removed: Uint8Array;
  /** 1 for each new line missing in the old text. */
  added: Uint8Array;
}

/** The old lines `[oldStart, oldEnd)` to compare with the new lines `[newStart, newEnd)`. */
interface Box {
  oldStart: number;
  oldEnd: number;
  newStart: number;
  newEnd: number;
}

export function diffLines(oldLines: readonly string[], newLines: readonly string[], effort: Effort): LineDiff {
  const numbers = new Map<string, number>();
  const a = numbered(oldLines, numbers);
  const b = numbered(newLines, numbers);
  const diff = { removed: new Uint8Array(a.length), added: new Uint8Array(b.length) };
  const boxes: Box[] = [{ oldStart: 0, oldEnd: a.length, newStart: 0, newEnd: b.length }];
  for (let whole = boxes.pop(); whole; whole = boxes.pop()) {
    const box = withoutCommonEnds(a, b, whole);
    const one = box.oldStart === box.oldEnd || box.newStart === box.newEnd;
    const middle = one ? undefined : middleOf(a, b, box, effort);
    if (middle) {
      boxes.push({ ...box, oldEnd: middle.old, newEnd: middle.new });
      boxes.push({ ...box, oldStart: middle.old, newStart: middle.new });
    } else {
      diff.removed.fill(1, box.oldStart, box.oldEnd);
      diff.added.fill(1, box.newStart, box.newEnd);
    }
  }
  return diff;
}

/** Maps equal lines to equal numbers. */
function numbered(lines: readonly string[], numbers: Map<string, number>): Int32Array {
  return Int32Array.from(lines, (line) => {
    const known = numbers.get(line) ?? numbers.size;
    if (known === numbers.size) numbers.set(line, known);
    return known;
  });
}

function withoutCommonEnds(a: Int32Array, b: Int32Array, box: Box): Box {
  let { oldStart, oldEnd, newStart, newEnd } = box;
  while (oldStart < oldEnd && newStart < newEnd && a[oldStart] === b[newStart]) {
    oldStart++;
    newStart++;
  }
  while (oldStart < oldEnd && newStart < newEnd && a[oldEnd - 1] === b[newEnd - 1]) {
    oldEnd--;
    newEnd--;
  }
  return { oldStart, oldEnd, newStart, newEnd };
}

interface Point {
  old: number;
  new: number;
}

/**
 * Finds a point in the middle of a shortest path through the box, searching from both corners until the searches meet. Returns
 * undefined if the effort runs out. The box has no common lines at either end, so the path has at least two edits, and each half has
 * fewer.
 */
function middleOf(a: Int32Array, b: Int32Array, box: Box, effort: Effort): Point | undefined {
  const size = { rows: box.oldEnd - box.oldStart, columns: box.newEnd - box.newStart };
  const editsMax = Math.min(
    Math.ceil((size.rows + size.columns) / 2),
    Math.ceil(Math.sqrt(2 * Math.max(0, effort.left))),
  );
  const forward = new Wave({ a, b, size }, { old: box.oldStart, new: box.newStart }, 1, editsMax);
  const backward = new Wave({ a, b, size }, { old: box.oldEnd - 1, new: box.newEnd - 1 }, -1, editsMax);
  const meetsForward = (size.rows - size.columns) % 2 !== 0;
  for (let edits = 0; edits <= editsMax && effort.left > 0; edits++) {
    const end = forward.advance(edits, effort, meetsForward ? backward : undefined);
    if (end) return { old: box.oldStart + end.old, new: box.newStart + end.new };
    const start = backward.advance(edits, effort, meetsForward ? undefined : forward);
    if (start) return { old: box.oldEnd - start.old, new: box.newEnd - start.new };
  }
  return undefined;
}

const unreached = -(2 ** 30);

/** The points that a number of edits can reach from one corner of a box: the farthest one per diagonal. */
class Wave {
  private readonly a: Int32Array;
  private readonly b: Int32Array;
  private readonly origin: Point;
  private readonly step: 1 | -1;
  private readonly size: { rows: number; columns: number };
  private readonly reached: Int32Array;
  private readonly center: number;

  constructor(
    { a, b, size }: { a: Int32Array; b: Int32Array; size: { rows: number; columns: number } },
    origin: Point,
    step: 1 | -1,
    editsMax: number,
  ) {
    this.a = a;
    this.b = b;
    this.origin = origin;
    this.step = step;
    this.size = size;
    this.center = editsMax + 1;
    this.reached = new Int32Array(2 * editsMax + 3).fill(unreached);
  }

  /** Advances by one edit. Returns the point where this wave meets the other one, relative to the corner. */
  advance(edits: number, effort: Effort, other: Wave | undefined): Point | undefined {
    const { a, b, step, reached, center } = this;
    const { rows, columns } = this.size;
    const { old: oldOrigin, new: newOrigin } = this.origin;
    const last = edits - 2 * Math.max(0, edits - rows);
    for (let diagonal = 2 * Math.max(0, edits - columns) - edits; diagonal <= last; diagonal += 2) {
      // Take whichever reaches farther on this diagonal: removing a line or adding one.
      const beside = at(reached, center + diagonal - 1);
      const above = at(reached, center + diagonal + 1);
      const removed = beside < rows ? beside + 1 : unreached;
      const added = above - diagonal <= columns ? above : unreached;
      const from = edits === 0 ? 0 : Math.max(removed, added);
      if (from < 0) continue;
      let x = from;
      let y = from - diagonal;
      while (x < rows && y < columns && a[oldOrigin + step * x] === b[newOrigin + step * y]) {
        x++;
        y++;
      }
      effort.left -= x - from + 1;
      reached[center + diagonal] = x;
      if (other && x + at(other.reached, center + rows - columns - diagonal) >= rows) return { old: x, new: y };
    }
    return undefined;
  }
}

function at(reached: Int32Array, index: number): number {
  return reached[index] ?? unreached;
}
