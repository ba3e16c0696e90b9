// Tests programs that the builder ends, either because they exceed a limit, or because their disk use can't be measured, which is not
// their fault.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { BuildFailed } from '../../../builder/server/builds/build-failed.ts';
import { requireCompiled } from '../../../builder/server/builds/compile.ts';
import type { Command } from '../../../builder/server/programs/command.ts';
import { DiskKeeper } from '../../../builder/server/programs/disk-keeper.ts';
import type { DiskLimit } from '../../../builder/server/programs/disk-watch.ts';
import { endedBy } from '../../../builder/server/programs/exit-reason.ts';
import { type Ran, runProgram } from '../../../builder/server/programs/run-program.ts';
import { builderLimits } from '../../../src/contract/limits/builder.ts';

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

/** Runs a program that writes 2 MiB and waits. The keeper that measures it runs in this Python. */
async function ended(python: string) {
  const script = `head -c 2097152 /dev/zero > ${folder}/written && sleep 60`;
  const disk = { keeper: new DiskKeeper(python), limits: [limit], groups: [], uid: null };
  const memory = { bytes: 1024 ** 3, cgroup: undefined };
  const program: Command = { file: '/bin/sh', args: ['-c', script], env: {}, endSignal: 'SIGKILL', memory, disk };
  return runProgram(program, { timeoutMs: 170_000, outputBytesMax: 1024 });
}

/** Returns the error of a build whose compiler ends in this way. */
function compileFailure(ran: Ran): unknown {
  try {
    requireCompiled(ran, builderLimits, { timeoutMs: 1000, rewrite: (text) => text });
  } catch (error) {
    return error;
  }
  throw new Error('the compiler succeeded');
}

test('a program that is ended for exceeding its limit is at fault', async () => {
  const reason = 'it used more than 1 MiB or 10 files in its temporary folder';
  const ran = await ended(inject('python'));
  expect(ran).toMatchObject({ ended: 'exit', endedBy: 'limit', reason });
  expect(compileFailure(ran)).toMatchObject({ code: 'limit-exceeded', isDeterministic: false });
});

test("a program whose disk use can't be measured is ended without naming a limit", async () => {
  const reason = 'its disk use could not be measured: Error: disk_keeper.py ended: 1';
  const ran = await ended('/bin/false');
  expect(ran).toMatchObject({ ended: 'exit', endedBy: 'others', reason });
  for (const errors of ['', 'go build main: signal: killed', 'plugin.go:1:1: undefined: x']) {
    const failure = compileFailure({ ...ran, errors });
    expect(failure).not.toBeInstanceOf(BuildFailed);
    expect(failure).toMatchObject({ message: `The compiler was stopped from outside: ${reason}.` });
  }
});

test('a Go compiler that exits with 2 and says nothing was ended by others, as the first process of its namespace', () => {
  const ran = {
    ended: 'exit',
    succeeded: false,
    endedBy: 'itself',
    reason: 'exit code 2',
    output: Buffer.of(),
  } as const;
  expect(compileFailure({ ...ran, errors: '' })).toMatchObject({
    message: 'The compiler was stopped from outside: exit code 2.',
  });
  expect(String(compileFailure({ ...ran, errors: 'panic: x' }))).not.toContain('stopped from outside');
});

test.each([
  ['example.com/plugin: GOROOT/pkg/tool/linux_amd64/compile: signal: killed', 'others'],
  ['go build main: /usr/local/go/pkg/tool/linux_amd64/link: signal: terminated', 'others'],
  ['go: error obtaining buildID for go tool compile: signal: killed', 'others'],
  ['prepare: go mod edit: signal: killed', 'others'],
  ['error: index-pack died of signal 9', 'others'],
  ['  cause: Querying Python at `/bin/python3` failed with exit status signal: 15 (SIGTERM)', 'others'],
  ['plugin.go:3:5: undefined: signal: killed', 'itself'],
  ['plugin.go:3:5: x: /pkg/tool/linux_amd64/compile: signal: killed', 'itself'],
  ['remote: error: index-pack died of signal 9', 'itself'],
  ['fatal: remote error: git died of signal 9', 'itself'],
  ['  x = "\\d"  # go build x: compile: signal: killed', 'itself'],
])('who ended a program that exits with 1 and prints this: %s', (errors, by) => {
  const ending = { reason: 'exit code 1', errors, isOverLimit: false, isEndedByBuilder: false };
  expect(endedBy(ending)).toBe(by);
});
