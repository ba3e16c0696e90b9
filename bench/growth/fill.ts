// Fills a local database through SQL with the row counts in design §9a. Scale 1 is 2,000 organizations, 110,000 versions (100,000 in
// one organization), 330,000 deployments and 1,000,000 events. Stop the Worker first, because this opens the database file directly.
import { DatabaseSync } from 'node:sqlite';
import { firstIdAt } from '../../src/core/ids.ts';
import { policyVersion } from '../../src/scan/scan.ts';
import { sealAll } from './seal.ts';

export interface Fill {
  /** Organization and namespace of the key that the operations use. Most rows belong to them. */
  organizationId: string;
  namespaceId: string;
  /** 1 for the full size, 0 for one row of each kind. */
  scale: number;
  /** Part of every digest, so that two fills differ. */
  seed: number;
  now: number;
}

const day = 86_400_000;
const actor = JSON.stringify({ type: 'key', id: 'key_00000000000000000000000001' });

const manifest = JSON.stringify({
  feature_extractor_name: 'growth_ext',
  version: '1.0.0',
  description: 'An extractor of the growth benchmark. '.repeat(20),
  category: 'text',
  feature_uri: null,
  features: [
    { feature_type: 'embedding', feature_name: 'embedding', embedding_dim: 384, distance_metric: 'cosine' },
    { feature_type: 'embedding', feature_name: 'summary', embedding_dim: 768, distance_metric: 'cosine' },
  ],
  supported_input_types: ['text'],
  input_schema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
  output_schema: { embedding: { type: 'array' }, summary: { type: 'array' } },
  parameter_schema: null,
  required_vector_indexes: null,
  dependencies: ['numpy==2.1.0'],
  compute_profile: null,
  serve_config: null,
  cost_rates: null,
  tier: null,
  tier_label: null,
  input_mappings: null,
});

export function fill(file: string, plan: Fill): void {
  const db = new DatabaseSync(file);
  db.exec(
    'pragma journal_mode = wal; pragma synchronous = off; pragma cache_size = -400000; pragma foreign_keys = off',
  );
  const sizes = sizesOf(plan.scale);
  db.exec('begin');
  numbers(db, sizes);
  for (const statement of statements(plan, sizes)) db.exec(statement);
  sealAll(db, plan.now);
  db.exec(
    'insert or replace into progress (work, seq) select value, (select coalesce(max(seq), 0) from events) from json_each(\'["sealing","fan-out"]\')',
  );
  db.exec('commit');
  const broken = db.prepare('pragma foreign_key_check').all();
  if (broken.length > 0) throw new Error(`broken foreign keys: ${JSON.stringify(broken.slice(0, 3))}`);
  db.exec('pragma wal_checkpoint(truncate)');
  db.close();
}

function sizesOf(scale: number) {
  const of = (full: number, least = 1) => Math.max(least, Math.round(full * scale));
  return {
    organizations: of(2000),
    /** Plugins in each of the large organization's five namespaces, and in the organization itself. */
    plugins: of(900),
    organizationPlugins: of(500),
    deepVersions: of(2000, 2),
    versions: scale === 0 ? 2 : 20,
    eventsPerVersion: scale === 0 ? 1 : 9,
    deliveries: of(100_000),
    agents: of(20_000),
    keys: of(2000),
    outbox: of(60_000),
    idempotencyKeys: of(5000),
    waivers: of(1000),
  };
}
type Sizes = ReturnType<typeof sizesOf>;

function numbers(db: DatabaseSync, sizes: Sizes): void {
  const most = Math.max(sizes.deliveries, sizes.outbox, sizes.organizations * 5, sizes.deepVersions, 20);
  db.exec(`create temp table n (i integer primary key);
    insert into n with recursive c(i) as (select 1 union all select i + 1 from c where i < ${most}) select i from c;
    create temp table p (i integer primary key, org text, owner text, name text, kind text, versions integer);
    create temp table v (i integer primary key, plugin integer, org text, owner text, name text, number integer, versions integer)`);
}

