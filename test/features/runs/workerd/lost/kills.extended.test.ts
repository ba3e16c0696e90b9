// Kills a worker after each of a run's D1 round trips, and around each request to the builder and the store. The output and the errors
// have the same bytes as in an undisturbed run.
import { expect, inject, test } from 'vitest';
import type { Deps } from '../../../../../src/deps.ts';
import { resultBytes } from '../../../../../src/features/runs/results.ts';
import type { Run } from '../../../../../src/features/runs/run.ts';
import { killedAfter } from '../../../../support/workers/killed-worker.ts';
import { type RunScene, runScene } from '../../scenes/run-scene.ts';

const inverting = `def invert(batch):
    batch["by"] = [1 / n for n in batch["n"]]
    return batch


def build_steps(request):
    return {"steps": [invert]}
`;
const rows = Array.from({ length: 300 }, (_, n) => ({ n: n % 50 }));

async function textOf({ deps }: RunScene, run: Run): Promise<string[]> {
  const texts: string[] = [];
  for (const kind of ['output', 'errors'] as const) {
    const decoder = new TextDecoder();
    let text = '';
    for await (const bytes of resultBytes(deps, run, kind)) text += decoder.decode(bytes, { stream: true });
    texts.push(text);
  }
  return texts;
}

async function undisturbed(scene: RunScene): Promise<string[]> {
  const run = await scene.create({ rows });
  await scene.drain();
  return textOf(scene, await scene.row(run.id));
}

/** `npm test` kills after every third round trip, starting at a random one, and `npm run test:long` kills after every one. */
const [firstKill, betweenKills] = inject('long') ? [0, 1] : [inject('propertySeed') % 3, 3];

test('each row appears once in the output or the errors, whichever round trip a worker is killed after', async () => {
  const scene = await runScene(inverting);
  const expected = await undisturbed(scene);
  expect(expected.map((text) => text.split('\n').length - 1)).toEqual([294, 6]);
  for (let trips = firstKill, isOver = false; !isOver; trips += betweenKills) {
    const run = await scene.create({ rows });
    const { dying, wasKilled } = killedAfter(scene.deps, trips);
    await scene.drain(dying).catch(() => {});
    isOver = !wasKilled();
    const ended = await scene.finish(run.id);
    expect(ended, `after ${trips} round trips`).toMatchObject({ status: 'partial', rows: 300, done: 294, failed: 6 });
    expect(await textOf(scene, ended), `after ${trips} round trips`).toEqual(expected);
  }
});

const die = () => {
  throw new Error('killed');
};

/** Returns a bucket whose operation with this name fails before or after its `nth` use. */
function dyingBucket(real: R2Bucket, name: 'get' | 'put', after: boolean): R2Bucket {
  return new Proxy(real, {
    get(target, member) {
      const own: unknown = Reflect.get(target, member);
      if (typeof own !== 'function') return own;
      if (member !== name) return own.bind(target);
      return async (...given: unknown[]) => {
        if (after) await Reflect.apply(own, target, given);
        die();
      };
    },
  });
}

test.each<[string, (deps: Deps) => Partial<Deps>]>([
  ['before the input is read', ({ blobs }) => ({ blobs: dyingBucket(blobs, 'get', false) })],
  ['before the results are written', ({ blobs }) => ({ blobs: dyingBucket(blobs, 'put', false) })],
  ['when the results are written', ({ blobs }) => ({ blobs: dyingBucket(blobs, 'put', true) })],
  ['before the instance starts', ({ builder }) => ({ builder: { ...builder, start: die } })],
  ['before the rows are sent', ({ builder }) => ({ builder: { ...builder, runRows: die } })],
  [
    'while the rows come back',
    ({ builder }) => ({
      builder: {
        ...builder,
        runRows: async (...given) => {
          const stream = await builder.runRows(...given);
          let parts = 0;
          return stream.pipeThrough(
            new TransformStream({ transform: (part, to) => (parts++ > 0 ? die() : to.enqueue(part)) }),
          );
        },
      },
    }),
  ],
])('each row appears once in the output or the errors if a worker fails %s', { tags: 'long' }, async (_, dying) => {
  const scene = await runScene(inverting);
  const expected = await undisturbed(scene);
  const run = await scene.create({ rows });
  await scene.drain({ ...scene.deps, ...dying(scene.deps) }).catch(() => {});
  expect(await scene.row(run.id)).toMatchObject({ endedAt: null });
  const ended = await scene.finish(run.id);
  expect(ended).toMatchObject({ status: 'partial', done: 294, failed: 6 });
  expect(await textOf(scene, ended)).toEqual(expected);
});

test('a worker that lost its lease changes nothing, and its output is not part of the results', async () => {
  const scene = await runScene(inverting);
  const expected = await undisturbed(scene);
  const run = await scene.create({ rows });
  const { builder } = scene.deps;
  let isFirst = true;
  const slow: Deps = {
    ...scene.deps,
    builder: {
      ...builder,
      runRows: async (...given) => {
        if (!isFirst) return builder.runRows(...given);
        isFirst = false;
        // Another worker does all the work in the meantime.
        const stream = await builder.runRows(...given);
        const bytes = await new Response(stream).arrayBuffer();
        expect(await scene.finish(run.id)).toMatchObject({ status: 'partial' });
        return new Response(bytes).body ?? die();
      },
    },
  };
  await scene.drain(slow);
  const ended = await scene.row(run.id);
  expect(ended).toMatchObject({ status: 'partial', rows: 300, done: 294, failed: 6 });
  expect(await textOf(scene, ended)).toEqual(expected);
});
