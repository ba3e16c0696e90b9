// Formats two texts as a unified diff for `patch -p1` and `git apply`. Paths come from an archive, so they have no control characters
// or backslashes. Pure.
import { diffLines, type Effort, type LineDiff } from './line-diff.ts';

export interface UnifiedDiff {
  /** The diff, including its two header lines. */
  text: string;
  additions: number;
  deletions: number;
}

const contextLines = 3;

/** Formats one file's diff; null stands for a missing file. The texts must differ. */
export function unifiedDiff(path: string, oldText: string | null, newText: string | null, effort: Effort): UnifiedDiff {
  const oldLines = linesOf(oldText ?? '');
  const newLines = linesOf(newText ?? '');
  const { removed, added } = diffLines(oldLines, newLines, effort);
  const deletions = sum(removed);
  const additions = sum(added);
  const oldName = oldText === null ? '/dev/null' : headerName(`a/${path}`);
  const newName = newText === null ? '/dev/null' : headerName(`b/${path}`);
  const hunks = hunksOf(removed, added).map((hunk) => hunkText(hunk, { oldLines, newLines, removed, added }));
  if (hunks.length === 0) return { text: emptyFile(path, oldText === null ? 'new' : 'deleted'), additions, deletions };
  return { text: `--- ${oldName}\n+++ ${newName}\n${hunks.join('')}`, additions, deletions };
}

/** Splits text into lines that keep their line feeds, so that a last line with a line feed differs from one without. */
function linesOf(text: string): string[] {
  const lines: string[] = [];
  for (let start = 0; start < text.length; ) {
    const feed = text.indexOf('\n', start);
    const end = feed < 0 ? text.length : feed + 1;
    lines.push(text.slice(start, end));
    start = end;
  }
  return lines;
}

function sum(flags: Uint8Array): number {
  return flags.reduce((total, flag) => total + flag, 0);
}

/** Uses Git's format for an empty file, which has no hunks. */
function emptyFile(path: string, what: 'new' | 'deleted'): string {
  return `diff --git ${fileName(`a/${path}`)} ${fileName(`b/${path}`)}\n${what} file mode 100644\n`;
}

/** Quotes the name as a C string if necessary. */
export function fileName(name: string): string {
  return name.includes('"') ? `"${name.replaceAll('"', '\\"')}"` : name;
}

/** Adds a tab after a name with spaces, because patch tools look for a date there. */
function headerName(name: string): string {
  return name.includes(' ') && !name.includes('"') ? `${name}\t` : fileName(name);
}

/** Lines `[oldStart, oldEnd)` and `[newStart, newEnd)`, including context. */
interface Hunk {
  oldStart: number;
  oldEnd: number;
  newStart: number;
  newEnd: number;
}

function hunksOf(removed: Uint8Array, added: Uint8Array): Hunk[] {
  const hunks: Hunk[] = [];
  let oldAt = 0;
  let newAt = 0;
  while (oldAt < removed.length || newAt < added.length) {
    if (removed[oldAt] !== 1 && added[newAt] !== 1) {
      oldAt++;
      newAt++;
      continue;
    }
    const start = { old: oldAt, new: newAt };
    while (removed[oldAt] === 1) oldAt++;
    while (added[newAt] === 1) newAt++;
    const before = Math.min(contextLines, start.old);
    const after = Math.min(contextLines, removed.length - oldAt);
    const last = hunks.at(-1);
    if (last && last.oldEnd >= start.old - before) {
      last.oldEnd = oldAt + after;
      last.newEnd = newAt + after;
    } else {
      hunks.push({
        oldStart: start.old - before,
        oldEnd: oldAt + after,
        newStart: start.new - before,
        newEnd: newAt + after,
      });
    }
  }
  return hunks;
}

interface Sides extends LineDiff {
  oldLines: readonly string[];
  newLines: readonly string[];
}

function hunkText(hunk: Hunk, { oldLines, newLines, removed, added }: Sides): string {
  const lines = [`@@ -${range(hunk.oldStart, hunk.oldEnd)} +${range(hunk.newStart, hunk.newEnd)} @@\n`];
  let oldAt = hunk.oldStart;
  let newAt = hunk.newStart;
  while (oldAt < hunk.oldEnd || newAt < hunk.newEnd) {
    if (removed[oldAt] === 1) lines.push(marked('-', oldLines[oldAt++]));
    else if (added[newAt] === 1) lines.push(marked('+', newLines[newAt++]));
    else {
      lines.push(marked(' ', oldLines[oldAt++]));
      newAt++;
    }
  }
  return lines.join('');
}

/** Formats a range. Lines count from 1. An empty range gives the previous line, and a single line has no length. */
function range(start: number, end: number): string {
  const length = end - start;
  return length === 1 ? `${start + 1}` : `${length === 0 ? start : start + 1},${length}`;
}

function marked(mark: string, line = ''): string {
  return line.endsWith('\n') ? `${mark}${line}` : `${mark}${line}\n\\ No newline at end of file\n`;
}
