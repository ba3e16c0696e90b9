// Formats the changed files between two versions, as unified diffs where possible. Pure.
import type { IndexEntry } from '../../archive/contents/stored-index.ts';
import type { Effort } from './line-diff.ts';
import { fileName, unifiedDiff } from './unified-diff.ts';

export interface FileChange {
  path: string;
  status: 'added' | 'removed' | 'modified';
  before: IndexEntry | null;
  after: IndexEntry | null;
  /** Why there is no line-by-line diff; null if there is one. */
  hidden: 'binary' | 'too-large' | null;
  /** Null if lines weren't counted. */
  additions: number | null;
  deletions: number | null;
  /** Unified diff, or one line that says the files differ. */
  diff: string;
}

/** One version's files, by path. */
export interface ChangedFiles {
  entries: ReadonlyMap<string, IndexEntry>;
  /** Text of the files that were read; undefined for binary ones. Files that weren't read are absent. */
  contents: ReadonlyMap<string, string | undefined>;
}

/**
 * Maximum line comparisons of a response: a part that finds the shortest diff of ordinary changes, and one for each character, so that
 * the time grows no faster than the texts. A million takes 10 ms of the thread that serves calls.
 */
const efforts = { base: 500_000, perChar: 1, max: 5_000_000 };
/** Maximum total length of a response's diffs, in UTF-16 units. Further files are listed without a diff. */
const shownMax = 2 * 1024 * 1024;

export function fileChanges(paths: readonly string[], before: ChangedFiles, after: ChangedFiles): FileChange[] {
  const effort: Effort = {
    left: Math.min(efforts.max, efforts.base + efforts.perChar * (charsIn(before) + charsIn(after))),
  };
  let left = shownMax;
  return paths.map((path) => {
    const change = fileChange(path, before, after, effort);
    if (change.hidden === null && change.diff.length > left) return { ...change, ...withoutDiff(change, 'too-large') };
    if (change.hidden === null) left -= change.diff.length;
    return change;
  });
}

function charsIn({ contents }: ChangedFiles): number {
  return [...contents.values()].reduce((sum, text) => sum + (text?.length ?? 0), 0);
}

function fileChange(path: string, before: ChangedFiles, after: ChangedFiles, effort: Effort): FileChange {
  const entries = { before: before.entries.get(path) ?? null, after: after.entries.get(path) ?? null };
  const status = entries.before === null ? 'added' : entries.after === null ? 'removed' : 'modified';
  const common = { path, status, ...entries, additions: null, deletions: null } as const;
  const sides = [
    [before, entries.before],
    [after, entries.after],
  ] as const;
  const present = sides.filter(([, entry]) => entry !== null).map(([side]) => side);
  if (present.some(({ contents }) => !contents.has(path))) return { ...common, ...withoutDiff(common, 'too-large') };
  if (present.some(({ contents }) => contents.get(path) === undefined))
    return { ...common, ...withoutDiff(common, 'binary') };
  const oldText = before.contents.get(path) ?? null;
  const newText = after.contents.get(path) ?? null;
  const { text, additions, deletions } = unifiedDiff(path, oldText, newText, effort);
  return { ...common, hidden: null, additions, deletions, diff: text };
}

/** Uses the wording of diff(1), which patch tools ignore. */
function withoutDiff(
  { path, status }: Pick<FileChange, 'path' | 'status'>,
  hidden: 'binary' | 'too-large',
): Pick<FileChange, 'hidden' | 'diff'> {
  const oldName = status === 'added' ? '/dev/null' : fileName(`a/${path}`);
  const newName = status === 'removed' ? '/dev/null' : fileName(`b/${path}`);
  return { hidden, diff: `${hidden === 'binary' ? 'Binary files' : 'Files'} ${oldName} and ${newName} differ\n` };
}
