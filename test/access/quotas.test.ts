// Tests quotas: the operator sets them, and concurrent requests cannot exceed them.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type QuotaResource, quotaTable } from '../../src/contract/limits/quotas.ts';
import { database } from '../../src/db/client.ts';
import { deployments } from '../../src/db/schema/deploy.ts';
import { type Answer, clientOf } from '../support/client.ts';
import { eventsOf } from '../support/events.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { confirm, publish, uploaded } from '../support/plugins/publish.ts';
import { clientWithKey, type Organization } from '../support/scenes/organization.ts';
import { acme, app, deployable, operator, scaled, setQuotas, usageOf } from './quota-scene.ts';

const names = ['one', 'two', 'three'];

const nothing = { archives: 0, models: 0, artifacts: 0, runs: 0, later_calls: 0, logs: 0 };

/** Prepares, for each resource, concurrent requests that each add one. */
const races: [
  resource: QuotaResource,
  what: string,
  prepare: (org: Organization) => Promise<(() => Promise<Answer>)[]>,
][] = [
  [
    'keys',
    'active keys',
    async (org) => names.map((name) => () => org.post('/v1/keys', { name, scopes: ['plugins:read'] })),
  ],
  [
    'namespaces',
    'namespaces',
    async (org) => {
      const feature_extractors = [{ feature_extractor_name: 'text', version: '1.0.0' }];
      return names.map((name) => () => org.post('/v1/namespaces', { namespace_name: name, feature_extractors }));
    },
  ],
  [
    'live_deployments',
    'live plugins',
    async (org) => {
      const paths = await Promise.all(names.map((name) => deployable(org, `${name}_ext`)));
      return paths.map((path) => () => org.post(`${path}/deploy`));
    },
  ],
  ...(['instances', 'warm_instances'] as const).map((resource): (typeof races)[number] => [
    resource,
    quotaTable[resource].what,
    async (org) => {
      const paths = await Promise.all(names.map((name) => scaled(org, `${name}_ext`, '{"min": 1, "max": 1}')));
      return paths.map((path) => () => org.post(`${path}/deploy`));
    },
  ]),
  [
    'plugins_per_namespace',
    'plugins',
    async (org) => {
      const open = await Promise.all(
        names.map((name) => uploaded(org, { name: `${name}_ext` }, plugin({ name: `${name}_ext` }).zip)),
      );
      return open.map((upload) => () => confirm(org, upload));
    },
  ],
];

test.each(races)('one of three concurrent requests fits: %s', async (resource, what, prepare) => {
  const org = await acme();
  const requests = await prepare(org);
  const { used } = Object(await usageOf(org, resource));
  await setQuotas(org, { [resource]: used + 1 });
  const answers = await Promise.all(requests.map((send) => send()));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403]);
  const where = resource === 'plugins_per_namespace' ? 'This namespace' : 'This organization';
  const { remedy } = quotaTable[resource];
  const message = `${where} has ${used + 1} of ${used + 1} ${what}. ${remedy}.`;
  const details = { resource, current_count: used + 1, max_allowed: used + 1 };
  const [rejected] = answers.filter(({ status }) => status === 403);
  expect(rejected?.body).toMatchObject({
    error: { type: 'QuotaExceededError', message, details },
    detail: { type: 'QuotaExceededError', message, details },
  });
  expect(await usageOf(org, resource)).toEqual({ used: used + 1, max_allowed: used + 1 });
});

describe('stored bytes', () => {
  const small = plugin({ name: 'small_ext' });

  const other = plugin({ name: 'other_ext' });

  test('stored bytes are checked by confirm, which succeeds on retry once there is quota', async () => {
    const org = await acme();
    await publish(org, small);
    const upload = await uploaded(org, other, other.zip);
    const limit = small.zip.length + other.zip.length;
    await setQuotas(org, { stored_bytes: limit - 1 });
    const { status, body } = await confirm(org, upload);
    expect({ status, body }).toMatchObject({
      status: 403,
      body: {
        error: { details: { resource: 'stored_bytes', current_count: small.zip.length, max_allowed: limit - 1 } },
      },
    });
    await setQuotas(org, { stored_bytes: limit });
    expect((await confirm(org, upload)).status).toBe(200);
    expect((await org.post(`${org.plugins}/uploads`, { name: 'third_ext' })).body).toMatchObject({
      error: {
        message: expect.stringContaining(
          `This organization has ${limit} of ${limit} stored bytes. Archives hold ${limit} of them. Delete versions`,
        ),
      },
    });
  });
});

