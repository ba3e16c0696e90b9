// The routes of the fake Cloudflare API that deploy a Worker: its script, secrets, triggers, addresses and containers.
import { z } from 'zod';
import type { Account, Worker } from './account.ts';
import { type Answer, ok, page, refused } from './answers.ts';
import { type Route, route } from './route.ts';

const unknownService = refused(404, 10_090, 'This service does not exist on your account.');
const unknownScript = refused(404, 10_007, 'This Worker does not exist on your account.');

function ofWorker(answer: (worker: Worker, body: unknown, account: Account) => Answer): Route['answer'] {
  return (account, { name = '' }, { body }) => {
    const worker = account.workers.get(name);
    return worker ? answer(worker, body, account) : unknownScript;
  };
}

function newWorker(): Worker {
  return { secrets: [], versions: 0, bindings: [], crons: [], domains: [], onSubdomain: false };
}

const metadataSchema = z.looseObject({
  bindings: z.array(z.looseObject({ type: z.string(), name: z.string() })),
});

/** Returns the `metadata` part of a multipart form. */
function metadataOf(body: unknown): z.infer<typeof metadataSchema> {
  const [, json = ''] = /name="metadata"(?:; [^\r\n]*)?\r\n(?:[^\r\n]+\r\n)*\r\n([^\r]*)\r\n/.exec(String(body)) ?? [];
  return metadataSchema.parse(JSON.parse(json));
}

const scriptRoutes = [
  route('GET', '/workers/services/:name', 'Workers Scripts Edit', (account, { name = '' }) =>
    account.workers.has(name)
      ? ok({ id: name, default_environment: { environment: 'production', script: { last_deployed_from: 'wrangler' } } })
      : unknownService,
  ),
  route(
    'GET',
    '/workers/workers/:name',
    'Workers Scripts Edit',
    ofWorker(({ onSubdomain }) =>
      ok({ id: 'worker', name: 'slipway', subdomain: { enabled: onSubdomain, previews_enabled: false }, tags: [] }),
    ),
  ),
  route(
    'GET',
    '/workers/scripts/:name/settings',
    'Workers Scripts Edit',
    ofWorker(({ bindings }) => ok({ bindings })),
  ),
  route(
    'PATCH',
    '/workers/scripts/:name/script-settings',
    'Workers Scripts Edit',
    ofWorker(() => ok({})),
  ),
  route(
    'GET',
    '/workers/scripts/:name/secrets',
    'Workers Scripts Edit',
    ofWorker(({ secrets }) => ok(secrets.map((name) => ({ name, type: 'secret_text' })))),
  ),
  route('POST', '/workers/scripts/:name/assets-upload-session', 'Workers Scripts Edit', () =>
    ok({ jwt: 'assets-token', buckets: [] }),
  ),
  route('PUT', '/workers/scripts/:name', 'Workers Scripts Edit', (account, { name = '' }, { body }) => {
    const { bindings } = metadataOf(body);
    const missing = bindings.find((binding) => isMissing(account, binding));
    if (missing) return refused(400, 10_181, `The binding ${missing.name} names what does not exist.`);
    const worker = account.workers.get(name) ?? newWorker();
    account.workers.set(name, worker);
    const given = bindings.filter(({ type }) => type === 'secret_text').map((secret) => secret.name);
    worker.secrets = [...new Set([...worker.secrets, ...given])].sort();
    worker.bindings = bindings
      .filter(({ type }) => type !== 'secret_text')
      .map((binding) => ({ ...binding, namespace_id: `namespace-of-${binding.name}` }));
    worker.versions += 1;
    return ok({
      id: name,
      etag: 'etag',
      startup_time_ms: 10,
      deployment_id: versionId(worker),
      entry_point: 'worker.js',
    });
  }),
  route(
    'GET',
    '/workers/scripts/:name/deployments',
    'Workers Scripts Edit',
    ofWorker((worker) =>
      ok({
        deployments: [
          {
            id: versionId(worker),
            strategy: 'percentage',
            source: 'wrangler',
            author_email: 'operator@example.com',
            created_on: '2026-01-01T00:00:00Z',
            versions: [{ version_id: versionId(worker), percentage: 100 }],
          },
        ],
      }),
    ),
  ),
  route(
    'GET',
    '/workers/scripts/:name/versions/:version',
    'Workers Scripts Edit',
    ofWorker((worker) =>
      ok({ id: versionId(worker), number: worker.versions, metadata: {}, resources: { bindings: worker.bindings } }),
    ),
  ),
  route(
    'PUT',
    '/workers/scripts/:name/schedules',
    'Workers Scripts Edit',
    ofWorker((worker, body) => {
      worker.crons = z.array(z.object({ cron: z.string() })).parse(body);
      return ok({ schedules: worker.crons });
    }),
  ),
  route(
    'GET',
    '/workers/scripts/:name/subdomain',
    'Workers Scripts Edit',
    ofWorker(({ onSubdomain }) => ok({ enabled: onSubdomain, previews_enabled: false })),
  ),
  route(
    'POST',
    '/workers/scripts/:name/subdomain',
    'Workers Scripts Edit',
    ofWorker((worker, body) => {
      worker.onSubdomain = z.looseObject({ enabled: z.boolean() }).parse(body).enabled;
      return ok({ enabled: worker.onSubdomain, previews_enabled: false });
    }),
  ),
  route('GET', '/workers/subdomain', 'Workers Scripts Edit', () => ok({ subdomain: 'acme' })),
  route(
    'PUT',
    '/workers/scripts/:name/domains/records',
    'Workers Scripts Edit',
    ofWorker((worker, body) => {
      const { origins } = z.looseObject({ origins: z.array(z.looseObject({ hostname: z.string() })) }).parse(body);
      worker.domains = origins.map(({ hostname }) => hostname);
      return ok({});
    }),
  ),
  route('GET', '/workers/domains', 'Workers Scripts Edit', ({ workers }, _, { query }) =>
    page(
      [...workers].flatMap(([service, { domains }]) =>
        domains.filter((name) => name === query.get('hostname')).map((hostname) => ({ hostname, service })),
      ),
    ),
  ),
  route('GET', '/zones', 'Zone Read', (_, __, { query }) =>
    page(query.get('name') === 'example.com' ? [{ id: 'zone', name: 'example.com' }] : []),
  ),
  route('GET', '/zones/zone/dns_records', 'DNS Read', ({ records }, _, { query }) =>
    page(records.filter(({ name }) => name === query.get('name.exact'))),
  ),
  route(
    'POST',
    '/workers/scripts/:name/domains/changeset',
    'Workers Scripts Edit',
    ofWorker(() => ok({ added: [], removed: [], updated: [], conflicting: [] })),
  ),
];

