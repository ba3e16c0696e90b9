// Makes many live plugins of one, faster than by publishing them.
import { env } from 'cloudflare:workers';
import type { Organization } from '../../../support/scenes/organization.ts';

/** Adds copies of a live plugin to its namespace, as `tool_1` and so on, until there are this many with the plugin itself. */
export async function copyLive(
  { namespaceId }: Pick<Organization, 'namespaceId'>,
  name: string,
  many: number,
): Promise<void> {
  const own = `(select id from plugins where owner_id = '${namespaceId}' and name = '${name}')`;
  const version = `(select id from plugin_versions where plugin_id = ${own})`;
  const tables: [table: string, where: string, changes: Record<string, string>][] = [
    ['plugins', `id = ${own}`, { id: 'id || i', name: "'tool_' || i", active_version_id: 'active_version_id || i' }],
    ['plugin_versions', `id = ${version}`, { id: 'id || i', plugin_id: 'plugin_id || i', name: "'tool_' || i" }],
    [
      'deployments',
      `version_id = ${version}`,
      { id: 'id || i', version_id: 'version_id || i', plugin_id: 'plugin_id || i' },
    ],
    ['live_pointers', `subject_id = ${own}`, { subject_id: 'subject_id || i', target_id: 'target_id || i' }],
    ['live_pointers', `subject_id = ${version}`, { subject_id: 'subject_id || i', target_id: 'target_id || i' }],
  ];
  for (const [table, where, changes] of tables) {
    const row = await env.DB.prepare(`select * from ${table} where ${where}`).first();
    const columns = Object.keys(row ?? {});
    const values = columns.map((column) => changes[column] ?? `"${column}"`);
    await env.DB.prepare(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${many})
        insert into ${table} ("${columns.join('", "')}") select ${values} from (select * from ${table} where ${where}), n`,
    ).run();
  }
}
