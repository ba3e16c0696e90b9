// Tests traces of work left to the queue, of failures, and of requests that asked for none.
import { expect, test } from 'vitest';
import { newSpanBelow } from '../../src/core/trace-context.ts';
import { advanceDeployment, advanceUpload } from '../../src/pipeline.ts';
import { deploy, scene } from '../support/scenes/scene.ts';
import { expectNoGap, openedUpload, publishSteps, recording, within } from './traced.ts';

test("a publish left to the queue stays in its request's trace, whichever worker does it", async () => {
  const s = await scene();
  const { spans, tracing } = recording();
  const request = newSpanBelow(null);
  const { confirm, id } = await openedUpload(s);
  await confirm({ ...within(s, tracing, request).deps, confirmInlineMs: 0 });
  const began = spans.splice(0);
  expect(began.at(-1)).toMatchObject({ name: 'publish', failed: true });
  expect(await advanceUpload(within(s, tracing, null).deps, id)).toBe(true);
  expect(spans.map(({ name }) => name)).toEqual([...publishSteps, 'publish']);
  expect(spans.at(-1)).toMatchObject({ parentId: request.spanId, kind: 'consumer', failed: false });
  expectNoGap([...began, ...spans], request);
});

test('a failed deployment has a failed step in its trace', async () => {
  const handler =
    'import nosuchmodule\n\n\nclass RealtimeHandler:\n    def predict(self, request):\n        return {}\n';
  const s = await scene({ files: { 'realtime.py': handler } });
  const { spans, tracing } = recording();
  const { id } = await deploy(within(s, tracing, newSpanBelow(null)));
  await advanceDeployment(within(s, tracing, null).deps, id);
  expect(spans.map(({ failed, name }) => [name, failed])).toEqual([
    ['start', true],
    ['deploy', true],
  ]);
});

test.each([
  ['no request asked for', null],
  ['nobody wants recorded', { ...newSpanBelow(null), sampled: false }],
])('a deployment whose trace %s is not recorded', async (_, trace) => {
  const s = await scene();
  const { spans, given, tracing } = recording();
  const { id } = await deploy(within(s, tracing, trace));
  await advanceDeployment(within(s, tracing, null).deps, id);
  expect([spans, given]).toEqual([[], []]);
});