/** SQL for an ID that sorts before the IDs that Slipway creates. */
const id = (prefix: string, number: string) => `('${prefix}_0' || printf('%025d', ${number}))`;

function statements(plan: Fill, sizes: Sizes): string[] {
  return [
    ...tenants(plan, sizes),
    ...plugins(plan, sizes),
    ...versions(plan),
    ...deployments(plan),
    ...others(plan, sizes),
  ];
}

function tenants({ organizationId, now }: Fill, { organizations, keys }: Sizes): string[] {
  const created = now - 500 * day;
  const key = (number: string, organization: string) =>
    `${id('key', number)}, ${organization}, 'key ' || i, 'sk_growth', printf('%064x', ${number}), '["plugins:read"]', ${created}`;
  return [
    `insert into organizations (id, name, created_at) select ${id('org', 'i')}, 'organization ' || i, ${created} + i from n where i <= ${organizations}`,
    `insert into namespaces (id, organization_id, name, type, feature_extractors, settings, created_at, updated_at)
       select ${id('ns', 'i')}, ${id('org', 'i')}, 'default', 'standard', '[]', '{}', ${created}, ${created} from n where i <= ${organizations}
       union all select ${id('ns', '9000000 + i')}, '${organizationId}', 'space_' || i, 'standard', '[]', '{}', ${created}, ${created} from n where i <= 4`,
    `insert into api_keys (id, organization_id, name, prefix, hash, scopes, created_at)
       select ${key('i', id('org', '(i - 1) / 5 + 1'))} from n where i <= ${organizations * 5}
       union all select ${key('9000000 + i', `'${organizationId}'`)} from n where i <= ${keys}`,
    ...['plugins_per_namespace', 'stored_bytes', 'live_deployments', 'keys', 'namespaces', 'webhook_endpoints'].map(
      (resource) => `insert or replace into quotas values ('${organizationId}', '${resource}', 1000000000000000)`,
    ),
  ];
}

function plugins({ organizationId, namespaceId, now }: Fill, sizes: Sizes): string[] {
  const large = `select i, '${organizationId}' as org, iif(i = 5, '${namespaceId}', ${id('ns', '9000000 + i')}) as owner from n where i <= 5`;
  return [
    `insert into p (org, owner, name, kind, versions) select ${id('org', '(i - 1) / 5 + 1')}, ${id('ns', '(i - 1) / 5 + 1')}, 'small_' || i, 'extractor', 1
       from n where i <= ${sizes.organizations * 5}`,
    `insert into p (org, owner, name, kind, versions) select org, owner, 'deep_ext', 'extractor', ${sizes.deepVersions} from (${large})`,
    `insert into p (org, owner, name, kind, versions) select org, owner, 'wide_' || n.i, 'extractor', ${sizes.versions} from n join (${large}) where n.i <= ${sizes.plugins}`,
    `insert into p (org, owner, name, kind, versions) select '${organizationId}', '${organizationId}', 'shared_' || i, 'extractor', ${sizes.versions}
       from n where i <= ${sizes.organizationPlugins}`,
    `insert into plugins (id, organization_id, owner_id, kind, name, created_at, updated_at)
       select ${id('plg', 'i')}, org, owner, kind, name, ${now - 400 * day}, ${now - 400 * day} from p`,
    `insert into v (plugin, org, owner, name, number, versions) select p.i, org, owner, name, n.i, versions from n join p on n.i <= p.versions order by n.i, p.i`,
  ];
}

