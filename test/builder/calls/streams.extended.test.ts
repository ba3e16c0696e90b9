// Tests streams at their time limits, and processes that break the streams' protocol.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callStreamType } from '../../../src/contract/builder/instances.ts';
import { eventually, handler, TestBuilder } from '../support.ts';
import { stream, values } from './read-stream.ts';

const limits = { callMs: 2000, hangMs: 500, streamMs: 4000 };
let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start({ limits });
});
afterAll(() => builder.close());

test.each([
  ['a generator', 'def predict(self, request):', 'time.sleep'],
  ['an async generator', 'async def predict(self, request):', 'await asyncio.sleep'],
])("%s has a call's time limit for its first value, and longer for the others", async (_, head, sleep) => {
  const code = [
    head,
    `    ${sleep}(request["before"])`,
    '    yield 1',
    `    ${sleep}(request["between"])`,
    '    yield 2',
  ];
  const id = await builder.run(handler(code.join('\n'), 'import asyncio, time'));
  const [late, long, endless] = await Promise.all([
    stream(builder, id, { before: 2.2, between: 0 }),
    stream(builder, id, { before: 0, between: 2.5 }),
    stream(builder, id, { before: 0, between: 4.2 }),
  ]);
  expect(late).toMatchObject([{ error: { code: 'call-timeout', message: 'No response within 2000 ms.' } }]);
  expect(values(long)).toEqual([1, 2]);
  expect(endless).toMatchObject([
    { value: 1 },
    { error: { code: 'call-timeout', message: 'The stream did not end within 4000 ms.' } },
  ]);
});

test.each([
  ['a value of no stream', 'frame(7, call, b"1")'],
  ['a value with a line break', 'frame(6, call, b"") + frame(7, call, b"[1,\\n2]")'],
  ['a stream that begins twice', 'frame(6, call, b"") * 2'],
])('a process that sends %s is ended', async (_, frames) => {
  const forge = [
    'def predict(self, request):',
    '    frame = lambda kind, call, body: struct.pack(">IIB", len(body), call, kind) + body',
    '    call = request["call"]',
    `    os.write(3, ${frames})`,
    '    time.sleep(60)',
  ];
  const id = await builder.run(handler(forge.join('\n'), 'import os, struct, time'));
  const response = await builder.fetch(`/instances/${id}/invoke`, {
    method: 'POST',
    body: JSON.stringify({ inputs: { call: 1 }, parameters: {} }),
    headers: { accept: callStreamType },
  });
  expect(await response.text()).toContain('answer-invalid');
  await eventually(async () => (await builder.status(id)).restarts).toBe(1);
});
