// Tests that the OpenAPI document and the responses agree about rate limits: which operations have one, and the headers of refusals.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { documentedMethods } from '../../../src/api/openapi/route-definitions.ts';
import { documentOf } from '../../../src/app.ts';
import { testApp } from '../../support/deps.ts';
import { adminAuthorization, organization } from '../../support/scenes/organization.ts';

const org = await organization();
const limited = testApp({ rateLimiter: { limit: async () => ({ success: false }) } });
const unlimited = testApp();

const header = z.object({
  $ref: z.string().optional(),
  schema: z.object({ type: z.string(), pattern: z.string().optional(), minimum: z.number().optional() }).optional(),
});
const answer = z.object({ $ref: z.string().optional(), headers: z.record(z.string(), header).optional() });
const { paths, components } = z
  .object({
    paths: z.record(
      z.string(),
      z.record(z.string(), z.object({ operationId: z.string(), responses: z.record(z.string(), answer) })),
    ),
    components: z.object({ responses: z.record(z.string(), answer), headers: z.record(z.string(), header) }),
  })
  .parse(JSON.parse(JSON.stringify(documentOf(limited.app))));
const operations = Object.entries(paths).flatMap(([path, item]) =>
  documentedMethods.flatMap((method) => {
    const operation = item[method];
    return operation ? [{ method, path, ...operation }] : [];
  }),
);

function named<Value>(ref: string | undefined, all: Record<string, Value>): Value | undefined {
  return ref === undefined ? undefined : all[ref.slice(ref.lastIndexOf('/') + 1)];
}

/** Returns the response headers in the document, with each header's format. */
function declared({ responses }: (typeof operations)[number], status: number): Map<string, z.infer<typeof header>> {
  const own = responses[status];
  const { headers = {} } = named(own?.$ref, components.responses) ?? own ?? {};
  return new Map(Object.entries(headers).map(([name, one]) => [name, named(one.$ref, components.headers) ?? one]));
}

function send({ fetch }: typeof limited, { method, path }: { method: string; path: string }): Promise<Response> {
  const authorization = path.startsWith('/v1/admin/') ? adminAuthorization : `Bearer ${org.key}`;
  const url = `http://slipway.test${path.replaceAll(/\{\w+\}/g, 'none')}`;
  const body = method === 'post' ? { body: '{"link":"none"}' } : {};
  const headers = { authorization, 'content-type': 'application/json' };
  return fetch(new Request(url, { method: method.toUpperCase(), headers, ...body }));
}

test('operations that document 429, and no others, return it over the limit, with exactly the documented headers', async () => {
  const faults: string[] = [];
  let refused = 0;
  for (const operation of operations) {
    const response = await send(limited, operation);
    await response.body?.cancel();
    const says = 429 in operation.responses;
    if (says !== (response.status === 429)) faults.push(`${operation.operationId} answers ${response.status}`);
    if (!says) continue;
    refused += 1;
    const headers = declared(operation, 429);
    expect([...headers.keys()].sort()).toEqual(['ratelimit', 'retry-after', 'slipway-request-id', 'vary']);
    for (const [name, { schema }] of headers) {
      const value = response.headers.get(name) ?? '';
      const isNumber = schema?.type !== 'integer' || Number(value) >= (schema.minimum ?? 0);
      if (value === '' || !isNumber || !new RegExp(schema?.pattern ?? '').test(value))
        faults.push(`${operation.operationId} ${name}: ${value}`);
    }
  }
  expect(faults).toEqual([]);
  expect(refused).toBe(operations.length - 1);
});

test('responses within the limit have no rate-limit headers, in the document and on the wire', async () => {
  const limits = (names: Iterable<string>) => [...names].filter((name) => name.includes('ratelimit'));
  const inDocument = operations.flatMap((operation) =>
    Object.keys(operation.responses)
      .filter((status) => status !== '429')
      .flatMap((status) => limits(declared(operation, Number(status)).keys())),
  );
  expect(inDocument).toEqual([]);
  for (const path of ['/v1/keys', '/api/plugins', '/openapi.json', '/v1/keys/none']) {
    const response = await send(unlimited, { method: 'get', path });
    await response.body?.cancel();
    expect(limits(response.headers.keys())).toEqual([]);
  }
});
