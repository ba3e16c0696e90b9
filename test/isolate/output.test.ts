// Tests a call's output lines, whose number is limited.
import { describe, expect, test } from 'vitest';
import { markIsolateLine, readIsolateLine } from '../../src/contract/builder/isolate-calls.ts';
import { isolateLimits } from '../../src/contract/limits/isolates.ts';
import { CallOutput } from '../../src/isolate/output.ts';

function written(...pieces: ['stdout' | 'stderr', string][]) {
  const lines: string[] = [];
  const output = new CallOutput((stream, line) => lines.push(`${stream}: ${line}`));
  for (const [stream, text] of pieces) output.write(stream, new TextEncoder().encode(text));
  output.end();
  return { lines, reason: output.reason };
}

const dropped = 'host: The call printed more than its limit. The remaining output is dropped.';

describe('lines', () => {
  test('lines are joined per stream, and an unfinished line ends with the call', () => {
    const { lines } = written(['stdout', 'a'], ['stderr', 'x\r\ny'], ['stdout', 'b\n\nc']);
    expect(lines).toEqual(['stderr: x', 'stdout: ab', 'stdout: ', 'stdout: c', 'stderr: y']);
  });

  test('overlong lines are truncated', () => {
    const { lines } = written(['stdout', `${'a'.repeat(isolateLimits.outputLineBytes + 5)}\nnext\n`]);
    expect(lines).toEqual([`stdout: ${'a'.repeat(isolateLimits.outputLineBytes)}`, 'stdout: next']);
  });

  test.each([
    ['lines', 'a\n', isolateLimits.outputLines],
    ['bytes on short lines', `${'a'.repeat(512)}\n`, isolateLimits.outputBytes / 512],
    ['bytes on long lines', `${'a'.repeat(16_384)}\n`, isolateLimits.outputBytes / 16_384],
  ])('a call may print a limited number of %s, and excess output is dropped with one note', (_, line, max) => {
    const kept = Array.from({ length: max }, () => `stderr: ${line.trimEnd()}`);
    expect(written(['stderr', line.repeat(max)]).lines).toEqual(kept);
    expect(written(['stderr', line.repeat(max)], ['stdout', 'x\n'], ['stderr', 'y']).lines).toEqual([...kept, dropped]);
    expect(written(...kept.map((): ['stderr', string] => ['stderr', line]), ['stdout', 'x']).lines).toEqual([
      ...kept,
      dropped,
    ]);
  });

  test.each(['panic: boom', 'fatal error: out of memory'])(
    'the line %s is treated as the reason why a process exited',
    (text) => {
      expect(written(['stderr', `first\n${text}\npanic: later\n`]).reason).toBe(text);
    },
  );

  test("the plugin's own lines are not treated as the reason why a process exited", () => {
    expect(written(['stdout', 'panic: printed\n'], ['stderr', 'a panic: \n']).reason).toBeUndefined();
  });
});

describe('marks', () => {
  test('marks carry the stream and the request', () => {
    const text = markIsolateLine('stderr', 'req_1', 'a line');
    expect(readIsolateLine(text)).toEqual({ stream: 'stderr', request: 'req_1', line: 'a line' });
    expect(readIsolateLine(markIsolateLine('host', '', ''))).toEqual({ stream: 'host', request: undefined, line: '' });
  });

  test("marks can't be forged by a line", () => {
    const forged = markIsolateLine('host', 'req_2', 'forged');
    const text = markIsolateLine('stdout', 'req_1', forged);
    expect(readIsolateLine(text)).toEqual({ stream: 'stdout', request: 'req_1', line: forged });
  });

  test("marks are absent from the runtime's own lines", () => {
    expect(readIsolateLine('a warning')).toEqual({ stream: 'host', request: undefined, line: 'a warning' });
  });
});
