// Tests that a run's work belongs to the trace of the request that created it.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import type { Span } from '../../../../src/core/spans.ts';
import { newSpanBelow, type TraceContext } from '../../../../src/core/trace-context.ts';
import type { Tracing } from '../../../../src/deps.ts';
import { createRun } from '../../../../src/features/runs/create-run.ts';
import { versionSlug } from '../../../../src/registry/versions/versions.ts';
import { builderByUrl } from '../../../support/builder-by-url.ts';
import { textOf } from '../../../support/json-text.ts';
import { runScene } from '../scenes/run-scene.ts';

const at = { url: env.BUILDER_URL, token: env.BUILDER_TOKEN };

test("a run's spans continue the trace of its request, and its builder gets them", async () => {
  const [spans, given]: [Span[], TraceContext[]] = [[], []];
  const builderIn: Tracing['builderIn'] = (trace) => {
    given.push(trace);
    return builderByUrl(at, trace);
  };
  const tracing: Tracing = { record: (span) => void spans.push(span), begins: () => false, builderIn };
  const s = await runScene();
  const request = newSpanBelow(null);
  const callee = { by: 'version', namespaceId: s.namespaceId, pluginId: versionSlug(s.version) } as const;
  const input = { rows: [textOf({ n: 1 }), textOf({ n: 2 })] };
  const { run } = await createRun({ ...s.deps, trace: request }, s.actor, callee, {
    ...{ input, parameters: textOf({}), maxParallel: 1 },
  });
  await s.drain({ ...s.deps, tracing });
  expect(await s.row(run.id)).toMatchObject({ status: 'succeeded', done: 2 });
  expect(spans.map(({ attributes, name }) => [name, attributes['slipway.run']])).toEqual([
    ['split', run.id],
    ['rows', run.id],
  ]);
  for (const { parentId, trace } of spans) expect([trace.traceId, parentId]).toEqual([request.traceId, request.spanId]);
  expect(given).toEqual(spans.map(({ trace }) => trace));
});
