// Calls of Go plugins by name: to the instance of whichever version serves the name, started on demand like any other (D9).
import { eq, sql } from 'drizzle-orm';
import { type Actor, notFound } from '../access/actor.ts';
import { BuilderError, limits, type Operation, type OperationAnswer } from '../contract/builder.ts';
import { Problem } from '../core/problem.ts';
import { deployments } from '../db/schema/deploy.ts';
import { plugins, pluginVersions } from '../db/schema/registry.ts';
import { type Hosted, StartFailed, startInstance } from '../deploy/instances.ts';
import type { Deps } from '../deps.ts';
import { foundHome, type GoKind, homeOf, selectHome } from '../registry/installs.ts';

export interface GoCallee {
  kind: GoKind;
  name: string;
}

interface GoRoute {
  deploymentId: typeof deployments.$inferSelect.id;
  version: Hosted;
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
  const namespaceId = homeOf(actor);
  const pluginId = sql`(select p.id from ${plugins} p where p.owner_id = ${namespaceId} and p.kind = ${kind} and p.name = ${name} and p.active_version_id is not null)`;
  const target = (subject: typeof pluginId) =>
    sql`(select l.target_id from live_pointers l where l.namespace_id = ${namespaceId} and l.subject_id = ${subject})`;
  const versionId = target(pluginId);
  const [home, [found], [version], [deployment]] = await db.batch([
    selectHome(db, actor),
    db.select({ id: sql<string | null>`${pluginId}` }).from(sql`(select 1)`),
    db.select().from(pluginVersions).where(eq(pluginVersions.id, versionId)),
    db
      .select()
      .from(deployments)
      .where(eq(deployments.id, target(versionId))),
  ]);
  foundHome(home, actor);
  if (!found?.id) throw notFound('plugin', name);
  if (version && deployment) return { deploymentId: deployment.id, version };
  throw new Problem('not-deployed', `Plugin ${name} is not running`, { details: { resource: 'plugin', name } });
}

function isGone(error: unknown): boolean {
  return error instanceof BuilderError && error.code === 'instance-gone';
}

function answerOf(error: unknown): { error: { code: string; message: string } } {
  if (error instanceof StartFailed) return failed('plugin_not_started', error.message);
  if (!(error instanceof BuilderError)) throw error;
  switch (error.code) {
    case 'instance-crashed':
      return failed('plugin_crashed', error.message);
    case 'call-timeout':
      return failed('plugin_timeout', `The plugin gave no answer within ${limits.callMs / 1000} s`);
    case 'body-too-large':
      throw new Problem('body-too-large', `A call may have ${limits.callBytes} bytes`, { cause: error });
    case 'unreachable':
    case 'instance-busy':
    case 'instance-restarting':
    case 'instance-gone':
      throw new Problem('builder-unavailable', 'The plugin cannot be reached right now', {
        retryAfterSeconds: 5,
        cause: error,
      });
    default:
      throw error;
  }
}

function failed(code: string, message: string): { error: { code: string; message: string } } {
  return { error: { code, message } };
}
