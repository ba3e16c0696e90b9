// Serves the routes through which the Worker reads and stores instance logs.
import type { HttpBindings } from '@hono/node-server';
import type { Hono } from 'hono';
import { z } from 'zod';
import { type HeldLog, storedChunksSchema } from '../../../src/contract/builder/logs/chunk.ts';
import { Refusal } from '../core/refusal.ts';
import type { InstanceLogs } from '../instances/instance-logs.ts';
import type { Instances } from '../instances/instances.ts';
import { jsonBody } from './json-body.ts';

const unstoredQuery = z.object({
  id: z.string().optional(),
  wait: z.coerce.number().min(0).max(30_000).default(0),
  seal: z.literal('1').optional(),
});

interface LogParts {
  instances: Instances;
  logs: InstanceLogs;
}

export function addLogRoutes(app: Hono<{ Bindings: HttpBindings }>, { instances, logs }: LogParts): void {
  app.get('/logs', async (c) => {
    const query = unstoredQuery.safeParse(c.req.query());
    if (!query.success) throw new Refusal('invalid-request', 'Invalid query. Use `id`, `wait` and `seal`.');
    const { id, wait, seal } = query.data;
    return c.json(await logs.unstored({ id, waitMs: wait, seal: seal === '1' }));
  });

  app.post('/logs/stored', async (c) => {
    logs.stored(await jsonBody(c.env.incoming, storedChunksSchema, 'list of stored chunks'));
    return c.body(null, 204);
  });

  app.get('/logs/:id', (c) => {
    const id = c.req.param('id');
    const state = instances.find(id)?.state ?? null;
    const chunks = logs.held(id, c.req.query('from') ?? '');
    if (state === null && !chunks) throw new Refusal('instance-gone', `There is no log for an instance ${id}.`);
    const held: HeldLog = { state, chunks: chunks ?? [] };
    return c.json(held);
  });
}
