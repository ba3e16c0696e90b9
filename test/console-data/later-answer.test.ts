// Tests what a page shows about later calls: their duration and their answer.
import { expect, test } from 'vitest';
import { callTookMs, readStoredResult } from '../../src/console/data/calls/later-answer.ts';
import { JsonText } from '../../src/core/json/text.ts';

const call = {
  call_id: 'call_1',
  status: 'running',
  priority: 'normal',
  namespace_id: 'ns_1',
  plugin: 'echo',
  request_id: 'req_1',
  runs: 1,
  deployment_id: null,
  callback: null,
  created_at: '2026-03-05T09:00:00Z',
  expires_at: '2026-03-05T10:00:00Z',
  started_at: '2026-03-05T09:00:05Z',
  ended_at: null,
} as const;
const words = new JsonText('{"words":3.0}');
const now = Date.parse('2026-03-05T09:00:08Z');

test.each([
  ['runs has taken the time since it began', call, 3000],
  ['has ended took the time from its beginning to its end', { ...call, ended_at: '2026-03-05T09:00:07Z' }, 2000],
  ['never began took no time', { ...call, started_at: null, ended_at: '2026-03-05T10:00:00Z' }, null],
])('a later call that %s', (_what, of, ms) => {
  expect(callTookMs(of, now)).toBe(ms);
});

test.each([
  ['of an extractor', { status: 'success', result: words, duration_ms: 1 }, { result: words }],
  ['that is null', { result: null }, { result: null }],
  [
    'of an extractor that failed',
    { status: 'error', error: { type: 'ValueError', message: 'no text' }, duration_ms: 1 },
    { error: 'ValueError: no text' },
  ],
  [
    'of a Go plugin that failed',
    { error: { code: 'plugin_error', message: 'no table' } },
    { error: 'plugin_error: no table' },
  ],
  ['that is gone', null, null],
])('the answer %s is shown', (_what, stored, shown) => {
  expect(readStoredResult(stored)).toEqual(shown);
});