describe('live deployments', () => {
  test('live deployments are checked on a rollback, which changes nothing if the quota is used up', async () => {
    const org = await acme();
    const first = await deployable(org, 'rolled_ext');
    await org.post(`${first}/deploy?deployment_type=batch_only`);
    await deployable(org, 'rolled_ext', '1.1.0');
    const before = (await eventsOf(org)).length;
    await setQuotas(org, { live_deployments: 0 });
    expect((await eventsOf(org)).slice(before).map(({ type }) => type)).toEqual(['organization.quotas_changed']);
    const rollback = () => org.post(`${org.plugins}/by-name/rolled_ext/rollback`, { version: '1.1.0' });
    const rejected = await rollback();
    expect({ status: rejected.status, body: rejected.body }).toMatchObject({
      status: 403,
      body: { error: { details: { resource: 'live_deployments', current_count: 0, max_allowed: 0 } } },
    });
    expect(await eventsOf(org)).toHaveLength(before + 1);
    await setQuotas(org, { live_deployments: 1 });
    expect((await rollback()).body).toMatchObject({ traffic: 'deploying' });
    const rows = await database(env.DB).select().from(deployments).where(eq(deployments.organizationId, org.id));
    expect(rows).toHaveLength(2);
  });
});

test("a key of any scope sees its organization's usage and quotas", async () => {
  const org = await acme();
  await setQuotas(org, { keys: 2 });
  const reader = await clientWithKey(org, { scopes: ['plugins:invoke'] });
  expect((await reader.get('/v1/quotas')).body).toEqual({
    organization_id: org.id,
    quotas: {
      plugins_per_namespace: { used: 0, max_allowed: 10 },
      stored_bytes: { used: 0, max_allowed: 100 * 2 ** 30, held_by: nothing },
      live_deployments: { used: 0, max_allowed: 50 },
      instances: { used: 0, max_allowed: 64 },
      warm_instances: { used: 0, max_allowed: 4 },
      keys: { used: 2, max_allowed: 2 },
      namespaces: { used: 1, max_allowed: 100 },
      webhook_endpoints: { used: 0, max_allowed: 50 },
      model_uploads: { used: 0, max_allowed: 20 },
      log_bytes_per_day: { used: 0, max_allowed: 2 ** 30 },
      parallel_later_calls: { used: 0, max_allowed: 10 },
      parallel_runs: { used: 0, max_allowed: 8 },
      queued_later_calls: { used: 0, max_allowed: 20_000 },
      unfinished_runs: { used: 0, max_allowed: 200 },
    },
  });
});

const pageModel = z.object({
  results: z.array(z.object({ organization_id: z.string() })),
  pagination: z.object({ next_cursor: z.string().nullable() }),
});

