// Calls of Go plugins by name: to the instance of whichever version serves the name, started on demand like any other (D9).
import { eq, sql } from 'drizzle-orm';
import { type Actor, notFound } from '../access/actor.ts';
import type { Operation, OperationAnswer } from '../contract/builder.ts';
import { Problem } from '../core/problem.ts';
import { deployments } from '../db/schema/deploy.ts';
import { plugins, pluginVersions } from '../db/schema/registry.ts';
import { type StartableVersion, startInstance } from '../deploy/builder/instances.ts';
import type { Deps } from '../deps.ts';
import { type GoKind, homeNamespaceId, requireHomeNamespace, selectHomeNamespace } from '../registry/go/installs.ts';
import { failureOf, isGone } from './failures.ts';

export interface GoCallee {
  kind: GoKind;
  name: string;
}

interface GoRoute {
  deploymentId: typeof deployments.$inferSelect.id;
  version: StartableVersion;
}

type OperateDeps = Pick<Deps, 'db' | 'builder' | 'blobs'>;

/** What the plugin says of an error, and its crash, is an answer; only what isn't its doing throws. */
export async function operate(
  deps: OperateDeps,
  actor: Actor,
  callee: GoCallee,
  operation: Operation,
): Promise<OperationAnswer | { error: { code: string; message: string } }> {
  const route = await routeTo(deps, actor, callee);
  const body = JSON.stringify(operation);
  try {
    return await deps.builder.operate(route.deploymentId, body);
  } catch (error) {
    if (!isGone(error)) return answerOf(error);
  }
  // Updated meanwhile, or asleep: the route of now decides.
  const now = await routeTo(deps, actor, callee);
  try {
    await startInstance(deps, now.deploymentId, now.version);
    return await deps.builder.operate(now.deploymentId, body);
  } catch (error) {
    return answerOf(error);
  }
}

async function routeTo({ db }: OperateDeps, actor: Actor, { kind, name }: GoCallee): Promise<GoRoute> {
  const namespaceId = homeNamespaceId(actor);
  const pluginId = sql`(select p.id from ${plugins} p where p.owner_id = ${namespaceId} and p.kind = ${kind} and p.name = ${name} and p.active_version_id is not null)`;
  const target = (subject: typeof pluginId) =>
    sql`(select l.target_id from live_pointers l where l.namespace_id = ${namespaceId} and l.subject_id = ${subject})`;
  const versionId = target(pluginId);
  const [home, [found], [version], [deployment]] = await db.batch([
    selectHomeNamespace(db, actor),
    db.select({ id: sql<string | null>`${pluginId}` }).from(sql`(select 1)`),
    db.select().from(pluginVersions).where(eq(pluginVersions.id, versionId)),
    db
      .select()
      .from(deployments)
      .where(eq(deployments.id, target(versionId))),
  ]);
  requireHomeNamespace(home, actor);
  if (!found?.id) throw notFound('plugin', name);
  if (version && deployment) return { deploymentId: deployment.id, version };
  throw new Problem('not-deployed', `Plugin ${name} is not running`, { details: { resource: 'plugin', name } });
}

const errorCodes = {
  'not-started': 'plugin_not_started',
  crashed: 'plugin_crashed',
  timeout: 'plugin_timeout',
} as const;

function answerOf(error: unknown): { error: { code: string; message: string } } {
  const { kind, message } = failureOf(error);
  return { error: { code: errorCodes[kind], message } };
}
