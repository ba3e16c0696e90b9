// Which lines differ between two texts: Myers' shortest edit script, in linear space (An O(ND) Difference Algorithm, 1986, section 4b).
// Its work is bounded: where texts have too little in common, the lines in question are told as replaced. Pure.

/** How many lines may be compared in all. Shared by the files of one answer, so that hostile ones can't add up. */
export interface Effort {
  left: number;
}

export interface LineDiff {
  /** For each line of the old text, 1 when the new one hasn't got it. */
  removed: Uint8Array;
  /** For each line of the new text, 1 when the old one hasn't got it. */
  added: Uint8Array;
}

/** Old lines `[oldStart, oldEnd)` against new lines `[newStart, newEnd)`. */
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

/** Equal lines get equal numbers. */
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
 * A point in the middle of a shortest way through the box, found by going from both its corners until the two meet; undefined
 * when that takes more effort than is left. Neither end is common, so the way has two edits or more, and each half has fewer.
 */
function middleOf(a: Int32Array, b: Int32Array, box: Box, effort: Effort): Point | undefined {
  const size = { rows: box.oldEnd - box.oldStart, columns: box.newEnd - box.newStart };
  const editsMax = Math.min(
    Math.ceil((size.rows + size.columns) / 2),
    Math.ceil(Math.sqrt(2 * Math.max(0, effort.left))),
  );
  const forth = new Wave(a, b, { old: box.oldStart, new: box.newStart }, 1, size, editsMax);
  const back = new Wave(a, b, { old: box.oldEnd - 1, new: box.newEnd - 1 }, -1, size, editsMax);
  const meetGoingForth = (size.rows - size.columns) % 2 !== 0;
  for (let edits = 0; edits <= editsMax && effort.left > 0; edits++) {
    const there = forth.advance(edits, effort, meetGoingForth ? back : undefined);
    if (there) return { old: box.oldStart + there.old, new: box.newStart + there.new };
    const here = back.advance(edits, effort, meetGoingForth ? undefined : forth);
    if (here) return { old: box.oldEnd - here.old, new: box.newEnd - here.new };
  }
  return undefined;
}

const unreached = -(2 ** 30);

/** All that can be reached from one corner of a box with so many edits: for each diagonal, how far along it. */
class Wave {
  private readonly a: Int32Array;
  private readonly b: Int32Array;
  private readonly origin: Point;
  private readonly step: 1 | -1;
  private readonly size: { rows: number; columns: number };
  private readonly reached: Int32Array;
  private readonly centre: number;

  constructor(
    a: Int32Array,
    b: Int32Array,
    origin: Point,
    step: 1 | -1,
    size: { rows: number; columns: number },
    editsMax: number,
  ) {
    this.a = a;
    this.b = b;
    this.origin = origin;
    this.step = step;
    this.size = size;
    this.centre = editsMax + 1;
    this.reached = new Int32Array(2 * editsMax + 3).fill(unreached);
  }

  /** One edit further. Gives the point, seen from the corner, where it meets the other wave. */
  advance(edits: number, effort: Effort, other: Wave | undefined): Point | undefined {
    const { a, b, step, reached, centre } = this;
    const { rows, columns } = this.size;
    const { old: oldOrigin, new: newOrigin } = this.origin;
    const last = edits - 2 * Math.max(0, edits - rows);
    for (let diagonal = 2 * Math.max(0, edits - columns) - edits; diagonal <= last; diagonal += 2) {
      // The farther of the two ways that lead onto the diagonal: a line taken away, or one put in.
      const beside = at(reached, centre + diagonal - 1);
      const above = at(reached, centre + diagonal + 1);
      const taken = beside < rows ? beside + 1 : unreached;
      const put = above - diagonal <= columns ? above : unreached;
      const from = edits === 0 ? 0 : Math.max(taken, put);
      if (from < 0) continue;
      let x = from;
      let y = from - diagonal;
      while (x < rows && y < columns && a[oldOrigin + step * x] === b[newOrigin + step * y]) {
        x++;
        y++;
      }
      effort.left -= x - from + 1;
      reached[centre + diagonal] = x;
      if (other && x + at(other.reached, centre + rows - columns - diagonal) >= rows) return { old: x, new: y };
    }
    return undefined;
  }
}

function at(reached: Int32Array, index: number): number {
  return reached[index] ?? unreached;
}
