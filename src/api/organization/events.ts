// Serves the audit log routes: list events, and export them with the seals that prove them (docs/events.md).
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { type Actor, requireScope, requireUnbound } from '../../access/actor.ts';
import { eventExport } from '../../contract/limits/events.ts';
import { isoOrNull } from '../../core/clock.ts';
import { formatEvent } from '../../events/event-line.ts';
import { exportEvents } from '../../events/export.ts';
import { listEvents } from '../../events/feed.ts';
import { type AppEnv, requireActor } from '../context/context.ts';
import { json, newRouter, routesOf } from '../openapi/route-definitions.ts';
import { invalidRequest } from '../problems/problem-response.ts';
import { paged, pageFields, paginationModel, wholeNumber } from '../requests/paging.ts';
import { eventFilter, eventModel, instant } from '../responses/event-wire.ts';
import { exportAnswer } from '../responses/export-answer.ts';

const route = routesOf('Events');

const list = route.get('/', 'listEvents', {
  'x-slipway-command': 'events',
  summary: 'List events',
  description: 'Needs the scope `audit:read`. A key bound to namespaces sees only their events.',
  request: {
    query: z.object({
      type: eventFilter.optional(),
      subject: z.string().min(1).max(100).optional().openapi({ description: 'ID of the changed resource' }),
      namespace: z.string().min(1).max(100).optional().openapi({ description: 'ID of a namespace' }),
      since: instant.optional(),
      until: instant.optional().openapi({ description: 'Exclusive' }),
      order: z
        .enum(['desc', 'asc'])
        .default('desc')
        .openapi({ description: '`desc` lists the newest first, `asc` the oldest' }),
      ...pageFields,
    }),
  },
  responses: {
    200: json(
      'A page of events, in the order they were written',
      z.object({
        results: z.array(eventModel),
        pagination: paginationModel,
        archived_until: z.iso.datetime().nullable().openapi({
          description:
            'Events up to this time are archived and only available in the export. Null if none are archived',
        }),
      }),
    ),
  },
});

const exportQuery = z.object({
  from_block: wholeNumber({ min: 1, max: 1_000_000_000, default: 1 }).openapi({
    description: "Start with this block's events",
  }),
  skip: wholeNumber({ min: 0, max: eventExport.skipMax, default: 0 }).openapi({
    description: 'Number of events to skip at the start: events after the last block that were already received',
  }),
});

/** Declared only for the document, because zod-openapi's types allow only JSON and text bodies. */
const download = route.get('/export', 'exportEvents', {
  'x-slipway-command': 'events --export',
  summary: 'Export all events with their seals',
  description:
    'Returns NDJSON: the events in the order they were written, a `{"block": …}` line after the last event of each block, and an `{"end": …}` line at the end. If the end has `next`, request the rest with its values as `from_block` and `skip`; after a connection that was cut, with the number of the next block and of the events received since. docs/events.md describes how to verify it. Needs the scope `audit:read` and a key that is not bound to namespaces.',
  request: { query: exportQuery },
  responses: { 200: { description: 'The export', content: { 'application/x-ndjson': { schema: z.string() } } } },
});

export function events(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openapi(list, async (c) => {
    const query = c.req.valid('query');
    const actor = auditor(requireActor(c));
    const filter = { ...query, subjectId: query.subject, namespaceId: query.namespace };
    const page = await listEvents(c.var.deps, actor, filter, query);
    return c.json({ ...paged(page, query, formatEvent), archived_until: isoOrNull(page.archivedUntil) }, 200);
  });
  routes.openAPIRegistry.registerPath(download);
  routes.get(download.path, (c) => {
    const query = exportQuery.safeParse(c.req.query());
    if (!query.success) throw invalidRequest(query.error, 'query');
    const actor = auditor(requireActor(c));
    requireUnbound(actor, 'the export covers the whole organization');
    const { from_block: fromBlock, skip } = query.data;
    const from = { organizationId: actor.organizationId, fromBlock, skip };
    return exportAnswer(c, 'events.ndjson', exportEvents(c.var.deps, from));
  });
  return routes;
}

function auditor(actor: Actor): Actor {
  requireScope(actor, 'audit:read');
  return actor;
}
