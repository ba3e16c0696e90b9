// The files that differ between two versions, each as unified text where it can be shown. Pure.
import type { IndexEntry } from '../../archive/index.ts';
import type { Effort } from './line-diff.ts';
import { fileName, unifiedDiff } from './unified-diff.ts';

export interface FileChange {
  path: string;
  status: 'added' | 'removed' | 'modified';
  before: IndexEntry | null;
  after: IndexEntry | null;
  /** Why the change isn't shown line by line. */
  hidden: 'binary' | 'too-large' | null;
  /** Null where lines weren't counted. */
  additions: number | null;
  deletions: number | null;
  /** Unified text; for what isn't shown, one line that says that the files differ. */
  diff: string;
}

/** Files of one version, by path. */
export interface ChangedFiles {
  entries: ReadonlyMap<string, IndexEntry>;
  /** The text of what was read, undefined for what is no text. What wasn't read is absent. */
  contents: ReadonlyMap<string, string | undefined>;
}

/** Comparisons of lines for one answer: a fraction of a second. */
const effortMax = 30_000_000;
/** As much unified text as is told in one answer, in UTF-16 units; further files are named only. */
const shownMax = 2 * 1024 * 1024;

export function fileChanges(paths: readonly string[], before: ChangedFiles, after: ChangedFiles): FileChange[] {
  const effort: Effort = { left: effortMax };
  let left = shownMax;
  return paths.map((path) => {
    const change = fileChange(path, before, after, effort);
    if (change.hidden === null && change.diff.length > left) return { ...change, ...unseen(change, 'too-large') };
    if (change.hidden === null) left -= change.diff.length;
    return change;
  });
}

function fileChange(path: string, before: ChangedFiles, after: ChangedFiles, effort: Effort): FileChange {
  const entries = { before: before.entries.get(path) ?? null, after: after.entries.get(path) ?? null };
  const status = entries.before === null ? 'added' : entries.after === null ? 'removed' : 'modified';
  const common = { path, status, ...entries, additions: null, deletions: null } as const;
  const sides = [
    [before, entries.before],
    [after, entries.after],
  ] as const;
  const there = sides.filter(([, entry]) => entry !== null).map(([side]) => side);
  if (there.some(({ contents }) => !contents.has(path))) return { ...common, ...unseen(common, 'too-large') };
  if (there.some(({ contents }) => contents.get(path) === undefined)) return { ...common, ...unseen(common, 'binary') };
  const oldText = before.contents.get(path) ?? null;
  const newText = after.contents.get(path) ?? null;
  const { text, additions, deletions } = unifiedDiff(path, oldText, newText, effort);
  return { ...common, hidden: null, additions, deletions, diff: text };
}

/** In the words of diff(1), which tools that apply patches skip. */
function unseen(
  { path, status }: Pick<FileChange, 'path' | 'status'>,
  hidden: 'binary' | 'too-large',
): Pick<FileChange, 'hidden' | 'diff'> {
  const oldName = status === 'added' ? '/dev/null' : fileName(`a/${path}`);
  const newName = status === 'removed' ? '/dev/null' : fileName(`b/${path}`);
  return { hidden, diff: `${hidden === 'binary' ? 'Binary files' : 'Files'} ${oldName} and ${newName} differ\n` };
}
