// Tests GET /v1/events and the export: visibility, order and paging.
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { documentOf } from '../../../src/app.ts';
import { eventTypeSchema } from '../../../src/contract/events/events.ts';
import { database } from '../../../src/db/client.ts';
import type { Client } from '../../support/client.ts';
import { countedD1 } from '../../support/database/round-trips.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { eventsOf } from '../../support/events.ts';
import { clientWithKey, namespaceIn, type Organization, organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const pageModel = z.object({
  results: z.array(z.looseObject({ id: z.string(), type: z.string() })),
  pagination: z.object({ limit: z.int(), next_cursor: z.string().nullable() }),
});

async function page(client: Client, query = ''): Promise<z.infer<typeof pageModel>> {
  const { status, body, text } = await client.get(`/v1/events${query}`);
  if (status !== 200) throw new Error(`answered ${status}: ${text}`);
  return pageModel.parse(body);
}

async function types(client: Client, query = ''): Promise<string[]> {
  return (await page(client, query)).results.map(({ type }) => type);
}

/** Creates an organization with events one hour apart. */
async function organizationWithEvents(): Promise<{ org: Organization; films: string; times: string[] }> {
  const clock = clockAt(Date.parse('2026-11-20T12:00:00Z'));
  const { fetch } = testApp({ clock, queues: losingQueues().queues });
  const times: string[] = [];
  const pass = () => {
    clock.advance(3_600_000);
    times.push(new Date(clock.now()).toISOString());
  };
  const org = await organization({ fetch });
  pass();
  const films = await namespaceIn(org, 'films');
  pass();
  await org.patch('/v1/namespaces/films', { description: 'changed' });
  pass();
  await org.patch('/v1/namespaces/default', { description: 'changed' });
  return { org, films, times };
}

const made = ['organization.created', 'namespace.created', 'key.created'];
const all = [...made, 'namespace.created', 'namespace.updated', 'namespace.updated'];

describe('the list', () => {
  test('the event list returns events as stored, newest first', async () => {
    const { org, films, times } = await organizationWithEvents();
    expect(await types(org)).toEqual(all.toReversed());
    const [first] = (await page(org, '?limit=1')).results;
    const [row] = (await eventsOf(org)).slice(-1);
    expect(first).toEqual({
      id: row?.id,
      type: 'namespace.updated',
      timestamp: times[2],
      organization_id: org.id,
      namespace_id: org.namespaceId,
      subject_id: org.namespaceId,
      actor: row?.actor,
      data: { fields: ['description'] },
    });
    expect(films).not.toBe(org.namespaceId);
  });

  test('the event list continues in pages, in either order, without gaps or overlap', async () => {
    const { org } = await organizationWithEvents();
    for (const [order, expected] of [
      ['asc', all],
      ['desc', all.toReversed()],
    ] as const) {
      const seen: string[] = [];
      let cursor: string | null = '';
      for (let pages = 0; cursor !== null && pages < all.length; pages++) {
        const { results, pagination } = await page(org, `?limit=4&order=${order}${cursor && `&cursor=${cursor}`}`);
        seen.push(...results.map(({ type }) => type));
        cursor = pagination.next_cursor;
      }
      expect(seen).toEqual(expected);
    }
  });

  test("the event list refuses a cursor of another organization's list", async () => {
    const [{ org }, { org: other }] = [await organizationWithEvents(), await organizationWithEvents()];
    const { pagination } = await page(other, '?limit=4');
    expect(await org.get(`/v1/events?cursor=${pagination.next_cursor}`)).toMatchObject({ status: 422 });
  });

  test('the event list is filtered by type or type prefix', async () => {
    const { org } = await organizationWithEvents();
    expect(await types(org, '?type=namespace.updated')).toEqual(['namespace.updated', 'namespace.updated']);
    expect(await types(org, '?type=namespace.')).toHaveLength(4);
    expect(await types(org, '?type=deployment.')).toEqual([]);
  });

  test('the event list is filtered by subject and by namespace', async () => {
    const { org, films } = await organizationWithEvents();
    expect(await types(org, `?subject=${films}`)).toEqual(['namespace.updated', 'namespace.created']);
    expect(await types(org, `?namespace=${org.namespaceId}`)).toEqual(['namespace.updated', 'namespace.created']);
    expect(await types(org, `?namespace=${films}&type=namespace.created`)).toEqual(['namespace.created']);
    expect(await types(org, '?namespace=films')).toEqual([]);
  });

  test('the event list is filtered by time: since is inclusive, until is exclusive', async () => {
    const { org, times } = await organizationWithEvents();
    expect(await types(org, `?since=${times[1]}`)).toEqual(['namespace.updated', 'namespace.updated']);
    expect(await types(org, `?until=${times[1]}`)).toEqual(['namespace.created', ...made.toReversed()]);
    expect(await types(org, `?since=${times[0]}&until=${times[1]}`)).toEqual(['namespace.created']);
    expect(await types(org, `?since=${encodeURIComponent('2026-11-20T15:00:00+01:00')}`)).toHaveLength(2);
  });

  test.each([
    ['type=nothing', 'type'],
    ['type=deployment', 'type'],
    ['since=yesterday', 'since'],
    ['limit=1001', 'limit'],
    ['limit=0', 'limit'],
    ['order=up', 'order'],
  ])('the event list rejects %s', async (query, name) => {
    const org = await organization();
    const { status, body } = await org.get(`/v1/events?${query}`);
    expect([status, body]).toMatchObject([422, { detail: [{ loc: ['query', name] }] }]);
  });

  test('the event list takes one round trip with a cached key', async () => {
    const counted = countedD1(env.DB);
    const { fetch, settled } = testApp({ db: database(counted.db), queues: losingQueues().queues });
    const org = await organization({ fetch });
    await page(org);
    await settled();
    expect(await counted.during(() => page(org, '?type=namespace.&limit=1000'))).toBe(1);
  });
});

test('the OpenAPI document has a webhook for each event type', () => {
  expect(Object.keys(documentOf(testApp().app).webhooks ?? {})).toEqual(eventTypeSchema.options);
});

describe('event access', () => {
  test('event access requires audit:read', async () => {
    const org = await organization();
    const client = await clientWithKey(org, { scopes: ['plugins:read'] });
    for (const path of ['/v1/events', '/v1/events/export']) expect((await client.get(path)).status).toBe(403);
  });

  test('event access excludes other organizations', async () => {
    const { org } = await organizationWithEvents();
    const other = await organization({ fetch: org.fetch });
    expect(await types(other)).toEqual(made.toReversed());
    expect(await types(other, `?subject=${org.namespaceId}`)).toEqual([]);
  });

  test("event access with a bound key is limited to the key's namespaces, and excludes the export", async () => {
    const { org } = await organizationWithEvents();
    const bound = await clientWithKey(org, { namespaceIds: [org.namespaceId] });
    expect(await types(bound)).toEqual(['namespace.updated', 'namespace.created']);
    const refused = await bound.get('/v1/events/export');
    expect([refused.status, refused.body]).toMatchObject([
      403,
      {
        error: {
          message:
            'This key is bound to namespaces, but the export covers the whole organization. Use a key without namespaces.',
        },
      },
    ]);
  });

  test('the export is an NDJSON file', async () => {
    const org = await organization();
    const request = new Request('http://slipway.test/v1/events/export', {
      headers: { authorization: `Bearer ${org.key}` },
    });
    const response = await org.fetch(request);
    const lines = new TextDecoder().decode(await response.arrayBuffer()).split('\n');
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="events.ndjson"');
    expect(lines.slice(0, 3).map((line) => z.object({ type: z.string() }).parse(JSON.parse(line)).type)).toEqual(made);
    expect(lines.slice(3)).toEqual(['{"end":{"blocks":0,"events":3}}', '']);
  });

  test('the export rejects an invalid block', async () => {
    const org = await organization();
    expect((await org.get('/v1/events/export?from_block=0')).status).toBe(422);
    expect((await org.get('/v1/events/export?from_block=x')).status).toBe(422);
  });
});
