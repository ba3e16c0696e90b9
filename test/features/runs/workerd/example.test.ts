// Runs the example review_scores with a generated data set of 10,000 rows: texts, images, and invalid reviews.
// @module-tag long
import { expect, test } from 'vitest';
import manifest from '../../../../examples/review_scores/manifest.py?raw';
import pipeline from '../../../../examples/review_scores/pipeline.py?raw';
import { runScene } from '../scenes/run-scene.ts';

const count = 10_000;
const reviews = ['A great lamp, and a good price', 'Broken on arrival, poor', 'It is a lamp'];
const scores = [2 / 7, -2 / 4, 0];

/** Returns a row. One in ten is an image, and one in a hundred has a number instead of a text. */
function rowAt(n: number): { data: string | number; mime_type: string } {
  if (n % 10 === 3) return { data: `${n}.png`, mime_type: 'image/png' };
  return { data: n % 100 === 7 ? n : (reviews[n % 3] ?? ''), mime_type: 'text/plain' };
}

test('the example scores texts, skips images, and fails for invalid reviews', async () => {
  const scene = await runScene(pipeline, manifest);
  const run = await scene.create({ rows: Array.from({ length: count }, (_, n) => rowAt(n)) });
  await scene.drain();
  const ended = await scene.row(run.id);
  expect(ended).toMatchObject({
    status: 'partial',
    batchSize: 256,
    rows: count,
    done: 9900,
    failed: 100,
    skipped: 1000,
  });
  const numbers = Array.from({ length: count }, (_, n) => n);
  const expected = numbers
    .filter((n) => n % 100 !== 7)
    .map((n) => {
      const row = rowAt(n);
      if (row.mime_type === 'image/png') return { ...row, skipped: true };
      const words = String(row.data).split(' ').length;
      return { ...row, words, score: scores[n % 3], record: `${run.id}/${n}` };
    });
  expect(await scene.lines(ended, 'output')).toEqual(expected);
  const error = expect.stringMatching(
    /^step 1: AttributeError at pipeline.py:\d+: 'int' object has no attribute 'lower'$/,
  );
  expect(await scene.lines(ended, 'errors')).toEqual(
    numbers.filter((n) => n % 100 === 7).map((n) => ({ row: n, error, input: rowAt(n) })),
  );
});
