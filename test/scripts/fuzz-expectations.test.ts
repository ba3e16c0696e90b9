// Tests that schemathesis.toml expects the responses that an API-wide rule allows.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';

const openapi = z
  .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
  .parse(JSON.parse(await readFile('openapi.json', 'utf8')));
const operation = z.object({
  operationId: z.string(),
  parameters: z.array(z.object({ $ref: z.string().optional() })).default([]),
});

/** Returns the operations in the blocks of schemathesis.toml that expect this status. */
async function operationsThatExpect(status: number): Promise<Set<string>> {
  const blocks = (await readFile('schemathesis.toml', 'utf8')).split('[[operations]]').slice(1);
  const expecting = blocks.filter((block) => new RegExp(`expected-statuses = .*\\b${status}\\b`).test(block));
  return new Set(expecting.flatMap((block) => [...block.matchAll(/"([a-z]\w+)"/gi)].map(([, id = '']) => id)));
}

test('an Idempotency-Key that was used for another request may get 422 wherever the header is accepted', async () => {
  const accepting = Object.values(openapi.paths)
    .flatMap((item) => Object.values(item))
    .map((one) => operation.parse(one))
    .filter(({ parameters }) => parameters.some(({ $ref }) => $ref?.endsWith('/IdempotencyKey')))
    .map(({ operationId }) => operationId);
  const expecting = await operationsThatExpect(422);
  expect(accepting.length).toBeGreaterThan(20);
  expect(accepting.filter((id) => !expecting.has(id))).toEqual([]);
});
