// Tests calls to generator handlers over HTTP: server-sent events for callers that accept a stream, and an array for all others.
import { describe, expect, test } from 'vitest';
import { jsonNull } from '../../src/core/json/text.ts';
import { unwrittenCalls } from '../../src/traffic/call-counters.ts';
import { textOf } from '../support/json-text.ts';
import { waitFor } from '../support/waiting.ts';
import { eventsOf, live, read, streaming, streamingPlugin } from './streaming.ts';

const { org, at, send, stream, open, printed } = await streamingPlugin();

const paths = () => [
  `${at}/realtime/test`,
  `${org.plugins}/by-name/hello_ext/realtime`,
  `${org.plugins}/by-name/hello_ext/realtime/test`,
];

test('every route that calls an extractor streams what its handler yields', async () => {
  for (const path of paths()) {
    const { headers, status, text } = await stream({ count: 3 }, path);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    const end = { duration_ms: expect.any(Number), deployment_id: expect.stringMatching(/^dep_/) };
    expect(eventsOf(text)).toEqual([...[0, 1, 2].map((i) => ['chunk', { i, text: '' }]), ['done', end]]);
  }
});

test.each([['*/*'], ['application/json'], ['text/event-stream;q=0'], ['application/json, text/event-stream; q=0.0']])(
  'a caller that accepts %s gets the values as an array',
  async (accept) => {
    for (const path of paths()) {
      const { body } = await send({ count: 2 }, accept, path);
      const values = [0, 1].map((i) => ({ i, text: '' }));
      expect(body).toMatchObject({
        status: 'success',
        raw_response: values,
        response_type: 'list',
        response_keys: null,
      });
    }
  },
);

test.each(['text/event-stream', 'application/json, text/event-stream;q=0.5', 'TEXT/EVENT-STREAM'])(
  'a caller that accepts %s gets a stream',
  async (accept) => {
    expect((await send({ count: 1 }, accept)).headers.get('content-type')).toBe('text/event-stream');
  },
);

test('an exception is the last event, and has the same form as any other error response', async () => {
  const events = eventsOf((await stream({ count: 3, fails_at: 2 })).text);
  expect(events.map(([name]) => name)).toEqual(['chunk', 'chunk', 'error']);
  expect(events.at(-1)?.[1]).toMatchObject({ status: 'error', error: 'ValueError: broken', raw_response: null });
});

test('the end of the process is an error event, and the next call is answered', async () => {
  const events = eventsOf((await stream({ count: 3, ends_at: 2 })).text);
  expect(events.at(-1)).toMatchObject(['error', { error: expect.stringMatching(/^InstanceCrashed: /) }]);
  expect(eventsOf((await stream({ count: 1 })).text)).toHaveLength(2);
});

test('a reader that disconnects closes the generator', async () => {
  const before = (await printed()).length;
  const { body } = await open({ count: 1e9 });
  const reader = body?.getReader();
  await reader?.read();
  await reader?.cancel();
  await waitFor(async () => expect((await printed()).slice(before)).toEqual(['closed']));
});

describe('a stream in the Worker', () => {
  test('a stream is counted once, at its end', async () => {
    const s = await live();
    const end = { end: { status: 'success' as const, result: jsonNull, duration_ms: 1 } };
    const { deps, opened } = streaming(s, [[{ value: textOf(1) }], [], [end]]);
    const invocation = await opened;
    expect(unwrittenCalls(deps.calls, s.namespaceId)).toEqual([]);
    expect(await read(Promise.resolve(invocation))).toEqual([{ value: textOf(1) }, end]);
    expect(unwrittenCalls(deps.calls, s.namespaceId)).toMatchObject([{ calls: 1, errors: 0 }]);
  });
});
