// Reads the IDs in a run's path.
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { notFound } from '../../access/actor.ts';
import { isId } from '../../core/ids.ts';
import { type AppEnv, parseNamespaceId } from '../context.ts';

export const oneRun = { params: z.object({ namespace_id: z.string(), run_id: z.string() }) };

/** Parses the IDs. Text that isn't an ID gets the same response as a missing run. */
export function toRunIds({ namespace_id, run_id }: { namespace_id: string; run_id: string }) {
  if (!isId('run', run_id)) throw notFound('run', run_id);
  return { namespaceId: parseNamespaceId(namespace_id), id: run_id };
}

export function idsIn(c: Context<AppEnv>) {
  return toRunIds({ namespace_id: c.req.param('namespace_id') ?? '', run_id: c.req.param('run_id') ?? '' });
}
