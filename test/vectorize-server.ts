// A stand-in for Cloudflare Vectorize on loopback, for tests that can't reach the real one. It has the part of the REST API that
// Slipway uses, including its errors. An account named `away…` always responds with 503.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { TestProject } from 'vitest/node';
import { z } from 'zod';
import { freePorts, loopback } from '../scripts/machine/ports.ts';

declare module 'vitest' {
  interface ProvidedContext {
    vectorize: { url: string; token: string };
  }
}

const token = 'vectorize-stand-in-token';

export default async function startVectorize(project: TestProject): Promise<() => Promise<void>> {
  const [port = 0] = await freePorts(1);
  const accounts = new Map<string, Map<string, Index>>();
  const server = createServer((request, response) => {
    answer(accounts, request).then(
      (result) => send(response, result),
      (cause) => send(response, { status: 500, error: { code: 1, message: String(cause) } }),
    );
  });
  await new Promise<void>((resolve) => server.listen(port, loopback, resolve));
  project.provide('vectorize', { url: `http://${loopback}:${port}/client/v4`, token });
  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}

const newIndex = z.object({ name: z.string(), config: z.object({ dimensions: z.int(), metric: z.string() }) });
const newVector = z.object({ id: z.string(), values: z.array(z.number()) });
const newQuery = z.object({ vector: z.array(z.number()), topK: z.int() });

interface Index {
  dimensions: number;
  metric: string;
  vectors: Map<string, number[]>;
}

interface Answer {
  status: number;
  result?: unknown;
  error?: { code: number; message: string };
}

function send(response: ServerResponse, { status, result = null, error }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ success: !error, errors: error ? [error] : [], messages: [], result }));
}

async function answer(accounts: Map<string, Map<string, Index>>, request: IncomingMessage): Promise<Answer> {
  if (request.headers.authorization !== `Bearer ${token}`)
    return { status: 403, error: { code: 10000, message: 'Authentication error' } };
  const path = /^\/client\/v4\/accounts\/([^/]+)\/vectorize\/v2\/indexes(?:\/([^/]+)(?:\/(\w+))?)?$/.exec(
    request.url ?? '',
  );
  const [, account = '', name, operation] = path ?? [];
  if (!path) return { status: 404, error: { code: 7000, message: 'No route for that URI' } };
  if (account.startsWith('away')) return { status: 503 };
  const indexes = accounts.get(account) ?? new Map<string, Index>();
  accounts.set(account, indexes);
  const body = await textOf(request);
  if (!name) return create(indexes, newIndex.parse(JSON.parse(body)));
  const index = indexes.get(name);
  if (!index)
    return { status: 404, error: { code: 3000, message: `vectorize.index.not_found - Index name "${name}"` } };
  switch (`${request.method} ${operation ?? ''}`) {
    case 'DELETE ':
      indexes.delete(name);
      return { status: 200 };
    case 'POST upsert':
      return upsert(index, request, body);
    case 'POST query':
      return query(index, newQuery.parse(JSON.parse(body)));
    case 'GET info':
      return { status: 200, result: { dimensions: index.dimensions, vectorCount: index.vectors.size } };
    default:
      return { status: 405, error: { code: 10405, message: 'Method not allowed' } };
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function create(indexes: Map<string, Index>, { name, config }: z.infer<typeof newIndex>): Answer {
  if (!/^[a-z0-9-]{1,64}$/.test(name))
    return { status: 400, error: { code: 3001, message: 'vectorize.index.invalid_name' } };
  if (indexes.has(name))
    return { status: 409, error: { code: 3002, message: `vectorize.index.duplicate_name - Index name "${name}"` } };
  indexes.set(name, { ...config, vectors: new Map() });
  return { status: 200, result: { name, config } };
}

function upsert({ dimensions, vectors }: Index, request: IncomingMessage, body: string): Answer {
  if (request.headers['content-type'] !== 'application/x-ndjson')
    return { status: 415, error: { code: 10415, message: 'Not NDJSON' } };
  for (const line of body.trimEnd().split('\n')) {
    const { id, values } = newVector.parse(JSON.parse(line));
    if (values.length !== dimensions)
      return {
        status: 400,
        error: { code: 4010, message: `invalid vector for id="${id}", expected ${dimensions} dimensions` },
      };
    vectors.set(id, values);
  }
  return { status: 200, result: { mutationId: '0c2e9d3e-0000-0000-0000-000000000000' } };
}

function query({ metric, vectors }: Index, { vector, topK }: z.infer<typeof newQuery>): Answer {
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  const scores: Record<string, (a: number[]) => number> = {
    cosine: (a) => dot(a, vector) / Math.sqrt(dot(a, a) * dot(vector, vector)),
    euclidean: (a) => Math.sqrt(dot(a, a) - 2 * dot(a, vector) + dot(vector, vector)),
    'dot-product': (a) => dot(a, vector),
  };
  const matches = [...vectors].map(([id, values]) => ({ id, score: scores[metric]?.(values) ?? 0 }));
  matches.sort((a, b) => (metric === 'euclidean' ? a.score - b.score : b.score - a.score));
  return { status: 200, result: { count: Math.min(topK, matches.length), matches: matches.slice(0, topK) } };
}