function versionId({ versions }: Worker): string {
  return `00000000-0000-4000-8000-${String(versions).padStart(12, '0')}`;
}

/** A deployment is refused if one of the databases or buckets bound to it is missing. */
function isMissing(account: Account, binding: Record<string, unknown>): boolean {
  if (binding.type === 'd1') return !account.databases.has(String(binding.id ?? binding.database_id));
  if (binding.type === 'r2_bucket') return !account.buckets.has(String(binding.bucket_name));
  return false;
}

const configurationSchema = z.looseObject({ image: z.string() });
const applicationSchema = z.looseObject({ name: z.string(), configuration: configurationSchema });
const containerRoutes = [
  route('GET', '/containers/me', 'Containers Edit', ({ id }) =>
    ok({
      account_id: id,
      external_account_id: id,
      legacy_identity: '',
      capabilities: [],
      locations: [],
      limits: {},
      defaults: {},
    }),
  ),
  route('GET', '/containers/applications', 'Containers Edit', ({ containers }) =>
    page([...containers].map(([id, application]) => ({ id, ...application }))),
  ),
  route('POST', '/containers/applications', 'Containers Edit', (account, _, { body }) => {
    const application = applicationSchema.parse(body);
    if ([...account.containers.values()].some(({ name }) => name === application.name))
      return refused(409, 1609, 'APPLICATION_NAME_IN_USE');
    const id = account.newId();
    account.containers.set(id, application);
    return ok({ id, ...application });
  }),
  route('PATCH', '/containers/applications/:id', 'Containers Edit', ({ containers }, { id = '' }, { body }) => {
    const application = containers.get(id);
    if (!application) return refused(404, 1000, 'APPLICATION_NOT_FOUND');
    Object.assign(application, z.looseObject({}).parse(body));
    return ok({ id, ...application });
  }),
  route('POST', '/containers/applications/:id/rollouts', 'Containers Edit', ({ containers }, { id = '' }, { body }) => {
    const application = containers.get(id);
    if (!application) return refused(404, 1000, 'APPLICATION_NOT_FOUND');
    application.configuration = z
      .looseObject({ target_configuration: configurationSchema })
      .parse(body).target_configuration;
    return ok({ id });
  }),
];

export const workerRoutes: Route[] = [...scriptRoutes, ...containerRoutes];
