// Tests the message about a full disk. A real one needs root, to mount it.
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { diskWatch, fullDiskProblem, fullDiskText, neededBytes } from '../../../scripts/local/full-disk.ts';

function diskWith(bytes: number) {
  return { bavail: bytes, blocks: neededBytes, bsize: 1, ffree: 1000, files: 1000 };
}

test('a disk with too little space is named with its folder, and one with just enough is not', () => {
  expect(fullDiskText('/state', diskWith(neededBytes - 1))).toBe(
    'the disk of the state folder /state is full (16.8 MB free). Free space on it, for example by deleting old backups.',
  );
  expect(fullDiskText('/state', diskWith(neededBytes))).toBeUndefined();
});

test('a disk with space, but without inodes, is full', () => {
  expect(fullDiskText('/state', { ...diskWith(neededBytes), ffree: 0 })).toContain('/state is full (0 inodes free)');
  expect(fullDiskText('/state', { ...diskWith(neededBytes), ffree: 0, files: 0 })).toBeUndefined();
});

test('a disk with space, and a file system that does not count it, are not full', async () => {
  expect(await fullDiskProblem(tmpdir())).toBeUndefined();
  expect(await fullDiskProblem('/proc')).toBeUndefined();
});

test('a disk that becomes full is reported once, and again after it had space', async () => {
  const free = [neededBytes, 0, 0, neededBytes, 1];
  const lines: string[] = [];
  const watch = diskWatch(
    '/state',
    (line) => lines.push(line),
    async (folder) => fullDiskText(folder, diskWith(free.shift() ?? 0)),
  );
  while (free.length > 0) await watch();
  expect(lines).toEqual([
    expect.stringContaining('is full (0 bytes free)'),
    expect.stringContaining('is full (1 byte'),
  ]);
});