describe('the operator', () => {
  test('the operator sees usage and quotas, and changes only the given quotas', async () => {
    const org = await acme();
    const { body } = await setQuotas(org, { keys: 2, namespaces: 7 });
    const shown = {
      organization_id: org.id,
      name: 'Acme',
      jurisdiction: null,
      created_at: expect.any(String),
      quotas: {
        plugins_per_namespace: { used: 0, max_allowed: 10 },
        stored_bytes: { used: 0, max_allowed: 100 * 2 ** 30, held_by: nothing },
        live_deployments: { used: 0, max_allowed: 50 },
        instances: { used: 0, max_allowed: 64 },
        warm_instances: { used: 0, max_allowed: 4 },
        keys: { used: 1, max_allowed: 2 },
        namespaces: { used: 1, max_allowed: 7 },
        webhook_endpoints: { used: 0, max_allowed: 50 },
        model_uploads: { used: 0, max_allowed: 20 },
        log_bytes_per_day: { used: 0, max_allowed: 2 ** 30 },
        parallel_later_calls: { used: 0, max_allowed: 10 },
        parallel_runs: { used: 0, max_allowed: 8 },
        queued_later_calls: { used: 0, max_allowed: 20_000 },
        unfinished_runs: { used: 0, max_allowed: 200 },
      },
    };
    expect(body).toEqual(shown);
    expect((await operator.get(`/v1/admin/organizations/${org.id}`)).body).toEqual(shown);
    expect((await setQuotas(org, { keys: null })).body).toMatchObject({
      quotas: { keys: { max_allowed: 100 }, namespaces: { max_allowed: 7 } },
    });
    const [, last] = (await eventsOf(org)).slice(-2);
    expect(last).toMatchObject({
      type: 'organization.quotas_changed',
      subjectId: org.id,
      actor: { type: 'admin', id: 'admin-token' },
      data: { quotas: { keys: null } },
    });
  });

  test('the operator removes nothing by lowering a quota', async () => {
    const org = await acme();
    await setQuotas(org, { keys: 0 });
    expect((await org.get('/v1/keys')).status).toBe(200);
    expect((await org.post('/v1/keys', { name: 'more', scopes: ['plugins:read'] })).status).toBe(403);
  });

  test('the operator lists organizations in pages', async () => {
    const organizations = [await acme(), await acme()];
    const listed: string[] = [];
    let query: string | undefined = '';
    for (let pages = 0; query !== undefined && pages < 100; pages++) {
      const { body } = await operator.get(`/v1/admin/organizations?limit=3${query}`);
      const { results, pagination } = pageModel.parse(body);
      listed.push(...results.map(({ organization_id }) => organization_id));
      query = pagination.next_cursor === null ? undefined : `&cursor=${pagination.next_cursor}`;
    }
    expect(query).toBeUndefined();
    expect(listed.slice(-2)).toEqual(organizations.map(({ id }) => id));
    expect(new Set(listed).size).toBe(listed.length);
  });

  test.each([
    ['GET', ''],
    ['PATCH', '/quotas'],
    ['POST', '/keys'],
  ])('the operator gets 404 for an unknown organization: %s', async (method, path) => {
    for (const id of ['org_00000000000000000000000000', 'nonsense']) {
      const sent = method === 'GET' ? {} : { body: { name: 'x', scopes: ['plugins:read'] } };
      const { status, body } = await operator.send(method, `/v1/admin/organizations/${id}${path}`, sent);
      expect({ status, body }).toMatchObject({ status: 404, body: { detail: `Organization not found: ${id}` } });
    }
  });

  test('the operator stores nothing for an unknown organization', async () => {
    const organizationId = 'org_00000000000000000000000000';
    const path = `/v1/admin/organizations/${organizationId}/quotas`;
    expect((await operator.send('PATCH', path, { body: { keys: 5 } })).status).toBe(404);
    const stored = await env.DB.prepare(
      `select (select count(*) from quotas where organization_id = ?1) as quotas,
        (select count(*) from events where organization_id = ?1) as events`,
    )
      .bind(organizationId)
      .first();
    expect(stored).toEqual({ quotas: 0, events: 0 });
  });

  test('the operator creates a key for an organization that has none', async () => {
    const org = await acme();
    const [first] = Object((await org.get('/v1/keys')).body).results;
    await org.del(`/v1/keys/${first.key_id}?allow_last=true`);
    const fields = { name: 'again', scopes: ['keys:admin'] };
    const { body } = await operator.post(`/v1/admin/organizations/${org.id}/keys`, fields);
    const key = clientOf(`Bearer ${Object(body).api_key}`, app.fetch);
    expect((await key.get(`/v1/keys/${Object(body).key_id}`)).body).toMatchObject({ name: 'again', expires_at: null });
  });
});
