// Triggers that maintain `counters` and `live_plugins` (decision 46). drizzle-kit doesn't support triggers, so a change here needs a
// manual migration (`drizzle-kit generate --custom`) with the same text. A trigger's changes don't count for `changes()` in the
// statement that fires it. A migration that copies a table to change it must recreate the table's triggers.
import type { byteCounters } from '../../contract/limits/quotas.ts';

/** The row that fires a trigger, after or before its change. */
export type Row = 'new' | 'old';
type Event = 'insert' | 'delete' | `update of ${string}`;

/** Returns a statement that adds to a counter. */
export const add = (scope: string, resource: string, amount: string, condition: string) =>
  `insert into counters (scope, resource, amount) select ${scope}, '${resource}', ${amount} where ${condition} on conflict (scope, resource) do update set amount = amount + excluded.amount`;

export const trigger = (name: string, table: string, event: Event, when: string, body: string[]) =>
  `CREATE TRIGGER \`${name}\` AFTER ${event.toUpperCase().startsWith('UPDATE') ? event.replace('update of', 'UPDATE OF') : event.toUpperCase()} ON \`${table}\` WHEN ${when} BEGIN\n${body.map((line) => `\t${line};\n`).join('')}END;`;

const isActive = (row: Row) => `${row}.active_version_id is not null`;

const plugins = [
  trigger('plugins_counted_insert', 'plugins', 'insert', isActive('new'), [
    add('new.owner_id', 'plugins', '1', 'true'),
  ]),
  trigger(
    'plugins_counted_update',
    'plugins',
    'update of active_version_id',
    `(${isActive('old')}) <> (${isActive('new')})`,
    [add('new.owner_id', 'plugins', `iif(${isActive('new')}, 1, -1)`, 'true')],
  ),
  trigger('plugins_counted_delete', 'plugins', 'delete', isActive('old'), [
    add('old.owner_id', 'plugins', '-1', 'true'),
  ]),
];

/** SQL: no other version has the same content in the organization. */
const isOnlyArchive = (row: Row) =>
  `not exists (select 1 from plugin_versions v where v.organization_id = ${row}.organization_id and v.sha256 = ${row}.sha256 and v.deleted_at is null and v.id <> ${row}.id)`;

const countVersion = (row: Row, sign: '' | '-') => [
  add(`${row}.owner_id`, 'extractor_versions', `${sign}1`, `${row}.kind = 'extractor'`),
  add(`${row}.plugin_id`, 'plugin_versions', `${sign}1`, 'true'),
  add(`${row}.organization_id`, 'versions', `${sign}1`, 'true'),
  add(`${row}.organization_id`, 'archive_bytes', `${sign}${row}.size_bytes`, isOnlyArchive(row)),
];

/** SQL: the namespace has its own extractor with that name, which takes precedence (D19). */
const ownsName = (namespace: string, name: string) =>
  `exists (select 1 from plugins p where p.owner_id = ${namespace} and p.kind = 'extractor' and p.name = ${name} and p.active_version_id is not null)`;

const countEnabled = (row: Row, amount: string, condition: string) =>
  add(`${row}.namespace_id`, 'enabled_versions', amount, condition);

/** SQL: the number of enabled versions with a name. They are hidden while the namespace has its own extractor of that name. */
const enabledOf = (row: Row) =>
  `(select count(*) from enabled_plugins e where e.namespace_id = ${row}.owner_id and e.name = ${row}.name)`;

const enabled = [
  trigger('enabled_counted_insert', 'enabled_plugins', 'insert', 'true', [
    countEnabled(
      'new',
      '1',
      `not ${ownsName('new.namespace_id', '(select v.name from plugin_versions v where v.id = new.version_id)')}`,
    ),
  ]),
  trigger('enabled_counted_delete', 'enabled_plugins', 'delete', `not ${ownsName('old.namespace_id', 'old.name')}`, [
    countEnabled('old', '-1', 'true'),
  ]),
  trigger(
    'enabled_counted_by_own',
    'plugins',
    'update of active_version_id',
    `new.kind = 'extractor' and (${isActive('old')}) <> (${isActive('new')})`,
    [
      add(
        'new.owner_id',
        'enabled_versions',
        `iif(${isActive('new')}, -1, 1) * ${enabledOf('new')}`,
        `${enabledOf('new')} > 0`,
      ),
    ],
  ),
  trigger('enabled_counted_by_new', 'plugins', 'insert', `new.kind = 'extractor' and ${isActive('new')}`, [
    add('new.owner_id', 'enabled_versions', `-${enabledOf('new')}`, `${enabledOf('new')} > 0`),
  ]),
];

