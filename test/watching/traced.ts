// Records the spans of publishes and deployments.
import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import type { Span } from '../../src/core/spans.ts';
import type { TraceContext } from '../../src/core/trace-context.ts';
import type { Deps, Tracing } from '../../src/deps.ts';
import { confirmUpload } from '../../src/pipeline/requests.ts';
import { requestUpload } from '../../src/registry/uploads/request-upload.ts';
import { uploadKey } from '../../src/registry/uploads/uploads.ts';
import { builderByUrl } from '../support/builder-by-url.ts';
import { plugin } from '../support/plugins/plugin.ts';
import type { Scene } from '../support/scenes/scene.ts';

const at = { url: env.BUILDER_URL, token: env.BUILDER_TOKEN };

export function recording() {
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
export function within(s: Scene, tracing: Tracing, trace: TraceContext | null): Scene {
  return { ...s, deps: { ...s.deps, tracing, trace } };
}

/** Expects that the parent of each span is the request's span or another recorded span. */
export function expectNoGap(spans: readonly Span[], request: TraceContext): void {
  const known = new Set([request.spanId, ...spans.map(({ trace }) => trace.spanId)]);
  for (const { parentId, trace } of spans) {
    expect(trace.traceId).toBe(request.traceId);
    expect(known).toContain(parentId);
  }
}

export const openedUpload = async ({ actor, deps, namespaceId }: Scene) => {
  const version = { major: 2, minor: 0, patch: 0 };
  const request = { name: 'hello_ext', version, description: null, sizeBytes: null, expiresInSeconds: 3600 };
  const { upload } = await requestUpload(deps, actor, namespaceId, request);
  await deps.blobs.put(uploadKey(upload.id), plugin({ version: '2.0.0', realtime: true }).zip);
  const scope = { ownerId: namespaceId, organizationId: actor.organizationId, actor: actor.ref };
  const confirm = (by: Deps) => confirmUpload(by, upload.id, scope, { etag: null, sizeBytes: null, message: null });
  return { id: upload.id, confirm };
};

export const publishSteps = ['open', 'describe', 'scan', 'store', 'build', 'place', 'accept'];
