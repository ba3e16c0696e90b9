// Programs that the builder ends: for a limit of theirs, or because it can't measure what they use, which is no fault of theirs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import type { Command } from '../../../builder/server/processes/command.ts';
import { runProgram } from '../../../builder/server/processes/run-program.ts';
import { DiskKeeper } from '../../../builder/server/sandbox/disk-keeper.ts';
import type { DiskLimit } from '../../../builder/server/sandbox/disk-watch.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-ended-'));
afterAll(() => rmSync(folder, { recursive: true }));

const limit: DiskLimit = {
  folder,
  seen: folder,
  inRoot: false,
  name: 'its temporary folder',
  kind: 'temp',
  bytes: 1024 * 1024,
  files: 10,
  by: 'sampled',
  inMemory: false,
  isFull: false,
};

/** A program that writes 2 MiB and waits, with a keeper that runs in the given Python. */
async function ended(python: string) {
  const script = `head -c 2097152 /dev/zero > ${folder}/written && sleep 60`;
  const disk = { keeper: new DiskKeeper(python), limits: [limit], groups: [], uid: null };
  const memory = { bytes: 1024 ** 3, cgroup: undefined };
  const program: Command = { file: '/bin/sh', args: ['-c', script], env: {}, endSignal: 'SIGKILL', memory, disk };
  return runProgram(program, { timeoutMs: 170_000, outputBytesMax: 1024 });
}

test('a program is ended for its limit, which is its own doing', async () => {
  const reason = 'it used more than 1 MiB or 10 files in its temporary folder';
  expect(await ended(inject('python'))).toMatchObject({ ended: 'exit', isEndedWithoutLimit: false, reason });
});

test('a program whose use of the disk cannot be measured is ended for no limit', async () => {
  const reason = 'its use of the disk could not be measured: Error: disk_keeper.py ended: 1';
  expect(await ended('/bin/false')).toMatchObject({ ended: 'exit', isEndedWithoutLimit: true, reason });
});
