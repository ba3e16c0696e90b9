// Tests quotas: the operator sets them, and concurrent requests cannot exceed them.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type QuotaResource, quotaTable } from '../../src/contract/limits/quotas.ts';
import { database } from '../../src/db/client.ts';
import { deployments } from '../../src/db/schema/deploy.ts';
import { type Answer, clientOf } from '../support/client.ts';
import { testApp } from '../support/deps.ts';
import { eventsOf } from '../support/events.ts';
import { manifest, plugin } from '../support/plugins/plugin.ts';
import { confirm, publish, uploaded } from '../support/plugins/publish.ts';
import { adminAuthorization, clientWithKey, type Organization, organization } from '../support/scenes/organization.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';

const app = testApp({ queues: losingQueues().queues });
const operator = clientOf(adminAuthorization, app.fetch);

async function acme(): Promise<Organization> {
  return organization({ fetch: app.fetch });
}

function setQuotas({ id }: Organization, quotas: Partial<Record<QuotaResource, number | null>>): Promise<Answer> {
  return operator.send('PATCH', `/v1/admin/organizations/${id}/quotas`, { body: quotas });
}

async function usageOf({ id }: Organization, resource: QuotaResource): Promise<unknown> {
  return Object((await operator.get(`/v1/admin/organizations/${id}`)).body).quotas[resource];
}

/** Publishes a deployable realtime version. Returns its path. */
async function deployable(org: Organization, name: string, version = '1.0.0'): Promise<string> {
  const { plugin_id } = await publish(org, plugin({ name, version, realtime: true }));
  return `${org.plugins}/${plugin_id}`;
}

/** Publishes a plugin that declares its number of instances. */
async function scaled(org: Organization, name: string, instances: string, version = '1.0.0'): Promise<string> {
  const files = { 'manifest.py': manifest({ name, version, extra: `serve_config = {"instances": ${instances}}\n` }) };
  const { plugin_id } = await publish(org, plugin({ name, version, realtime: true, files }));
  return `${org.plugins}/${plugin_id}`;
}

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

  test('stored bytes count each archive once, even if several versions share it', async () => {
    const org = await acme();
    await publish(org, small);
    await publish({ ...org, plugins: '/v1/plugins' }, small);
    expect(await usageOf(org, 'stored_bytes')).toMatchObject({ used: small.zip.length });
  });

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

  test('stored bytes stop counting when the version is deleted', async () => {
    const org = await acme();
    const { plugin_id } = await publish(org, small);
    await setQuotas(org, { stored_bytes: small.zip.length });
    await org.del(`${org.plugins}/${plugin_id}`);
    await publish(org, small);
  });
});

describe('live deployments', () => {
  async function atLimit(): Promise<{ org: Organization; path: string }> {
    const org = await acme();
    const path = await deployable(org, 'live_ext');
    await org.post(`${path}/deploy`);
    await setQuotas(org, { live_deployments: 1 });
    return { org, path };
  }

  test('live deployments do not include redeployments, or batch-only deployments', async () => {
    const { org, path } = await atLimit();
    expect((await org.post(`${path}/deploy`)).status).toBe(200);
    const other = await deployable(org, 'other_ext');
    expect((await org.post(`${other}/deploy?deployment_type=batch_only`)).status).toBe(200);
    expect((await org.post(`${other}/deploy`)).status).toBe(403);
  });

  test('live deployments count a name once, however many of its versions are live', async () => {
    const { org, path } = await atLimit();
    for (const version of ['1.1.0', '1.2.0', '1.3.0'])
      expect((await org.post(`${await deployable(org, 'live_ext', version)}/deploy`)).status).toBe(200);
    expect(await usageOf(org, 'live_deployments')).toEqual({ used: 1, max_allowed: 1 });
    const other = await deployable(org, 'other_ext');
    expect((await org.post(`${other}/deploy`)).status).toBe(403);
    await org.post(`${path}/undeploy`);
    expect((await org.post(`${other}/deploy`)).status).toBe(403);
    expect(await usageOf(org, 'live_deployments')).toMatchObject({ used: 1 });
    await org.post(`${org.plugins}/by-name/live_ext/undeploy`, { keep: 0 });
    expect((await org.post(`${other}/deploy`)).status).toBe(200);
  });

  test('live deployments stop counting when they are undeployed', async () => {
    const { org, path } = await atLimit();
    const other = await deployable(org, 'other_ext');
    await org.post(`${path}/undeploy`);
    expect((await org.post(`${other}/deploy`)).status).toBe(200);
  });

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

describe('instances', () => {
  test('instances count once per plugin, with the highest limit of its versions', async () => {
    const org = await acme();
    const path = await scaled(org, 'wide_ext', '{"min": 1, "max": 4}');
    await org.post(`${path}/deploy`);
    await org.post(`${path}/deploy`);
    await org.post(`${await scaled(org, 'wide_ext', '{"max": 6}', '1.1.0')}/deploy`);
    expect(await usageOf(org, 'instances')).toMatchObject({ used: 6 });
    expect(await usageOf(org, 'warm_instances')).toMatchObject({ used: 1 });
  });

  test('instances over the quota reject a deployment, and the error says how many it would add', async () => {
    const org = await acme();
    await setQuotas(org, { instances: 5 });
    await org.post(`${await scaled(org, 'wide_ext', '{"max": 4}')}/deploy`);
    const { status, body } = await org.post(`${await scaled(org, 'other_ext', '{"max": 2}')}/deploy`);
    const message = expect.stringContaining('has 4 of 5 instances that its plugins may have, and this needs 2 more.');
    expect({ status, body }).toMatchObject({ status: 403, body: { error: { message } } });
    expect((await org.post(`${await scaled(org, 'wide_ext', '{"max": 5}', '1.1.0')}/deploy`)).status).toBe(200);
    const plain = await deployable(org, 'plain_ext');
    expect((await org.post(`${plain}/deploy`)).status).toBe(200);
    const batch = await scaled(org, 'batch_ext', '{"max": 9}');
    expect((await org.post(`${batch}/deploy?deployment_type=batch_only`)).status).toBe(200);
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
