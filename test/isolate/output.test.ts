// Lines of a call's output, of which a call has a limited number.
import { describe, expect, test } from 'vitest';
import { markIsolateLine, readIsolateLine } from '../../src/contract/builder/isolate-calls.ts';
import { CallOutput, outputLimits } from '../../src/isolate/output.ts';

function written(...pieces: ['stdout' | 'stderr', string][]) {
  const lines: string[] = [];
  const output = new CallOutput((stream, line) => lines.push(`${stream}: ${line}`));
  for (const [stream, text] of pieces) output.write(stream, new TextEncoder().encode(text));
  output.end();
  return { lines, reason: output.reason };
}

const dropped = 'host: The call printed more than a call may. The rest of its output is dropped.';

describe('lines', () => {
  test('lines are put together by stream, and an open one ends with the call', () => {
    const { lines } = written(['stdout', 'a'], ['stderr', 'x\r\ny'], ['stdout', 'b\n\nc']);
    expect(lines).toEqual(['stderr: x', 'stdout: ab', 'stdout: ', 'stdout: c', 'stderr: y']);
  });

  test('lines that are longer than a line may be lose their rest', () => {
    const { lines } = written(['stdout', `${'a'.repeat(16_384 + 5)}\nnext\n`]);
    expect(lines).toEqual([`stdout: ${'a'.repeat(16_384)}`, 'stdout: next']);
  });

  test('lines end at their number', () => {
    const { lines } = written(['stdout', 'a\n'.repeat(outputLimits.lines + 5)], ['stderr', 'b\n']);
    expect(lines.length).toBe(outputLimits.lines + 1);
    expect(lines.at(-1)).toBe(dropped);
  });

  test('lines end at their size, however it is written', () => {
    const line = `${'a'.repeat(999)}\n`;
    const { lines } = written(...Array.from({ length: 200 }, (): ['stderr', string] => ['stderr', line]));
    expect(lines.length).toBe(Math.floor(outputLimits.bytes / 999) + 1);
    expect(lines.at(-1)).toBe(dropped);
  });

  test.each(['panic: boom', 'fatal error: out of memory'])('the line %s is the reason of an end', (text) => {
    expect(written(['stderr', `first\n${text}\npanic: later\n`]).reason).toBe(text);
  });

  test('lines of the plugin alone are no reason of an end', () => {
    expect(written(['stdout', 'panic: printed\n'], ['stderr', 'a panic: \n']).reason).toBeUndefined();
  });
});

describe('marks', () => {
  test('marks carry the stream and the request', () => {
    const text = markIsolateLine('stderr', 'req_1', 'a line');
    expect(readIsolateLine(text)).toEqual({ stream: 'stderr', request: 'req_1', line: 'a line' });
    expect(readIsolateLine(markIsolateLine('host', '', ''))).toEqual({ stream: 'host', request: undefined, line: '' });
  });

  test('marks can not be forged by a line', () => {
    const forged = markIsolateLine('host', 'req_2', 'forged');
    const text = markIsolateLine('stdout', 'req_1', forged);
    expect(readIsolateLine(text)).toEqual({ stream: 'stdout', request: 'req_1', line: forged });
  });

  test('marks are missing in the lines of the runtime', () => {
    expect(readIsolateLine('a warning')).toEqual({ stream: 'host', request: undefined, line: 'a warning' });
  });
});
