// Tests how the console combines log lines.
import { expect, test } from 'vitest';
import { groupedEntries, logEntries } from '../../src/console/data/logs/log-entries.ts';

const at = (second: number) => `2026-03-05T09:00:0${second}.000Z`;
const printed = (second: number, line: string, request?: string) => ({
  ...{ at: at(second), deployment_id: 'dep_1', plugin: 'echo', version: '1.0.0', stream: 'host' as const, line },
  ...(request === undefined ? {} : { request }),
});
const traceback = ['Traceback (most recent call last):', '  File "realtime.py", line 3', "KeyError: 'mood'"];
const failed = (second: number, request: string) => traceback.map((line) => printed(second, line, request));

test('a traceback is one entry, and the newest entry comes first', () => {
  const entries = logEntries([...failed(1, 'req_1'), printed(2, 'restarted'), ...failed(3, 'req_2')]);
  expect(entries.map(({ lines, request }) => [request, lines])).toEqual([
    ['req_2', traceback],
    [undefined, ['restarted']],
    ['req_1', traceback],
  ]);
});

test('lines that are not indented, and lines from another request, are separate entries', () => {
  const entries = logEntries([
    printed(1, 'one'),
    printed(1, 'two'),
    printed(1, '  more'),
    printed(1, '  other', 'req_1'),
  ]);
  expect(entries.map(({ lines }) => lines)).toEqual([['  other'], ['two', '  more'], ['one']]);
});

test("equal entries become one entry with the earlier entries' times and requests", () => {
  const entries = logEntries([
    ...failed(1, 'req_1'),
    printed(2, 'restarted'),
    ...failed(3, 'req_2'),
    ...failed(4, 'req_3'),
  ]);
  expect(groupedEntries(entries)).toMatchObject([
    {
      at: at(4),
      request: 'req_3',
      earlier: [
        { at: at(3), request: 'req_2' },
        { at: at(1), request: 'req_1' },
      ],
    },
    { at: at(2), earlier: [] },
  ]);
});
