// Tests handlers that yield values: what a stream's caller reads, and what happens to streams that nobody reads, that are too long, or
// whose instance stops. Takes 4 s: each test starts a process.
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { OpenStream } from '../../../builder/server/processes/open-stream.ts';
import { builderLimits, streamValueCost } from '../../../src/contract/limits/builder.ts';
import { eventually, type Files, handler, refusal, TestBuilder } from '../support.ts';
import { linesOf, responseTo, send, stream, values } from './read-stream.ts';

const limits = {
  streamBytes: 16 * 1024 * 1024,
  streamValueBytes: 64 * 1024,
  drainMs: 100,
  drainMaxMs: 100,
};

let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start({ limits });
});
afterAll(() => builder.close());

/** A generator in a thread, and one on the event loop. */
const shapes = [
  ['a generator', 'def run_inference(self, inputs, parameters):'],
  ['an async generator', 'async def run_inference(self, inputs, parameters):'],
] as const;
/** Both shapes end, fail and hit limits in the same code. */
const endingShapes = inject('long') ? shapes : shapes.slice(0, 1);

const body = `
    try:
        for i in range(inputs["count"]):
            if i == inputs.get("fails_at"):
                raise ValueError("broken")
            if i == inputs.get("ends_at"):
                os._exit(3)
            if i == inputs.get("prints_at"):
                print("reached", flush=True)
            yield inputs.get("value", i)
    except GeneratorExit:
        print("closed", flush=True)
        raise`;

const yielding = (head: string): Files => handler(head + body, 'import os');

test.each(shapes)('%s sends 10,000 values in order, followed by its end', async (_, head) => {
  const id = await builder.run(yielding(head));
  const lines = await stream(builder, id, { count: 10_000 });
  expect(values(lines)).toEqual(Array.from({ length: 10_000 }, (_, at) => at));
  expect(lines.at(-1)).toMatchObject({ end: { status: 'success', result: null } });
  expect(await builder.status(id)).toMatchObject({ calls_in_flight: 0, restarts: 0 });
});

test.each(endingShapes)('the values of %s are an array for a caller that accepts no stream', async (_, head) => {
  const id = await builder.run(yielding(head));
  expect(await builder.result(id, { count: 3 })).toEqual([0, 1, 2]);
});

test.each(endingShapes)('%s that raises ends its stream with the error', async (_, head) => {
  const id = await builder.run(yielding(head));
  const lines = await stream(builder, id, { count: 3, fails_at: 2 });
  expect(values(lines)).toEqual([0, 1]);
  expect(lines.at(-1)).toMatchObject({ end: { status: 'error', error: { type: 'ValueError', message: 'broken' } } });
});

test.each(endingShapes)('the end of the process ends the stream of %s with an error', async (_, head) => {
  const id = await builder.run(yielding(head));
  const lines = await stream(builder, id, { count: 3, ends_at: 2 });
  expect(values(lines)).toEqual([0, 1]);
  expect(lines.at(-1)).toMatchObject({ error: { code: 'instance-crashed' } });
});

// More than the builder reads in one go, and less than the system buffers.
test.each(endingShapes)('the values that %s sent before its process exited are passed on', async (_, head) => {
  const id = await builder.run(yielding(head));
  const lines = await stream(builder, id, { count: 4, ends_at: 3, value: 'x'.repeat(30_000) });
  expect(values(lines).length).toBe(3);
  expect(lines.at(-1)).toMatchObject({ error: { code: 'instance-crashed' } });
});

test.each(shapes)('a caller that disconnects closes %s', async (_, head) => {
  const id = await builder.run(yielding(head));
  const call = send(builder, id, { count: 1e9 });
  const response = await responseTo(call);
  await new Promise((resolve) => response.once('data', resolve));
  call.destroy();
  await eventually(() => builder.logs(id)).toEqual(['stdout: closed']);
  await eventually(async () => (await builder.status(id)).calls_in_flight).toBe(0);
});

test.each(shapes)("%s waits for a caller that doesn't read", async (_, head) => {
  const id = await builder.run(yielding(head));
  // More than the system buffers.
  const response = await responseTo(send(builder, id, { count: 260, value: 'x'.repeat(60_000), prints_at: 259 }));
  await builder.result(id, { count: 1, prints_at: 0 });
  expect(await builder.logs(id)).toEqual(['stdout: reached']);
  expect(values(await linesOf(response))).toHaveLength(260);
  await eventually(() => builder.logs(id)).toEqual(['stdout: reached', 'stdout: reached']);
});

test.each(endingShapes)('%s that yields too much ends its stream with an error', async (_, head) => {
  const id = await builder.run(yielding(head));
  const large = await stream(builder, id, { count: 2, value: 'x'.repeat(64 * 1024) });
  expect(large).toMatchObject([
    { end: { error: { message: 'value 1 is 65538 bytes; the limit of one value is 65536' } } },
  ]);
  const many = await stream(builder, id, { count: 1e9, value: 'x'.repeat(60_000) });
  const message = 'the values are more than 16777216 bytes, the limit of a stream';
  expect(values(many)).toHaveLength(279);
  expect(many.at(-1)).toMatchObject({ end: { error: { message } } });
});

test('a stopped instance lets its streams finish, and reports itself busy until then', async () => {
  const id = await builder.run(
    handler(
      [
        'def __init__(self):',
        '    self.gate = threading.Event()',
        'def predict(self, request):',
        '    yield 1',
        '    print("waits", flush=True)',
        '    self.gate.wait(3)',
        '    yield 2',
      ].join('\n'),
      'import threading',
    ),
  );
  const response = await responseTo(send(builder, id, {}));
  const lines = linesOf(response);
  await eventually(() => builder.logs(id)).toEqual(['stdout: waits']);
  const remove = () => builder.send('DELETE', `/instances/${id}`);
  expect([refusal(await remove()), refusal(await remove())]).toEqual(['503 instance-busy', '503 instance-busy']);
  expect(refusal(await builder.invoke(id))).toBe('404 instance-gone');
  expect(values(await lines)).toEqual([1, 2]);
  await eventually(async () => (await builder.send('GET', `/instances/${id}`)).status).toBe(404);
  expect((await remove()).status).toBe(204);
});

test('a too deeply nested value ends the stream, and the process continues', async () => {
  const nested = ['value = 1', 'for _ in range(600):', '    value = [value]', 'yield value'];
  const id = await builder.run(
    handler(['def predict(self, request):', ...nested.map((line) => `    ${line}`)].join('\n')),
  );
  const lines = await stream(builder, id, {});
  expect(lines).toMatchObject([{ error: { code: 'answer-invalid' } }]);
  expect(await builder.status(id)).toMatchObject({ restarts: 0 });
});

test('a process may send no more values once the window is full, until the reader has taken them', () => {
  const credited: number[] = [];
  const taken: (() => void)[] = [];
  const reader = { begin() {}, value: (_: Uint8Array, wasTaken: () => void) => void taken.push(wasTaken) };
  const stream = new OpenStream(reader, builderLimits, (bytes) => credited.push(bytes));
  const value = new Uint8Array(builderLimits.streamValueBytes).fill(0x20);
  stream.begin();
  expect([stream.value(value), stream.value(value)]).toEqual(['passed', 'unexpected']);
  taken[0]?.();
  expect(credited).toEqual([value.length + streamValueCost]);
});
