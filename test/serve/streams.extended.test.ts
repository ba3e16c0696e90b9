// Tests streams of many values, slow readers, handlers that yield nothing, and each way in which a builder ends a stream.
import { describe, expect, test } from 'vitest';
import type { CallStreamLine } from '../../src/contract/builder/answers.ts';
import { unwrittenCalls } from '../../src/traffic/call-counters.ts';
import { textOf } from '../support/json-text.ts';
import { waitFor } from '../support/waiting.ts';
import { eventsOf, live, read, streaming, streamingPlugin } from './streaming.ts';

const { at, stream, open, printed } = await streamingPlugin();

test('a handler that yields nothing answers with JSON, whatever the caller accepts', async () => {
  const { body, headers } = await stream({ count: 1, returns: true });
  expect(headers.get('content-type')).toContain('application/json');
  expect(body).toMatchObject({ status: 'success', raw_response: { count: 1 } });
});

test('an answer that must be checked is not streamed', async () => {
  const { body } = await stream({ count: 1 }, `${at}/realtime/test?check_output=true`);
  const error = expect.stringContaining('OutputMismatch: value 1: hello_ext_vector');
  expect(body).toMatchObject({ status: 'error', error, raw_response: [{ i: 0, text: '' }] });
});

test('10,000 values arrive in order', async () => {
  const events = eventsOf((await stream({ count: 10_000 })).text);
  expect(events.slice(0, -1)).toEqual(Array.from({ length: 10_000 }, (_, i) => ['chunk', { i, text: '' }]));
  expect(events.at(-1)?.[0]).toBe('done');
});

test("a reader that stops reading pauses the generator, despite the runtime's buffers", async () => {
  const { body } = await open({ count: 200, text: 'x'.repeat(200_000), prints_at: 199 });
  const reader = body?.getReader();
  await reader?.read();
  await stream({ count: 1, prints_at: 0 });
  await waitFor(async () => expect(await printed()).toContain('reached'));
  expect((await printed()).filter((line) => line === 'reached')).toHaveLength(1);
  let bytes = 0;
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) bytes += part.value.length;
  expect(bytes).toBeGreaterThan(199 * 200_000);
  expect((await printed()).filter((line) => line === 'reached')).toHaveLength(2);
});

const failed = [{ calls: 1, errors: 1 }];

describe('a stream in the Worker', async () => {
  const s = await live();

  test.each<[string, CallStreamLine[] | Error | undefined, string, string, typeof failed]>([
    ['is lost', undefined, 'CallInterrupted', 'The plugin cannot be reached', []],
    [
      'stops its instance',
      [{ error: { code: 'instance-gone', message: 'It is stopped.' } }],
      'CallInterrupted',
      'The instance was stopped before its stream ended.',
      [],
    ],
    [
      'ends it for its time',
      [{ error: { code: 'call-timeout', message: '' } }],
      'CallTimeout',
      'The stream did not end within 720 s',
      failed,
    ],
    [
      'loses its process',
      [{ error: { code: 'instance-crashed', message: 'It crashed.' } }],
      'InstanceCrashed',
      'It crashed.',
      failed,
    ],
    [
      'reads no value',
      [{ error: { code: 'answer-invalid', message: 'Too deep.' } }],
      'InvalidAnswer',
      'Too deep.',
      failed,
    ],
  ])('a stream whose builder %s ends with an error', async (_, part, type, message, counts) => {
    const parts = part ? [part] : [];
    const { deps, opened } = streaming(s, [[{ value: textOf(1) }], ...parts]);
    const events = await read(opened);
    expect(events[0]).toEqual({ value: textOf(1) });
    expect(events[1]).toMatchObject({
      end: { status: 'error', error: { type, message: expect.stringContaining(message) } },
    });
    expect(events).toHaveLength(2);
    expect(unwrittenCalls(deps.calls, s.namespaceId)).toMatchObject(counts);
  });
});