function versions({ now, seed }: Fill): string[] {
  const digest = `printf('%08x%056x', ${seed}, i)`;
  const time = `(${now - 400 * day} + i)`;
  return [
    `insert into scans (id, sha256, policy_version, level, status, verdict, findings, error_rules, files_scanned, created_at)
       select ${id('scn', 'i')}, ${digest}, '${policyVersion}', 'seed', 'done', 'pass', '[]', '[]', 3, ${time} from v
       union all select ${id('scn', '5000000 + i')}, ${digest}, '${policyVersion}', 'strict', 'done', 'pass', '[]', '[]', 3, ${time} from v`,
    `insert into plugin_versions (id, plugin_id, organization_id, owner_id, kind, name, major, minor, patch, sha256, upload_sha256, size_bytes,
         manifest, has_realtime, feature_uri, scan_id, created_by, created_at, updated_at, activation, verdict, judged_policy)
       select ${id('ver', 'i')}, ${id('plg', 'plugin')}, org, owner, 'extractor', name, 1, 0, number - 1, ${digest}, ${digest}, 4096,
         '${manifest}', 1, 'mixpeek://' || name || '@1.0.' || (number - 1) || '/embedding', ${id('scn', 'i')}, '${actor}', ${time}, ${time}, number, 'pass', ${policyVersion} from v`,
    `update plugins set active_version_id = (select ver.id from plugin_versions ver where ver.plugin_id = plugins.id order by ver.patch desc limit 1)`,
    `insert into uploads (id, organization_id, owner_id, kind, name, major, minor, patch, version_chosen_by_server, status, attempts, expires_at, version_id, findings, created_by, created_at, updated_at)
       select ${id('plu', 'i')}, org, owner, 'extractor', name, 1, 0, number - 1, 0, 'accepted', 1, ${time}, ${id('ver', 'i')}, '[]', '${actor}', ${time}, ${time} from v`,
  ];
}

/** Creates three deployments per version. The last one is promoted; it is live if its version is one of the plugin's five newest. */
function deployments({ now }: Fill): string[] {
  const time = `(${now - 60 * day} + v.i)`;
  const isLive = 'number > versions - 5';
  const generation = 'g.i';
  const deployment = (g: string) => id('dep', `v.i * 3 + ${g} - 3`);
  const hosted = "owner like 'ns_%'";
  return [
    `insert into deployments (id, organization_id, namespace_id, plugin_id, version_id, generation, ticket, type, parameters, placement, status, attempts, created_by, created_at, updated_at, promoted_at, stop_after, instance_stopped_at, takes_name)
       select ${deployment(generation)}, org, owner, ${id('plg', 'plugin')}, ${id('ver', 'v.i')}, g.i, number * 3 + g.i, 'realtime', '{}', '{"size":"basic","location":null,"jurisdiction":null}',
         iif(g.i = 3 and ${isLive}, 'promoted', 'stopped'), 1, '${actor}', ${time}, ${time}, ${time}, iif(g.i = 3 and ${isLive}, null, ${time}), iif(g.i = 3 and ${isLive}, null, ${time}), 0
       from v join n g on g.i <= 3 where ${hosted}`,
    `insert into deployment_steps (deployment_id, step, attempt, started_at, ended_at, log_lines)
       select deployments.id, step.value, 1, created_at, created_at + 1, 0 from deployments join json_each('["build","start","verify","promote"]') step`,
    `insert into live_pointers (namespace_id, subject_id, target_id, ticket, last_ticket, updated_at)
       select owner, ${id('ver', 'v.i')}, iif(${isLive}, ${deployment('3')}, null), number * 3 + 3, number * 3 + 3, ${time} from v where ${hosted}
       union all select owner, ${id('plg', 'plugin')}, ${id('ver', 'v.i')}, number * 3 + 3, number * 3 + 3, ${time} from v where number = versions and ${hosted}`,
    `insert into promotions (namespace_id, plugin_id, version_id, ticket, promoted_at)
       select owner, ${id('plg', 'plugin')}, ${id('ver', 'v.i')}, number * 3 + 3, ${time} from v where ${hosted}`,
  ];
}

