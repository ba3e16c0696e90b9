// Stores vectors in Cloudflare Vectorize through its REST API (developers.cloudflare.com/api/resources/vectorize), with one index per
// feature, named by the feature's ID. New vectors become searchable after a few seconds.
import { z } from 'zod';
import type { DistanceMetric } from '../../contract/plugin/manifest.ts';
import type { FeatureId } from '../../core/ids.ts';
import type { VectorizeAccount } from '../../deps.ts';
import { type VectorStore, VectorStoreError } from './vector-store.ts';

type Send = (request: Request) => Promise<Response>;

const timeoutMs = 15_000;
/** Vectorize's own limit. */
const dimensionsMax = 1536;
const metrics: Record<DistanceMetric, string> = { cosine: 'cosine', euclid: 'euclidean', dot: 'dot-product' };
/** Vectorize's error codes: unknown index, duplicate index name, deleted index. */
const notFound = 3000;
const duplicateName = 3002;
const deleted = 3005;

const envelope = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).default([]),
  result: z.unknown(),
});
const searchResult = z.object({ matches: z.array(z.object({ id: z.string(), score: z.number() })) });
const indexInfo = z.object({ vectorCount: z.number() });

interface Body {
  type: 'application/json' | 'application/x-ndjson';
  text: string;
}

export function vectorizeVectors({ url, accountId, token }: VectorizeAccount, send: Send): VectorStore {
  const indexes = `${url}/accounts/${encodeURIComponent(accountId)}/vectorize/v2/indexes`;

  /** Calls the API. Returns undefined if the error's code is accepted. */
  async function call(method: string, path: string, body?: Body, acceptedCodes: number[] = []): Promise<unknown> {
    const headers = { authorization: `Bearer ${token}`, ...(body ? { 'content-type': body.type } : {}) };
    const request = new Request(`${indexes}${path}`, {
      method,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      ...(body ? { body: body.text } : {}),
    });
    const { status, answer } = await exchange(send, request);
    if (status < 300 && answer?.success) return answer.result;
    if (answer?.errors.some(({ code }) => acceptedCodes.includes(code))) return undefined;
    const errors = answer?.errors.map(({ code, message }) => `${message} (${code})`).join('; ');
    const reason = errors ?? 'unexpected response format';
    throw new VectorStoreError(`Vectorize answered ${method} ${path} with status ${status}: ${reason}`);
  }

  return {
    dimensionsMax,
    create: async ({ id, dimensions, metric }) => {
      const config = { dimensions, metric: metrics[metric] };
      await call('POST', '', json({ name: nameOf(id), config }), [duplicateName]);
    },
    remove: async (id) => {
      await call('DELETE', `/${nameOf(id)}`, undefined, [notFound, deleted]);
    },
    upsert: async ({ id }, vectors) => {
      const text = vectors.map(({ id, values }) => `${JSON.stringify({ id, values })}\n`).join('');
      await call('POST', `/${nameOf(id)}/upsert`, { type: 'application/x-ndjson', text });
    },
    search: async ({ id }, vector, limit) => {
      const result = await call('POST', `/${nameOf(id)}/query`, json({ vector, topK: limit }));
      return read(searchResult, result).matches;
    },
    count: async (ids) => {
      let count = 0;
      for (const id of ids) count += read(indexInfo, await call('GET', `/${nameOf(id)}/info`)).vectorCount;
      return count;
    },
  };
}

async function exchange(send: Send, request: Request) {
  try {
    const response = await send(request);
    return { status: response.status, answer: envelope.safeParse(await response.json().catch(() => undefined)).data };
  } catch (cause) {
    throw new VectorStoreError('Vectorize did not respond', { cause });
  }
}

function read<Output>(schema: z.ZodType<Output>, result: unknown): Output {
  const parsed = schema.safeParse(result);
  if (!parsed.success) throw new VectorStoreError('Vectorize answered in an unexpected format');
  return parsed.data;
}

/** Returns the index name, which may contain lowercase letters, digits and dashes. */
function nameOf(id: FeatureId): string {
  return `slipway-${id.replace('_', '-')}`;
}

function json(value: unknown): Body {
  return { type: 'application/json', text: JSON.stringify(value) };
}
