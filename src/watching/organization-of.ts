// Finds a message's organization, for the log.
import { sql } from 'drizzle-orm';
import type { Message } from '../contract/messages.ts';
import { namespaces } from '../db/schema/access.ts';
import { agentArtifacts } from '../db/schema/agents.ts';
import { laterCallRows } from '../db/schema/calls.ts';
import { deployments } from '../db/schema/deploy.ts';
import { events } from '../db/schema/events.ts';
import { deployHooks, pushes } from '../db/schema/hooks.ts';
import { plugins, pluginVersions, uploads } from '../db/schema/registry.ts';
import { runs } from '../db/schema/runs.ts';
import { endpoints } from '../db/schema/webhooks.ts';
import { withDatabaseTimeout } from '../db/stale-cache.ts';
import type { Deps } from '../deps.ts';

/** Tables of the rows whose IDs are in messages. */
const tables = {
  'advance-upload': uploads,
  'advance-deployment': deployments,
  'instance-crashed': deployments,
  'restart-for-secrets': namespaces,
  'stop-instances': plugins,
  'enforce-grants': plugins,
  'fan-out': events,
  deliver: endpoints,
  'run-hook': deployHooks,
  'report-push': pushes,
  'work-run': runs,
  'stop-runs': pluginVersions,
  'run-call': laterCallRows,
  'call-back': laterCallRows,
  'verify-artifact': agentArtifacts,
  'artifact-fetched': agentArtifacts,
} as const;

/** Returns the message's organization. Undefined if the row is gone, or the database doesn't respond soon. */
export async function messageOrganization({ db }: Pick<Deps, 'db'>, message: Message): Promise<string | undefined> {
  if (message.type === 'rescan') return message.id;
  if (message.type === 'read-advisories' || message.type === 'find-affected') return undefined; // the operator's
  const table = tables[message.type];
  try {
    const rows = await withDatabaseTimeout(
      db
        .select({ organization: sql<string>`${table.organizationId}` })
        .from(table)
        .where(sql`${table.id} = ${message.id}`),
    );
    return rows[0]?.organization;
  } catch {
    return undefined;
  }
}
