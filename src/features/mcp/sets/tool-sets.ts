// Lists, finds, sets and deletes a namespace's sets of tools. A set may name plugins that don't exist yet.
import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../../access/actor.ts';
import { requireMayLower } from '../../../access/demands.ts';
import { requireNamespace, selectNamespace, visibleTo } from '../../../access/namespaces.ts';
import { toolLimits } from '../../../contract/features/mcp/limits.ts';
import type { SetTool } from '../../../contract/features/mcp/tool-sets.ts';
import type { NamespaceId } from '../../../core/ids.ts';
import { JsonText } from '../../../core/json/text.ts';
import { type Page, type PageRequest, toPage } from '../../../core/page.ts';
import { Problem } from '../../../core/problem.ts';
import { insertWhere, previousChanged, readTogether, writeAndRead } from '../../../db/client.ts';
import { namespaces } from '../../../db/schema/access.ts';
import { events } from '../../../db/schema/events.ts';
import type { Deps } from '../../../deps.ts';
import { record } from '../../../events/record.ts';
import { toolSets } from '../tables.ts';

type Row = typeof toolSets.$inferSelect;

/** A tool with its fixed parameters, or null. */
export type Tool = SetTool & { parameters: JsonText | null };

export interface ToolSet
  extends Pick<Row, 'name' | 'description' | 'requiresApproval' | 'createdAt' | 'updatedAt' | 'updatedBy'> {
  tools: Tool[];
}

interface Named {
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
    rows: db.select().from(toolSets).where(isNamed({ namespaceId, name })),
  });
  requireNamespace(spaces, namespaceId);
  const [row] = rows;
  if (!row) throw notFound('tool set', name);
  return toToolSet(row);
}

/** Creates the set, or replaces all of it. Two D1 round trips: one finds what it replaces, the other writes. */
export async function setToolSet(
  deps: Deps,
  actor: Actor,
  { tools, ...fields }: Named & Pick<ToolSet, 'description' | 'requiresApproval' | 'tools'>,
): Promise<ToolSet> {
  requireScope(actor, 'plugins:deploy');
  const { clock, db, ids } = deps;
  const { name, namespaceId, requiresApproval } = fields;
  const before = await findBefore(deps, actor, fields);
  if (before?.requiresApproval && !requiresApproval) requireMayLower(actor, ['toolSetApproval']);
  const now = clock.now();
  const exists = sql`exists (select 1 from ${toolSets} where ${isNamed(fields)})`;
  const count = sql`(select count(*) from ${toolSets} where ${toolSets.namespaceId} = ${namespaceId})`;
  const row = {
    ...fields,
    id: ids('toolSet'),
    tools: tools.map((tool) => ({ ...tool, parameters: tool.parameters?.text ?? null })),
    createdAt: now,
    updatedAt: now,
    updatedBy: actor.ref,
  };
  const data = { name, tool_count: tools.length, requires_approval: requiresApproval };
  const eventId = ids('event');
  const { spaces, mine, written } = await writeAndRead(
    db,
    [
      insertWhere(
        db,
        toolSets,
        row,
        sql`${isVisible(actor, namespaceId)} and ${isStill(fields, before)} and (${exists} or ${count} < ${toolLimits.setsPerNamespace})`,
        sql`on conflict do update set description = excluded.description, requires_approval = excluded.requires_approval, tools = excluded.tools, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
      ),
      record(deps, { ...eventOf(actor, fields), id: eventId, type: 'tool_set.set', data }, previousChanged),
    ],
    {
      mine: db.select({ id: events.id }).from(events).where(eq(events.id, eventId)),
      spaces: selectNamespace(db, actor, namespaceId),
      written: db.select().from(toolSets).where(isNamed(fields)),
    },
  );
  requireNamespace(spaces, namespaceId);
  const [set] = written;
  if (!set) throw tooMany();
  if (mine.length === 0) throw changedMeanwhile(name);
  return toToolSet(set);
}

export async function deleteToolSet(deps: Deps, actor: Actor, named: Named): Promise<void> {
  requireScope(actor, 'plugins:deploy');
  const { db } = deps;
  const before = await findBefore(deps, actor, named);
  if (before?.requiresApproval) requireMayLower(actor, ['toolSetApproval']);
  const { name, namespaceId } = named;
  const exists = sql`exists (select 1 from ${toolSets} where ${isNamed(named)})`;
  const event = { ...eventOf(actor, named), type: 'tool_set.deleted' as const, data: { name } };
  const isDeletable = sql`${isVisible(actor, namespaceId)} and ${exists} and ${isStill(named, before)}`;
  const { deleted, spaces } = await writeAndRead(db, [record(deps, event, isDeletable)], {
    deleted: db
      .delete(toolSets)
      .where(and(isNamed(named), previousChanged))
      .returning({ name: toolSets.name }),
    spaces: selectNamespace(db, actor, namespaceId),
  });
  requireNamespace(spaces, namespaceId);
  if (deleted.length > 0) return;
  throw before ? changedMeanwhile(name) : notFound('tool set', name);
}

/** Finds the set as it is before a change. Undefined if there is none, or if the actor can't see it. */
async function findBefore({ db }: Pick<Deps, 'db'>, actor: Actor, named: Named): Promise<Row | undefined> {
  const [row] = await db
    .select()
    .from(toolSets)
    .where(and(isNamed(named), isVisible(actor, named.namespaceId)));
  return row;
}

/** SQL: the set is as it was found, so that nobody raised a demand meanwhile. */
function isStill(named: Named, before: Row | undefined): SQL {
  const isSame =
    before && and(eq(toolSets.updatedAt, before.updatedAt), eq(toolSets.requiresApproval, before.requiresApproval));
  const found = sql`exists (select 1 from ${toolSets} where ${and(isNamed(named), isSame)})`;
  return before ? found : sql`not ${found}`;
}

function toToolSet({ tools, ...row }: Row): ToolSet {
  const read = tools.map(({ parameters, ...tool }) => ({
    ...tool,
    parameters: parameters === null ? null : new JsonText(parameters),
  }));
  return { ...row, tools: read };
}

function isNamed({ namespaceId, name }: Named): SQL | undefined {
  return and(eq(toolSets.namespaceId, namespaceId), eq(toolSets.name, name));
}

function isVisible(actor: Actor, namespaceId: NamespaceId): SQL {
  return sql`exists (select 1 from ${namespaces} where ${and(visibleTo(actor), eq(namespaces.id, namespaceId))})`;
}

function eventOf({ organizationId, ref }: Actor, named: Named) {
  const subjectId = sql`(select ${toolSets.id} from ${toolSets} where ${isNamed(named)})`;
  return { organizationId, namespaceId: named.namespaceId, actor: ref, subjectId };
}

function tooMany(): Problem {
  const { setsPerNamespace: max } = toolLimits;
  return new Problem(
    'quota-exceeded',
    `This namespace has ${max} of ${max} tool sets. Delete one that you no longer need: \`slipway tools delete NAME\`.`,
    { details: { resource: 'tool_sets', current_count: max, max_allowed: max } },
  );
}

function changedMeanwhile(name: string): Problem {
  return new Problem('conflict', `The tool set ${name} was changed at the same time`, {
    hint: 'Look at it, and try again.',
  });
}
