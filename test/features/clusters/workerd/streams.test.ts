// Tests streams of plugins on Ray with a fake Ray: what callers read, which reports let a handler continue, and how a lost stream ends.
// `npm run test:ray` tests streams with a real Ray.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { CallLines, CallStreamLine } from '../../../../src/contract/builder/answers.ts';
import { builderLimits, streamValueCost } from '../../../../src/contract/limits/builder.ts';
import { deployments } from '../../../../src/db/schema/deploy.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { answerOf } from '../../../support/json-text.ts';
import type { PluginOptions } from '../../../support/plugins/plugin.ts';
import { deploy } from '../../../support/scenes/scene.ts';
import { storeSecret } from '../../../support/scenes/secrets.ts';
import { connect, gpuPlugin, type RayScene, rayScene } from '../scenes/ray-scene.ts';

const call = '{"inputs": {}, "parameters": {}}';
const stream = `10.0.0.7:4123/${'0123456789abcdef'.repeat(2)}`;
const end = { end: { status: 'success', result: null, duration_ms: 1 } };

async function live(options?: PluginOptions): Promise<{ s: RayScene; id: string }> {
  const s = await rayScene(options);
  await connect(s);
  await storeSecret({ namespaceId: s.namespaceId, name: 'TOKEN', value: 'a-secret-value' });
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  const [row] = await s.deps.db.select().from(deployments).where(eq(deployments.id, id));
  expect(row?.status).toBe('promoted');
  return { s, id };
}

const type = `application/x-ndjson; stream="${stream}"`;

/** Answers calls with a stream of lines. Returns the side that writes them. */
function streaming({ ray }: RayScene): WritableStreamDefaultWriter<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  ray.answer = () => new Response(readable, { headers: { 'content-type': type } });
  return writable.getWriter();
}

const encoder = new TextEncoder();
const lineOf = (line: unknown) => encoder.encode(`${JSON.stringify(line)}\n`);

/** Answers calls with a stream of these lines. */
function answerWith({ ray }: RayScene, lines: unknown[]): void {
  const text = `\n${lines.map((line) => `${JSON.stringify(line)}\n`).join('')}`;
  ray.answer = () => new Response(text, { headers: { 'content-type': type } });
}

async function open({ deps }: RayScene, id: string): Promise<CallLines> {
  const answer = await deps.builder.callStreaming(id, call);
  if (!('lines' in answer)) throw new Error('It is not streamed.');
  return answer.lines;
}

/** Reads to the end. Values are returned as JSON. */
async function read(lines: CallLines): Promise<unknown[]> {
  const all: CallStreamLine[] = [];
  for (let some = await lines.read(); some; some = await lines.read()) all.push(...some);
  return all.map((line) => ('value' in line ? JSON.parse(line.value.text) : line));
}

test('the values that a handler yields on Ray are read one by one, and then its answer', async () => {
  const { s, id } = await live();
  answerWith(s, [{ value: 1 }, { value: 2 }, end]);
  expect(await read(await open(s, id))).toEqual([1, 2, { end: expect.objectContaining({ status: 'success' }) }]);
  expect(s.calls.at(-1)?.headers).toMatchObject({ accept: 'application/x-ndjson' });
  expect(s.ray.reports).toEqual([]);
});

test('a handler that yields nothing answers a caller who streams with its result', async () => {
  const { s, id } = await live();
  const answer = await s.deps.builder.callStreaming(id, call);
  expect('lines' in answer ? answer : answerOf(answer)).toMatchObject({ result: { application: `slipway-${id}` } });
});

test('a process gets the secrets before it streams, and they are masked in the error that ends the stream', async () => {
  const { s, id } = await live(gpuPlugin('permissions = {"secrets": ["TOKEN"]}'));
  s.ray.provisions.clear();
  const error = { type: 'ValueError', message: 'a-secret-value is wrong' };
  answerWith(s, [{ value: 'a-secret-value' }, { end: { status: 'error', error, duration_ms: 1 } }]);
  expect(await read(await open(s, id))).toEqual([
    'a-secret-value',
    { end: { status: 'error', error: { type: 'ValueError', message: '*** is wrong' }, duration_ms: 1 } },
  ]);
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
