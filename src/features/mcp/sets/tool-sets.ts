// Lists and finds a namespace's sets of tools. A set may name plugins that don't exist yet.
import { and, asc, eq, gt, type SQL } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../../access/actor.ts';
import { requireNamespace, selectNamespace } from '../../../access/visible-namespaces.ts';
import type { SetTool } from '../../../contract/features/mcp/tool-sets.ts';
import type { NamespaceId } from '../../../core/ids.ts';
import { JsonText } from '../../../core/json/text.ts';
import { type Page, type PageRequest, toPage } from '../../../core/page.ts';
import { readTogether } from '../../../db/client.ts';
import type { Deps } from '../../../deps.ts';
import { toolSets } from '../tables.ts';

export type SetRow = typeof toolSets.$inferSelect;

/** A tool with its fixed parameters, or null. */
export type Tool = SetTool & { parameters: JsonText | null };

/** A set, and what was proposed for it. Agents get the rest. */
export interface ToolSet extends Omit<SetRow, 'namespaceId' | 'id' | 'tools'> {
  tools: Tool[];
}

export interface NamedSet {
  namespaceId: NamespaceId;
  name: string;
}

export async function listToolSets(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  { limit, cursor }: PageRequest,
): Promise<Page<ToolSet>> {
  requireScope(actor, 'plugins:read');
  const { rows, spaces } = await readTogether(db, {
    spaces: selectNamespace(db, actor, namespaceId),
    rows: db
      .select()
      .from(toolSets)
      .where(and(eq(toolSets.namespaceId, namespaceId), cursor ? gt(toolSets.name, cursor) : undefined))
      .orderBy(asc(toolSets.name))
      .limit(limit + 1),
  });
  requireNamespace(spaces, namespaceId);
  return toPage(rows.map(toToolSet), limit, ({ name }) => name);
}

/** The caller checks the scope: `plugins:read` to show the set, `plugins:invoke` to use its tools. */
export async function findToolSet(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  name: string,
): Promise<ToolSet> {
  const { rows, spaces } = await readTogether(db, {
    spaces: selectNamespace(db, actor, namespaceId),
    rows: selectSet(db, { namespaceId, name }),
  });
  requireNamespace(spaces, namespaceId);
  return toToolSet(requireSet(rows, name));
}

export function selectSet(db: Deps['db'], named: NamedSet) {
  return db.select().from(toolSets).where(isNamed(named));
}

export function requireSet([row]: SetRow[], name: string): SetRow {
  if (!row) throw notFound('tool set', name);
  return row;
}

export function toToolSet({ tools, ...row }: SetRow): ToolSet {
  const read = tools.map(({ parameters, ...tool }) => ({
    ...tool,
    parameters: parameters === null ? null : new JsonText(parameters),
  }));
  return { ...row, tools: read };
}

export function isNamed({ namespaceId, name }: NamedSet): SQL | undefined {
  return and(eq(toolSets.namespaceId, namespaceId), eq(toolSets.name, name));
}
