// Tests connected programs and streams when one of them fails. Shell programs are connected as the builder connects its own.
import { createReadStream, createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import zlib, { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Command } from '../../builder/server/programs/command.ts';
import { type Part, runConnected } from '../../builder/server/programs/connected-programs.ts';
import { runProgram } from '../../builder/server/programs/run-program.ts';
import { processesWith } from './builds/striking.ts';
import { eventually, newFolder } from './support.ts';

let last = 0;
/** Returns a shell script, with a mark by which its processes can be found. */
function shell(script: string): Command & { mark: string } {
  const mark = `connected-${process.pid}-${++last}`;
  const env = { PATH: '/usr/bin:/bin', MARK: mark };
  return { file: '/bin/sh', args: ['-c', script], env, endSignal: 'SIGKILL', mark };
}

const options = { timeoutMs: 20_000, outputBytesMax: 1000 };

async function outcome(parts: Part[], changed: Partial<Parameters<typeof runConnected>[1]> = {}): Promise<string> {
  return runConnected(parts, { ...options, ...changed }).then(
    (output) => `printed ${output}`,
    ({ message }) => message,
  );
}

const hangs = 'sleep 600 & sleep 600';

describe('connected programs', () => {
  test('connected programs pass their bytes on to the last program, whose output is returned', async () => {
    const parts = [shell('seq 100000'), shell('sort -rn'), shell('head -n 2; cat > /dev/null')];
    expect(await outcome(parts)).toBe('printed 100000\n99999\n');
  });

  test.each([
    ['a reader that fails', [hangs, 'echo "it is full" >&2; exit 3'], 'it is full'],
    ['a reader that fails while it is written to', ['yes', 'read line; echo "it is full" >&2; exit 3'], 'it is full'],
    [
      'a writer that fails',
      ['echo begun; echo "it is broken" >&2; exit 4', 'cat; echo cut >&2; exit 5'],
      'it is broken',
    ],
    ['a writer that fails, whose reader continues', ['exit 4', hangs], 'exit code 4'],
    ['a killed reader', [hangs, 'kill -KILL $$'], 'signal SIGKILL'],
    ['a killed writer', ['echo begun; kill -KILL $$', 'cat; exit 5'], 'signal SIGKILL'],
    ['a reader that ends early', ['yes', 'read line'], 'it ended before it had read all its input'],
    ['a reader that closes its input', ['yes', `exec <&-; ${hangs}`], 'it stopped reading'],
    ['one that prints too much', ['seq 10', 'seq 1000'], 'more than 1000 bytes of output'],
    ['one in the middle', [hangs, 'exit 6', 'cat'], 'exit code 6'],
    ['one that can not be started', [hangs, undefined], 'spawn /nowhere ENOENT'],
  ])('connected programs end together, with the reason of %s', async (_which, scripts, reason) => {
    const parts = scripts.map((script) => ({
      ...shell(script ?? ''),
      ...(script === undefined && { file: '/nowhere' }),
    }));
    expect(await outcome(parts)).toBe(reason);
    await eventually(() => parts.flatMap(({ mark }) => processesWith(mark))).toEqual([]);
  });

  test.each([
    ['the writer', ['kill -STOP $$', 'cat']],
    ['the reader', ['yes', 'kill -STOP $$']],
  ])('connected programs end at the time limit when %s is stopped', async (_which, scripts) => {
    const parts = scripts.map(shell);
    expect(await outcome(parts, { timeoutMs: 500 })).toBe('it did not finish within 0.5 s');
    await eventually(() => parts.flatMap(({ mark }) => processesWith(mark))).toEqual([]);
  });

  test('connected programs end when their caller gives up', async () => {
    const parts = [shell(hangs), shell('cat')];
    expect(await outcome(parts, { signal: AbortSignal.timeout(100) })).toBe('it was abandoned');
    expect(await outcome(parts, { signal: AbortSignal.abort() })).toBe('it was abandoned');
    await eventually(() => parts.flatMap(({ mark }) => processesWith(mark))).toEqual([]);
  });
});

describe('a program connected to streams', () => {
  test('a program connected to streams reads a file through a stream, and is ended when the stream fails', async () => {
    const file = join(newFolder(), 'packed');
    const packed = gzipSync('one\ntwo\n'.repeat(10_000));
    writeFileSync(file, packed);
    expect(await outcome([createReadStream(file), zlib.createGunzip(), shell('wc -l')])).toBe('printed 20000\n');
    writeFileSync(file, packed.subarray(0, 100));
    const reader = shell(`cat > /dev/null; ${hangs}`);
    expect(await outcome([createReadStream(file), zlib.createGunzip(), reader])).toBe('unexpected end of file');
    expect(await outcome([createReadStream(`${file}-absent`), reader])).toMatch(/^ENOENT/);
    await eventually(() => processesWith(reader.mark)).toEqual([]);
  });

  test("a program connected to streams is ended when its output can't be written", async () => {
    const writer = shell('yes');
    expect(await outcome([writer, zlib.createGzip(), createWriteStream('/dev/full')])).toMatch(/^ENOSPC/);
    await eventually(() => processesWith(writer.mark)).toEqual([]);
  });

  test('a program connected to streams fails with its own reason, even if its output was written', async () => {
    const file = join(newFolder(), 'packed');
    expect(await outcome([shell('echo half; echo lost >&2; exit 1'), createWriteStream(file)])).toBe('lost');
  });
});

describe('a single program', () => {
  test('a single program has all its output read, and its child processes end with it', async () => {
    const command = shell('sleep 600 & seq 20000 >&2; seq 200');
    const ran = await runProgram(command, options);
    expect(ran).toMatchObject({ ended: 'exit', succeeded: true, reason: 'exit code 0' });
    expect(ran.errors.length).toBeGreaterThan(100_000);
    await eventually(() => processesWith(command.mark)).toEqual([]);
  });

  test('a single program that is stopped ends at its time limit', async () => {
    const command = shell('kill -STOP $$');
    const ran = await runProgram(command, { ...options, timeoutMs: 300 });
    expect(ran).toEqual({ ended: 'timeout', reason: 'it did not finish within 0.3 s', errors: '' });
    await eventually(() => processesWith(command.mark)).toEqual([]);
  });
});
