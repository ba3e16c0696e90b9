// Grants permissions in the database, as the request of an administrator does.
import { env } from 'cloudflare:workers';
import { and, eq } from 'drizzle-orm';
import type { Permissions } from '../../../src/contract/plugin/permissions.ts';
import type { PluginKind } from '../../../src/contract/states.ts';
import { database } from '../../../src/db/client.ts';
import { plugins } from '../../../src/db/schema/registry.ts';
import { grantStatements } from '../../../src/registry/grants/grants.ts';
import { testApp } from '../deps.ts';
import type { Organization } from './organization.ts';

const db = database(env.DB);

interface Given {
  plugin: string;
  kind?: PluginKind;
  permissions: Permissions;
}

/** Replaces the grant of one of the organization's plugins. */
export async function give({ id }: Pick<Organization, 'id'>, given: Given): Promise<void> {
  const { kind = 'extractor', permissions, plugin: name } = given;
  const isPlugin = and(eq(plugins.organizationId, id), eq(plugins.kind, kind), eq(plugins.name, name));
  const [plugin] = await db.select().from(plugins).where(isPlugin);
  if (!plugin) throw new Error(`there is no plugin ${name}`);
  const actor = { type: 'key', id: 'key_granting' } as const;
  await db.batch(grantStatements(testApp().deps, plugin, { permissions, replaces: undefined }, actor));
}
