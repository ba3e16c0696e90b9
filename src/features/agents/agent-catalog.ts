// Lists agent plugins, newest first, and the versions of a name. Each read takes one D1 round trip.
import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { agentNameKey } from '../../contract/features/agents/registration.ts';
import { encodeCursor, type Page, type PageRequest, toPage } from '../../core/page.ts';
import { qualified, readTogether } from '../../db/client.ts';
import type { Deps } from '../../deps.ts';
import { agentArtifacts } from './tables.ts';
import type { AgentArtifact } from './verification.ts';

export interface AgentFilter {
  pluginType?: string | undefined;
  pluginRuntime?: string | undefined;
  name?: string | undefined;
  /** Text that the name must contain. */
  search?: string | undefined;
  withYanked: boolean;
}

/** Plugins searched per request, starting at the cursor. A page of search results may be short or empty and still have a next page. */
const searchedAtOnce = 500;

export async function listAgentPlugins(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  { pluginType, pluginRuntime, name, search, withYanked }: AgentFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<AgentArtifact>> {
  requireScope(actor, 'plugins:read');
  const { id, nameKey, pluginRuntime: runtime, pluginType: type, yankedAt } = agentArtifacts;
  const size = Math.max(searchedAtOnce, limit + 1);
  const newest = and(
    name === undefined ? undefined : eq(nameKey, agentNameKey(name)),
    cursor === undefined ? sql`true` : lt(sql`${id}`, cursor),
  );
  const searched = sql`(select ${id}, ${nameKey}, ${type}, ${runtime}, ${yankedAt} from ${agentArtifacts}
    where ${newest} order by ${desc(id)} limit ${size}) ${agentArtifacts}`;
  const matches = and(
    pluginType === undefined ? sql`true` : eq(sql`${type}`, pluginType),
    pluginRuntime === undefined ? undefined : eq(runtime, pluginRuntime),
    search === undefined ? undefined : sql`instr(${nameKey}, ${agentNameKey(search)}) > 0`,
    withYanked ? undefined : isNull(yankedAt),
  );
  // The inner select provides the order; an ORDER BY here would read beyond the page.
  const found = sql`(select ${id} from ${searched} where ${matches} limit ${limit + 1})`;
  const last = sql`(select ${id} from ${agentArtifacts} where ${newest} order by ${desc(id)} limit 1 offset ${size - 1})`;
  const { rows, ends } = await readTogether(db, {
    rows: db.select().from(agentArtifacts).where(sql`${id} in ${found}`).orderBy(desc(id)),
    ends: db
      .select({ id: qualified(sql<string | null>`iif((select count(*) from ${found}) > ${limit}, null, ${last})`) })
      .from(sql`(select 1)`),
  });
  const page = toPage(rows, limit, (row) => row.id);
  const lastId = ends[0]?.id ?? null;
  return lastId === null ? page : { items: page.items, nextCursor: encodeCursor(lastId) };
}

/** Most versions per response. The API doesn't page them. */
const versionsMax = 1000;

/** Lists a name's versions, newest registration first, and the latest one: the highest version that is neither yanked nor quarantined. */
export async function agentVersions(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  name: string,
): Promise<{ versions: AgentArtifact[]; latest: AgentArtifact | null }> {
  requireScope(actor, 'plugins:read');
  const versions = await db
    .select()
    .from(agentArtifacts)
    .where(eq(agentArtifacts.nameKey, agentNameKey(name)))
    .orderBy(desc(agentArtifacts.id))
    .limit(versionsMax);
  if (versions.length === 0) throw notFound('plugin', name);
  const [latest = null] = versions
    .filter(({ quarantined, yankedAt }) => yankedAt === null && quarantined === null)
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
  const [artifact] = await db
    .select()
    .from(agentArtifacts)
    .where(and(eq(agentArtifacts.nameKey, agentNameKey(name)), eq(agentArtifacts.version, version)))
    .limit(1);
  if (!artifact) throw notFound('plugin', `${name} ${version}`);
  return artifact;
}

/**
 * Compares versions numerically, for SemVer and dates. `2.1-rc.1` precedes `2.1`; versions that don't start with a number come first.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parseLoose(a), parseLoose(b)];
  for (let i = 0; i < Math.max(left.numbers.length, right.numbers.length); i++) {
    const difference = (left.numbers[i] ?? 0) - (right.numbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.prerelease === right.prerelease) return 0;
  if (left.prerelease === '' || right.prerelease === '') return left.prerelease === '' ? 1 : -1;
  return new Intl.Collator('en', { numeric: true }).compare(left.prerelease, right.prerelease);
}

function parseLoose(version: string): { numbers: number[]; prerelease: string } {
  const [, numbers, prerelease = ''] = /^v?(\d{1,15}(?:\.\d{1,15})*)(?:-([^+]*))?/.exec(version) ?? [];
  return numbers === undefined
    ? { numbers: [-1], prerelease: version }
    : { numbers: numbers.split('.').map(Number), prerelease };
}
