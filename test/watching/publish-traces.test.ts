// Tests that the traces of publishes and deployments have no gaps, whichever worker does the work, and reveal no content.
import { expect, test } from 'vitest';
import { newSpanBelow } from '../../src/core/trace-context.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { deploy, overview, scene } from '../support/scenes/scene.ts';
import { expectNoGap, openedUpload, publishSteps, recording, within } from './traced.ts';

test("a publish within its request has a span for each step, below the request's span", async () => {
  const s = await scene();
  const { spans, tracing } = recording();
  const request = newSpanBelow(null);
  const { confirm } = await openedUpload(s);
  expect(await confirm(within(s, tracing, request).deps)).toMatchObject({ status: 'accepted' });
  expect(spans.map(({ name }) => name)).toEqual([...publishSteps, 'publish']);
  expect(spans.at(-1)).toMatchObject({ parentId: request.spanId, kind: 'internal', failed: false });
  expectNoGap(spans, request);
});

test("a deployment has a span for each step in its request's trace, and the builder gets each of them", async () => {
  const s = await scene();
  const { spans, given, tracing } = recording();
  const request = newSpanBelow(null);
  const { id } = await deploy(within(s, tracing, request));
  await advanceDeployment(within(s, tracing, null).deps, id);
  expect((await overview(s)).serving?.id).toBe(id);
  expect(spans.map(({ name }) => name)).toEqual(['start', 'verify', 'promote', 'deploy']);
  expect(spans.at(-1)).toMatchObject({
    ...{ parentId: request.spanId, kind: 'consumer', failed: false },
    attributes: { 'slipway.organization': s.actor.organizationId, 'slipway.deployment': id, 'slipway.attempt': 1 },
  });
  expect(given.map(({ spanId }) => spanId)).toEqual(expect.arrayContaining(spans.map(({ trace }) => trace.spanId)));
  expectNoGap(spans, request);
});

test('spans of publishes and deployments contain IDs and numbers, but no plugin content', async () => {
  const s = await scene();
  const { spans, tracing } = recording();
  const request = newSpanBelow(null);
  const { confirm } = await openedUpload(s);
  await confirm(within(s, tracing, request).deps);
  const { id } = await deploy(within(s, tracing, request));
  await advanceDeployment(within(s, tracing, null).deps, id);
  const values = spans.flatMap(({ attributes }) => Object.values(attributes));
  expect(values.filter((value) => !/^(\d+|(org|plu|dep)_\w+)$/.test(String(value)))).toEqual([]);
});