const versions = [
  trigger('versions_counted_insert', 'plugin_versions', 'insert', 'new.deleted_at is null', countVersion('new', '')),
  trigger(
    'versions_counted_update',
    'plugin_versions',
    'update of deleted_at',
    'old.deleted_at is null and new.deleted_at is not null',
    countVersion('new', '-'),
  ),
  trigger('versions_counted_delete', 'plugin_versions', 'delete', 'old.deleted_at is null', countVersion('old', '-')),
];

interface CountedBytes {
  table: string;
  /** Prefix of the triggers' names. */
  name: string;
  counter: (typeof byteCounters)[number];
  /** SQL: a row's bytes, from these columns. */
  bytes: (row: Row) => string;
  columns: string;
}

/** Returns triggers that count the bytes each row of a table uses for its organization. */
const bytesOf = ({ table, name, counter, bytes, columns }: CountedBytes) => [
  trigger(`${name}_counted_insert`, table, 'insert', `${bytes('new')} <> 0`, [
    add('new.organization_id', counter, bytes('new'), 'true'),
  ]),
  trigger(`${name}_counted_update`, table, `update of ${columns}`, `${bytes('old')} <> ${bytes('new')}`, [
    add('new.organization_id', counter, `${bytes('new')} - ${bytes('old')}`, 'true'),
  ]),
  trigger(`${name}_counted_delete`, table, 'delete', `${bytes('old')} <> 0`, [
    add('old.organization_id', counter, `-${bytes('old')}`, 'true'),
  ]),
];

const bytes = [
  {
    table: 'uploads',
    name: 'uploads',
    counter: 'archive_bytes',
    columns: 'status, announced_bytes, found_bytes',
    bytes: (row) =>
      `iif(${row}.status in ('open', 'confirming'), max(coalesce(${row}.announced_bytes, 0), coalesce(${row}.found_bytes, 0)), 0)`,
  },
  {
    table: 'models',
    name: 'models',
    counter: 'model_bytes',
    columns: 'size_bytes',
    bytes: (row) => `${row}.size_bytes`,
  },
  {
    table: 'model_uploads',
    name: 'model_uploads',
    counter: 'model_bytes',
    columns: 'size_bytes',
    bytes: (row) => `${row}.size_bytes`,
  },
  {
    table: 'runs',
    name: 'runs',
    counter: 'run_bytes',
    columns: 'stored_input_bytes, stored_chunk_bytes, output_bytes, error_bytes',
    bytes: (row) =>
      `(${row}.stored_input_bytes + ${row}.stored_chunk_bytes + ${row}.output_bytes + ${row}.error_bytes)`,
  },
  {
    table: 'later_calls',
    name: 'later_calls',
    counter: 'later_call_bytes',
    columns: 'body_bytes, answer_bytes',
    bytes: (row) => `(${row}.body_bytes + ${row}.answer_bytes)`,
  },
  { table: 'log_budgets', name: 'logs', counter: 'log_bytes', columns: 'bytes', bytes: (row) => `${row}.bytes` },
] as const satisfies CountedBytes[];

const isLasting = (row: Row) => `${row}.revoked_at is null and ${row}.expires_at is null`;

const keys = [
  trigger('keys_counted_insert', 'api_keys', 'insert', isLasting('new'), [
    add('new.organization_id', 'lasting_keys', '1', 'true'),
  ]),
  trigger(
    'keys_counted_update',
    'api_keys',
    'update of revoked_at, expires_at',
    `(${isLasting('old')}) <> (${isLasting('new')})`,
    [add('new.organization_id', 'lasting_keys', `iif(${isLasting('new')}, 1, -1)`, 'true')],
  ),
  trigger('keys_counted_delete', 'api_keys', 'delete', isLasting('old'), [
    add('old.organization_id', 'lasting_keys', '-1', 'true'),
  ]),
];

/** SQL: a realtime deployment of the plugin in the namespace is in progress or live. The index is deployments_current. */
const isLive = (namespace: string, plugin: string) =>
  `exists (select 1 from deployments d where d.namespace_id = ${namespace} and d.plugin_id = ${plugin} and d.status in ('queued', 'claimed', 'building', 'starting', 'verifying', 'ready', 'promoted') and d.type = 'realtime' and (d.status <> 'promoted' or exists (select 1 from live_pointers p where p.target_id = d.id)))`;

const rememberOf = (row: Row) =>
  `insert or ignore into live_plugins (namespace_id, plugin_id, organization_id) values (${row}.namespace_id, ${row}.plugin_id, ${row}.organization_id)`;

const forgetOf = (row: Row) =>
  `delete from live_plugins where namespace_id = ${row}.namespace_id and plugin_id = ${row}.plugin_id and not ${isLive(`${row}.namespace_id`, `${row}.plugin_id`)}`;

