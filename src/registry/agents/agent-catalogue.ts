// The registry of agent plugins read: a page of it, newest first, or all versions of a name. One D1 round trip each.
import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { nameKeyOf } from '../../contract/agents.ts';
import { type Page, type PageRequest, pageOf } from '../../core/page.ts';
import { agentArtifacts } from '../../db/schema/agents.ts';
import type { Deps } from '../../deps.ts';
import type { AgentArtifact } from './verification.ts';

export interface AgentFilter {
  pluginType?: string;
  pluginRuntime?: string;
  name?: string;
  /** Anywhere in the name. */
  search?: string;
  withYanked: boolean;
}

export async function listAgentPlugins(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  { pluginType, pluginRuntime, name, search, withYanked }: AgentFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<AgentArtifact>> {
  requireScope(actor, 'plugins:read');
  const rows = await db
    .select()
    .from(agentArtifacts)
    .where(
      and(
        pluginType === undefined ? undefined : eq(sql`${agentArtifacts.pluginType}`, pluginType),
        pluginRuntime === undefined ? undefined : eq(agentArtifacts.pluginRuntime, pluginRuntime),
        name === undefined ? undefined : eq(agentArtifacts.nameKey, nameKeyOf(name)),
        search === undefined ? undefined : sql`instr(${agentArtifacts.nameKey}, ${nameKeyOf(search)}) > 0`,
        withYanked ? undefined : isNull(agentArtifacts.yankedAt),
        cursor === undefined ? undefined : lt(sql`${agentArtifacts.id}`, cursor),
      ),
    )
    .orderBy(desc(agentArtifacts.id))
    .limit(limit + 1);
  return pageOf(rows, limit, ({ id }) => id);
}

/** More versions of one name than anybody reads. */
const versionsMax = 1000;

/** The newest registrations first, and which of them is the latest version: the highest that is not withdrawn. */
export async function agentVersions(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  name: string,
): Promise<{ versions: AgentArtifact[]; latest: AgentArtifact | null }> {
  requireScope(actor, 'plugins:read');
  const versions = await db
    .select()
    .from(agentArtifacts)
    .where(eq(agentArtifacts.nameKey, nameKeyOf(name)))
    .orderBy(desc(agentArtifacts.id))
    .limit(versionsMax);
  if (versions.length === 0) throw notFound('plugin', name);
  const [latest = null] = versions
    .filter(({ yankedAt }) => yankedAt === null)
    .sort((a, b) => compareVersions(b.version, a.version));
  return { versions, latest };
}

export async function agentVersion(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  name: string,
  version: string,
): Promise<AgentArtifact> {
  requireScope(actor, 'plugins:read');
  const artifact = await db.query.agentArtifacts.findFirst({
    where: and(eq(agentArtifacts.nameKey, nameKeyOf(name)), eq(agentArtifacts.version, version)),
  });
  if (!artifact) throw notFound('plugin', `${name} ${version}`);
  return artifact;
}

/** By their numbers, as SemVer has it and dates have it too; `2.1-rc.1` comes before `2.1`, and what begins with no number before all. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  for (let i = 0; i < Math.max(left.numbers.length, right.numbers.length); i++) {
    const difference = (left.numbers[i] ?? 0) - (right.numbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.before === right.before) return 0;
  if (left.before === '' || right.before === '') return left.before === '' ? 1 : -1;
  return new Intl.Collator('en', { numeric: true }).compare(left.before, right.before);
}

function numbersOf(version: string): { numbers: number[]; before: string } {
  const [, numbers, before = ''] = /^v?(\d{1,15}(?:\.\d{1,15})*)(?:-([^+]*))?/.exec(version) ?? [];
  return numbers === undefined
    ? { numbers: [-1], before: version }
    : { numbers: numbers.split('.').map(Number), before };
}
