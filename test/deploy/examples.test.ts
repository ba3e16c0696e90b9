// Which of a plugin's examples decide whether a deployment may take traffic.
import { expect, test } from 'vitest';
import { advanceDeployment } from '../../src/pipeline.ts';
import { deploy, overview, scene } from '../support/scene.ts';

const right = '{"inputs": {"text": "a"}, "result": {"inputs": {"text": "a"}}}';
const wrong = '{"inputs": {"text": "a"}, "result": {"inputs": {"text": "b"}}}';

/** 51 examples of which the given one, counted by name, is wrong. */
function examples(wrongOne: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: 51 }, (_, at) => [
      `tests/examples/${String(at + 1).padStart(2, '0')}.json`,
      at + 1 === wrongOne ? wrong : right,
    ]),
  );
}

test.each([
  [50, 'failed', 'tests/examples/50.json: expected inputs to be {"text":"b"}, got {"text":"a"}'],
  [51, 'promoted', null],
])('the first 50 by name are called: a wrong %i. one ends %s', async (wrongOne, status, error) => {
  const s = await scene({ files: examples(wrongOne) });
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  const { newest } = await overview(s);
  expect([newest?.status, newest?.error]).toEqual([status, error]);
});
