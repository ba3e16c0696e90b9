// Vectors in Cloudflare Vectorize, by its REST API (developers.cloudflare.com/api/resources/vectorize): an index for each feature,
// named by its id. What was stored is found some seconds later.
import { z } from 'zod';
import type { DistanceMetric } from '../contract/manifest.ts';
import { type VectorStore, VectorStoreError } from '../contract/vector-store.ts';
import type { FeatureId } from '../core/ids.ts';

export interface VectorizeAccount {
  /** Up to `/accounts`. */
  url: string;
  accountId: string;
  token: string;
}

type Send = (request: Request) => Promise<Response>;

const timeoutMs = 15_000;
/** Vectorize's own limit. */
const dimensionsMax = 1536;
const metrics: Record<DistanceMetric, string> = { cosine: 'cosine', euclid: 'euclidean', dot: 'dot-product' };
/** Codes of its refusals: no such index, an index of that name is there, the index was deleted. */
const notFound = 3000;
const duplicateName = 3002;
const deleted = 3005;

const envelope = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).default([]),
  result: z.unknown(),
});
const found = z.object({ matches: z.array(z.object({ id: z.string(), score: z.number() })) });
const info = z.object({ vectorCount: z.number() });

interface Body {
  type: 'application/json' | 'application/x-ndjson';
  text: string;
}

export function vectorizeVectors({ url, accountId, token }: VectorizeAccount, send: Send): VectorStore {
  const indexes = `${url}/accounts/${encodeURIComponent(accountId)}/vectorize/v2/indexes`;

  /** The result, or undefined when it was refused with one of the codes that are settled by it. */
  async function ask(method: string, path: string, body?: Body, settled: number[] = []): Promise<unknown> {
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
    if (answer?.errors.some(({ code }) => settled.includes(code))) return undefined;
    const words = answer?.errors.map(({ code, message }) => `${message} (${code})`).join('; ');
    throw new VectorStoreError(`Vectorize answered ${method} ${path} with ${status}: ${words ?? 'not in its words'}`);
  }

  return {
    dimensionsMax,
    create: async ({ id, dimensions, metric }) => {
      const config = { dimensions, metric: metrics[metric] };
      await ask('POST', '', json({ name: nameOf(id), config }), [duplicateName]);
    },
    remove: async (id) => {
      await ask('DELETE', `/${nameOf(id)}`, undefined, [notFound, deleted]);
    },
    upsert: async ({ id }, vectors) => {
      const text = vectors.map(({ id, values }) => `${JSON.stringify({ id, values })}\n`).join('');
      await ask('POST', `/${nameOf(id)}/upsert`, { type: 'application/x-ndjson', text });
    },
    search: async ({ id }, vector, limit) => {
      const result = await ask('POST', `/${nameOf(id)}/query`, json({ vector, topK: limit }));
      return read(found, result).matches;
    },
    count: async (ids) => {
      let count = 0;
      for (const id of ids) count += read(info, await ask('GET', `/${nameOf(id)}/info`)).vectorCount;
      return count;
    },
  };
}

async function exchange(send: Send, request: Request) {
  try {
    const response = await send(request);
    return { status: response.status, answer: envelope.safeParse(await response.json().catch(() => undefined)).data };
  } catch (cause) {
    throw new VectorStoreError('Vectorize gave no answer', { cause });
  }
}

function read<Output>(schema: z.ZodType<Output>, result: unknown): Output {
  const parsed = schema.safeParse(result);
  if (!parsed.success) throw new VectorStoreError('Vectorize answered in words that are not its own');
  return parsed.data;
}

/** Names there are of lower-case letters, digits and dashes. */
function nameOf(id: FeatureId): string {
  return `slipway-${id.replace('_', '-')}`;
}

function json(value: unknown): Body {
  return { type: 'application/json', text: JSON.stringify(value) };
}