/** Updates the plugin whose deployment a pointer names now, or named before. */
const rememberTarget =
  "insert or ignore into live_plugins (namespace_id, plugin_id, organization_id) select d.namespace_id, d.plugin_id, d.organization_id from deployments d where d.id = new.target_id and d.type = 'realtime' and d.status = 'promoted'";
const forgetTarget = `delete from live_plugins where (namespace_id, plugin_id) = (select d.namespace_id, d.plugin_id from deployments d where d.id = old.target_id) and not ${isLive('live_plugins.namespace_id', 'live_plugins.plugin_id')}`;

const deployments = [
  trigger('deployments_live_insert', 'deployments', 'insert', `new.type = 'realtime'`, [
    rememberOf('new'),
    forgetOf('new'),
  ]),
  trigger(
    'deployments_live_update',
    'deployments',
    'update of status',
    `new.type = 'realtime' and old.status <> new.status and new.status in ('promoted', 'failed', 'superseded', 'cancelled', 'stopped')`,
    [forgetOf('new')],
  ),
  trigger(
    'deployments_live_delete',
    'deployments',
    'delete',
    `old.type = 'realtime' and old.status not in ('failed', 'superseded', 'cancelled', 'stopped')`,
    [forgetOf('old')],
  ),
  trigger('pointers_live_insert', 'live_pointers', 'insert', 'new.target_id is not null', [rememberTarget]),
  trigger('pointers_live_update', 'live_pointers', 'update of target_id', 'old.target_id is not new.target_id', [
    rememberTarget,
    forgetTarget,
  ]),
  trigger('pointers_live_delete', 'live_pointers', 'delete', 'old.target_id is not null', [forgetTarget]),
  trigger('live_plugins_counted_insert', 'live_plugins', 'insert', 'true', [
    add('new.organization_id', 'live_plugins', '1', 'true'),
  ]),
  trigger('live_plugins_counted_delete', 'live_plugins', 'delete', 'true', [
    add('old.organization_id', 'live_plugins', '-1', 'true'),
  ]),
];

export const kernelTriggers: readonly string[] = [
  ...plugins,
  ...enabled,
  ...versions,
  ...bytes.flatMap(bytesOf),
  ...keys,
  ...deployments,
];

/** SELECTs that compute each counter's correct value, for the tests. */
export const kernelRecounts: readonly string[] = [
  "select owner_id as scope, 'plugins' as resource, count(*) as amount from plugins where active_version_id is not null group by owner_id",
  "select owner_id, 'extractor_versions', count(*) from plugin_versions where deleted_at is null and kind = 'extractor' group by owner_id",
  "select plugin_id, 'plugin_versions', count(*) from plugin_versions where deleted_at is null group by plugin_id",
  `select namespace_id, 'enabled_versions', count(*) from enabled_plugins where not ${ownsName('enabled_plugins.namespace_id', 'enabled_plugins.name')} group by namespace_id`,
  "select organization_id, 'versions', count(*) from plugin_versions where deleted_at is null group by organization_id",
  `select organization_id, 'archive_bytes', sum(size_bytes) from (select distinct organization_id, sha256, size_bytes from plugin_versions where deleted_at is null union all select organization_id, id, max(coalesce(announced_bytes, 0), coalesce(found_bytes, 0)) from uploads where status in ('open', 'confirming')) group by organization_id having sum(size_bytes) <> 0`,
  `select organization_id, 'model_bytes', sum(size_bytes) from (select organization_id, size_bytes from models union all select organization_id, size_bytes from model_uploads) group by organization_id having sum(size_bytes) <> 0`,
  `select organization_id, 'run_bytes', sum(stored_input_bytes + stored_chunk_bytes + output_bytes + error_bytes) as bytes from runs group by organization_id having bytes <> 0`,
  `select organization_id, 'later_call_bytes', sum(body_bytes + answer_bytes) as bytes from later_calls group by organization_id having bytes <> 0`,
  `select organization_id, 'log_bytes', sum(bytes) from log_budgets group by organization_id having sum(bytes) <> 0`,
  "select organization_id, 'lasting_keys', count(*) from api_keys where revoked_at is null and expires_at is null group by organization_id",
  "select organization_id, 'live_plugins', count(*) from live_plugins group by organization_id",
];

/** SELECT of the correct rows for live_plugins. */
export const recountLivePlugins =
  "select distinct d.namespace_id, d.plugin_id, d.organization_id from deployments d where d.status in ('queued', 'claimed', 'building', 'starting', 'verifying', 'ready', 'promoted') and d.type = 'realtime' and (d.status <> 'promoted' or exists (select 1 from live_pointers p where p.target_id = d.id))";
