// Tests streams of plugins on Ray with a fake Ray: what callers read, which reports let a handler continue, and how a lost stream ends.
// `npm run test:ray` tests streams with a real Ray.
import { expect, test } from 'vitest';
import { gpuPlugin, type RayScene } from '../scenes/ray-scene.ts';
import { live, open, read, type } from '../scenes/streams.ts';

const end = { end: { status: 'success', result: null, duration_ms: 1 } };

/** Answers calls with a stream of these lines. */
function answerWith({ ray }: RayScene, lines: unknown[]): void {
  const text = `\n${lines.map((line) => `${JSON.stringify(line)}\n`).join('')}`;
  ray.answer = () => new Response(text, { headers: { 'content-type': type } });
}

test('the values that a handler yields on Ray are read one by one, and then its answer', async () => {
  const { s, id } = await live();
  answerWith(s, [{ value: 1 }, { value: 2 }, end]);
  expect(await read(await open(s, id))).toEqual([1, 2, { end: expect.objectContaining({ status: 'success' }) }]);
  expect(s.calls.at(-1)?.headers).toMatchObject({ accept: 'application/x-ndjson' });
  expect(s.ray.reports).toEqual([]);
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
