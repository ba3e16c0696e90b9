// Tests what a page retains from a streamed call.
import { expect, test } from 'vitest';
import { ended, sent, valuesShown, withEvent } from '../../src/console/data/calls/streamed-call.ts';

const event = (name: string, data: unknown) => ({ event: name, data: JSON.stringify(data), id: undefined });

test('a stream has each value with its arrival time and, after its end, the time spent in the plugin', () => {
  const first = withEvent(sent, event('chunk', { token: 'a' }), 120);
  const second = withEvent(first, event('chunk', null), 180);
  const last = withEvent(second, event('done', { duration_ms: 170.5, deployment_id: 'dep_1' }), 200);
  expect(last).toEqual({
    ...sent,
    values: [
      { text: '{"token":"a"}', atMs: 120 },
      { text: 'null', atMs: 180 },
    ],
    count: 2,
    deploymentId: 'dep_1',
    tookMs: 200,
    end: { how: 'done', inPluginMs: 170.5 },
  });
});

test('a failed stream keeps its values, and shows the reason', () => {
  const first = withEvent(sent, event('chunk', 1), 10);
  const failed = withEvent(
    first,
    event('error', {
      status: 'error',
      error: 'ValueError: no more',
      message: 'The plugin returned no result',
      deployment_id: 'dep_1',
    }),
    20,
  );
  expect(failed.values).toEqual([{ text: '1', atMs: 10 }]);
  expect(failed.end).toEqual({ how: 'failed', why: 'ValueError: no more: The plugin returned no result' });
});

test('a long stream keeps its newest values, and counts all of them', () => {
  let call = sent;
  for (let n = 0; n < valuesShown + 3; n += 1) call = withEvent(call, event('chunk', n), n);
  expect([call.count, call.values.length, call.values[0]?.text]).toEqual([valuesShown + 3, valuesShown, '3']);
});

test('an ended stream is not stopped again', () => {
  const done = withEvent(sent, event('done', { duration_ms: 1, deployment_id: 'dep_1' }), 2);
  expect(ended(done, { how: 'stopped' }, 9)).toBe(done);
});
