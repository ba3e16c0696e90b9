// Tests that the traces of publishes and deployments have no gaps, whichever worker does the work, and reveal no content.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import type { Span } from '../../src/core/spans.ts';
import { newSpanBelow, type TraceContext } from '../../src/core/trace-context.ts';
import type { Deps, Tracing } from '../../src/deps.ts';
import { confirmUpload } from '../../src/pipeline/requests.ts';
import { advanceDeployment, advanceUpload } from '../../src/pipeline.ts';
import { requestUpload } from '../../src/registry/uploads/request-upload.ts';
import { uploadKey } from '../../src/registry/uploads/uploads.ts';
import { builderByUrl } from '../support/builder-by-url.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { deploy, overview, type Scene, scene } from '../support/scenes/scene.ts';

const at = { url: env.BUILDER_URL, token: env.BUILDER_TOKEN };

function recording() {
  const spans: Span[] = [];
  const given: TraceContext[] = [];
  const tracing: Tracing = {
    record: (span) => void spans.push(span),
    begins: () => false,
    builderIn: (trace) => {
      given.push(trace);
      return builderByUrl(at, trace);
    },
  };
  return { spans, given, tracing };
}

/** Returns the scene, with everything recorded as if within a request that has this span. */
function within(s: Scene, tracing: Tracing, trace: TraceContext | null): Scene {
  return { ...s, deps: { ...s.deps, tracing, trace } };
}

/** Expects that the parent of each span is the request's span or another recorded span. */
function expectNoGap(spans: readonly Span[], request: TraceContext): void {
  const known = new Set([request.spanId, ...spans.map(({ trace }) => trace.spanId)]);
  for (const { parentId, trace } of spans) {
    expect(trace.traceId).toBe(request.traceId);
    expect(known).toContain(parentId);
  }
}

const openedUpload = async ({ actor, deps, namespaceId }: Scene) => {
  const version = { major: 2, minor: 0, patch: 0 };
  const request = { name: 'hello_ext', version, description: null, sizeBytes: null, expiresInSeconds: 3600 };
  const { upload } = await requestUpload(deps, actor, namespaceId, request);
  await deps.blobs.put(uploadKey(upload.id), plugin({ version: '2.0.0', realtime: true }).zip);
  const scope = { ownerId: namespaceId, organizationId: actor.organizationId, actor: actor.ref };
  const confirm = (by: Deps) => confirmUpload(by, upload.id, scope, { etag: null, sizeBytes: null, message: null });
  return { id: upload.id, confirm };
};

const publishSteps = ['open', 'describe', 'scan', 'store', 'build', 'place', 'accept'];

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
