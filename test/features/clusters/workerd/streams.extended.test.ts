// Tests streams of plugins on Ray with a fake Ray: handlers that yield nothing, readers that leave or stop, and streams that are lost.
import { expect, test } from 'vitest';
import { builderLimits, streamValueCost } from '../../../../src/contract/limits/builder.ts';
import { answerOf } from '../../../support/json-text.ts';
import type { RayScene } from '../scenes/ray-scene.ts';
import { call, live, open, stream, type } from '../scenes/streams.ts';

/** Answers calls with a stream of lines. Returns the side that writes them. */
function streaming({ ray }: RayScene): WritableStreamDefaultWriter<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  ray.answer = () => new Response(readable, { headers: { 'content-type': type } });
  return writable.getWriter();
}

const encoder = new TextEncoder();

const lineOf = (line: unknown) => encoder.encode(`${JSON.stringify(line)}\n`);

test('a handler that yields nothing answers a caller who streams with its result', async () => {
  const { s, id } = await live();
  const answer = await s.deps.builder.callStreaming(id, call);
  expect('lines' in answer ? answer : answerOf(answer)).toMatchObject({ result: { application: `slipway-${id}` } });
});

test('each half of the window that the reader has taken is reported, until a report arrives', async () => {
  const { s, id } = await live();
  const statuses = [500, 503];
  s.ray.reportStatus = () => statuses.shift() ?? 204;
  const value = 'x'.repeat(builderLimits.streamWindowBytes / 8);
  const cost = value.length + 2 + streamValueCost;
  const writer = streaming(s);
  const lines = await open(s, id);
  for (let read = 0; read < 4; read++) {
    void writer.write(lineOf({ value }));
    for (let some = await lines.read(); some?.length === 0; some = await lines.read());
  }
  expect(s.ray.reports).toEqual([]);
  void writer.write(lineOf({ value }));
  await lines.read();
  await expect.poll(() => s.ray.reports).toEqual(Array.from({ length: 3 }, () => `${stream} ${4 * cost}`));
  await lines.cancel();
});

test('a reader that leaves closes the response', async () => {
  const { s, id } = await live();
  const { promise, resolve } = Promise.withResolvers<string>();
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(lineOf({ value: 1 })),
    cancel: () => resolve('closed'),
  });
  s.ray.answer = () => new Response(body, { headers: { 'content-type': type } });
  const lines = await open(s, id);
  await lines.read();
  await lines.cancel();
  expect(await promise).toBe('closed');
});

test.each<[string, number, object]>([
  [
    'whose process has ended',
    424,
    { code: 'instance-crashed', message: 'A plugin process exited during the call, on gpu.' },
  ],
  ['that is still open', 204, { code: 'unreachable', message: expect.stringContaining('was lost during the stream') }],
  ['that its process has closed', 410, { code: 'unreachable' }],
  ['whose application was removed', 404, { code: 'instance-gone' }],
])('a lost stream %s ends with its cause', async (_, status, expected) => {
  const { s, id } = await live();
  s.ray.reportStatus = () => status;
  for (const abort of [true, false]) {
    const writer = streaming(s);
    const lines = await open(s, id);
    void writer.write(lineOf({ value: 1 }));
    expect(await lines.read()).toHaveLength(1);
    void (abort ? writer.abort(new Error('Network connection lost.')) : writer.close());
    await expect(lines.read()).rejects.toMatchObject(expected);
    expect(await lines.read()).toBeUndefined();
  }
});

test('a lost stream whose application has no process left ends with a crash', { tags: 'long' }, async () => {
  const { s, id } = await live();
  s.ray.reportStatus = () => 0;
  const writer = streaming(s);
  const lines = await open(s, id);
  void writer.abort(new Error('Network connection lost.'));
  await expect(lines.read()).rejects.toMatchObject({ code: 'instance-crashed' });
});

test('a call that finds all places of a process taken, some by streams, is sent again', async () => {
  const { s, id } = await live();
  let refusals = 2;
  s.ray.answer = () => (refusals-- > 0 ? new Response(null, { status: 429 }) : undefined);
  expect(await s.deps.builder.call(id, call)).toMatchObject({ status: 'success' });
  s.ray.answer = () => new Response(null, { status: 429 });
  const busy = s.deps.builder.call(id, call, { timeLeftMs: 50 });
  await expect(busy).rejects.toMatchObject({ code: 'instance-busy' });
});