function others({ organizationId, namespaceId, now }: Fill, sizes: Sizes): string[] {
  const types = JSON.stringify([
    'upload.created',
    'upload.confirming',
    'version.published',
    'deployment.queued',
    'deployment.claimed',
    'deployment.starting',
    'deployment.promoted',
    'deployment.stopped',
    'pointer.moved',
  ]);
  return [
    `insert into events (id, organization_id, namespace_id, type, actor, subject_id, data, created_at)
       select ${id('evt', 'v.i * 10 + e.key')}, org, iif(owner like 'ns_%', owner, null), e.value, '${actor}', ${id('ver', 'v.i')}, '{"plugin_id":"' || name || '_1_0_' || number || '"}', ${now - 350 * day} + v.i
       from v join json_each('${types}') e where e.key < ${sizes.eventsPerVersion}`,
    `insert into webhook_endpoints (id, organization_id, url, status, disabled_because, secret, event_cursor, created_by, created_at, updated_at)
       select ${id('whk', 'i')}, iif(i = 1, '${organizationId}', ${id('org', 'i')}), 'https://receiver.invalid/', iif(i = 1, 'disabled', 'enabled'), iif(i = 1, 'request', null), 'x', (select max(seq) from events), '${actor}', ${now - 300 * day}, ${now - 300 * day} from n where i <= ${Math.min(50, sizes.organizations)}`,
    `insert into deliveries (id, endpoint_id, event_id, event_type, status, attempts, schedule_from, created_at, updated_at, attempts_made)
       select '${firstIdAt('delivery', now - 10 * day).slice(0, -10)}' || printf('%010d', seq), ${id('whk', '1')}, id, type, 'succeeded', 1, 0, ${now - 10 * day}, ${now - 10 * day},
         json_array(json_object('number', 1, 'startedAt', ${now - 10 * day}, 'durationMs', 20, 'statusCode', 204, 'error', null, 'responseExcerpt', null)) from events where organization_id = '${organizationId}' order by seq desc limit ${sizes.deliveries}`,
    `insert into outbox (id, queue, body, created_at, due_at, sent_at)
       select '${firstIdAt('outbox', now - 2 * day).slice(0, -8)}' || printf('%08d', i), 'scans', '{"v":1,"type":"rescan","id":"${organizationId}"}', ${now - 2 * day}, ${now - 2 * day}, ${now - 2 * day} from n where i <= ${sizes.outbox}`,
    `insert into agent_artifacts (id, organization_id, name, name_key, version, plugin_type, artifact_url, checksum, config_schema, plugin_runtime, verification, attempts, mirrored, registered_by, registered_at, updated_at, size_bytes)
       select ${id('plg', '9000000 + i')}, '${organizationId}', 'agent-' || (i / 10), 'agent-' || (i / 10), '1.0.' || (i % 10), 'collector', 'https://artifacts.invalid/' || i, printf('%064x', i), '', 'go', 'verified', 1, 1, '${actor}', ${now - 90 * day} + i, ${now - 90 * day}, 4096 from n where i <= ${sizes.agents}`,
    `insert into idempotency_keys (id, fingerprint, claim, lease_until, status, answer, expires_at) select printf('%064x', i), 'f', 'c', 0, 200, 'x', ${now + day} from n where i <= ${sizes.idempotencyKeys}`,
    `insert into waivers (id, organization_id, plugin, rule, reason, expires_at, created_by, created_at, revoked_at, expiry_told_at)
       select ${id('wvr', 'i')}, '${organizationId}', 'wide_' || i, 'SLP101', 'growth', ${now - day}, '${actor}', ${now - 40 * day}, null, ${now - day} from n where i <= ${sizes.waivers}`,
    `insert into enabled_plugins (namespace_id, version_id, plugin_id, name, major, minor, patch, parameters, activation, created_by, created_at, updated_at)
       select '${namespaceId}', ${id('ver', 'i')}, ${id('plg', 'plugin')}, name, 1, 0, number - 1, '{}', 1, '${actor}', ${now}, ${now} from v where owner = '${organizationId}' and number = 1`,
  ];
}
