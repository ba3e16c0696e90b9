// Tests formatting unified diffs as git reads and writes them, with every special case, byte by byte.
import { expect, test } from 'vitest';
import { unifiedDiff } from '../../../src/registry/diff/unified-diff.ts';

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `${from + i}\n`).join('');

interface Case {
  title: string;
  path?: string;
  old: string | null;
  now: string | null;
  text: string;
  additions: number;
  deletions: number;
}

test.each<Case>([
  {
    title: 'a changed line in its context',
    old: numbered(1, 9),
    now: numbered(1, 9).replace('5', 'five'),
    text: '--- a/x.py\n+++ b/x.py\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n',
    additions: 1,
    deletions: 1,
  },
  {
    title: 'changes six lines apart are one hunk',
    old: numbered(1, 8),
    now: `one\n${numbered(2, 7)}eight\n`,
    text: `--- a/x.py\n+++ b/x.py\n@@ -1,8 +1,8 @@\n-1\n+one\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n+eight\n`,
    additions: 2,
    deletions: 2,
  },
  {
    title: 'changes seven lines apart are two',
    old: numbered(1, 9),
    now: `one\n${numbered(2, 8)}nine\n`,
    text: `--- a/x.py\n+++ b/x.py\n@@ -1,4 +1,4 @@\n-1\n+one\n 2\n 3\n 4\n@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+nine\n`,
    additions: 2,
    deletions: 2,
  },
  {
    title: 'a new file',
    old: null,
    now: 'a\nb\n',
    text: '--- /dev/null\n+++ b/x.py\n@@ -0,0 +1,2 @@\n+a\n+b\n',
    additions: 2,
    deletions: 0,
  },
  {
    title: 'a file that went',
    old: 'a\n',
    now: null,
    text: '--- a/x.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n',
    additions: 0,
    deletions: 1,
  },
  {
    title: 'a new file without a line',
    old: null,
    now: '',
    text: 'diff --git a/x.py b/x.py\nnew file mode 100644\n',
    additions: 0,
    deletions: 0,
  },
  {
    title: 'a file without a line that went',
    old: '',
    now: null,
    text: 'diff --git a/x.py b/x.py\ndeleted file mode 100644\n',
    additions: 0,
    deletions: 0,
  },
  {
    title: 'all lines taken away',
    old: 'a\n',
    now: '',
    text: '--- a/x.py\n+++ b/x.py\n@@ -1 +0,0 @@\n-a\n',
    additions: 0,
    deletions: 1,
  },
  {
    title: 'a line feed at the end that was missing',
    old: 'a\nb',
    now: 'a\nb\n',
    text: '--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n',
    additions: 1,
    deletions: 1,
  },
  {
    title: 'a line feed that is missing in both',
    old: 'a\nb',
    now: 'c\nb',
    text: '--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n-a\n+c\n b\n\\ No newline at end of file\n',
    additions: 1,
    deletions: 1,
  },
  {
    title: 'line ends of another system',
    old: 'a\r\nb\r\n',
    now: 'a\nb\r\n',
    text: '--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n-a\r\n+a\n b\r\n',
    additions: 1,
    deletions: 1,
  },
  {
    title: 'a name with a space',
    path: 'my notes.txt',
    old: 'a\n',
    now: 'b\n',
    text: '--- a/my notes.txt\t\n+++ b/my notes.txt\t\n@@ -1 +1 @@\n-a\n+b\n',
    additions: 1,
    deletions: 1,
  },
  {
    title: 'a name with quotes',
    path: 'a "b".txt',
    old: 'a\n',
    now: 'b\n',
    text: '--- "a/a \\"b\\".txt"\n+++ "b/a \\"b\\".txt"\n@@ -1 +1 @@\n-a\n+b\n',
    additions: 1,
    deletions: 1,
  },
])('a unified diff is correct: $title', ({ path = 'x.py', old, now, text, additions, deletions }) => {
  expect(unifiedDiff(path, old, now, { left: 1_000_000 })).toEqual({ text, additions, deletions });
});
