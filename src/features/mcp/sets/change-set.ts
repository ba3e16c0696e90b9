// Sets and deletes sets of tools. Where versions need approval, what a set says to models does, too: it waits as a proposal, beside what
// agents get.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../../access/actor.ts';
import { requireMayLower } from '../../../access/demands.ts';
import { type Namespace, requireNamespace, selectNamespace, visibleTo } from '../../../access/visible-namespaces.ts';
import { toolLimits } from '../../../contract/features/mcp/limits.ts';
import { Problem } from '../../../core/problem.ts';
import { insertWhere, previousChanged, readTogether, writeAndRead } from '../../../db/client.ts';
import { namespaces } from '../../../db/schema/access.ts';
import { events } from '../../../db/schema/events.ts';
import type { Deps } from '../../../deps.ts';
import { record } from '../../../events/record.ts';
import { toolSets } from '../tables.ts';
import { changesForEvent, contentChanges, contentDigest, noContent } from './content.ts';
import { isNamed, type NamedSet, type SetRow, selectSet, type ToolSet, toToolSet } from './tool-sets.ts';

/**
 * Creates the set, or replaces all of it. Where approval is demanded, proposes it. Two D1 round trips: one finds what it replaces, the
 * other writes.
 */
export async function setToolSet(
  deps: Deps,
  actor: Actor,
  { tools, ...fields }: NamedSet & Pick<ToolSet, 'description' | 'requiresApproval' | 'tools'>,
): Promise<ToolSet> {
  requireScope(actor, 'plugins:deploy');
  const { clock, db, ids } = deps;
  const { description, name, namespaceId, requiresApproval } = fields;
  const { before, space } = await findBefore(deps, actor, fields);
  if (before?.requiresApproval && !requiresApproval) requireMayLower(actor, ['toolSetApproval']);
  const stored = tools.map((tool) => ({ ...tool, parameters: tool.parameters?.text ?? null }));
  const content = { description, requiresApproval, tools: stored };
  const changes = contentChanges(before ?? noContent, content);
  const waits = (space.requiresApproval || actor.stageOnly) && changes.length > 0;
  const now = clock.now();
  const sha256 = await contentDigest(content);
  const { description: words, requiresApproval: demand, tools: given } = waits ? (before ?? noContent) : content;
  const row = {
    ...{ namespaceId, name, id: ids('toolSet'), createdAt: now, updatedAt: now, updatedBy: actor.ref },
    ...{ description: words, requiresApproval: demand, tools: given },
    proposal: waits ? { ...content, sha256, by: actor.ref, at: now } : null,
  };
  const data = { name, tool_count: tools.length, requires_approval: requiresApproval, ...changesForEvent(changes) };
  const event = { ...eventOf(actor, fields), id: ids('event') };
  const count = sql`(select count(*) from ${toolSets} where ${toolSets.namespaceId} = ${namespaceId})`;
  const hasRoom = before ? sql`true` : sql`${count} < ${toolLimits.setsPerNamespace}`;
  const { mine, written } = await writeAndRead(
    db,
    [
      insertWhere(
        db,
        toolSets,
        row,
        sql`${isStill(space, fields, before)} and ${hasRoom}`,
        sql`on conflict do update set description = excluded.description, requires_approval = excluded.requires_approval, tools = excluded.tools, proposal = excluded.proposal, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
      ),
      waits
        ? record(deps, { ...event, type: 'tool_set.proposed', data: { ...data, sha256 } }, previousChanged)
        : record(deps, { ...event, type: 'tool_set.set', data }, previousChanged),
    ],
    {
      mine: db.select({ id: events.id }).from(events).where(eq(events.id, event.id)),
      written: selectSet(db, fields),
    },
  );
  const [set] = written;
  if (set && mine.length > 0) return toToolSet(set);
  throw before || set ? changedMeanwhile(name) : tooMany();
}

export async function deleteToolSet(deps: Deps, actor: Actor, named: NamedSet): Promise<void> {
  requireScope(actor, 'plugins:deploy');
  const { db } = deps;
  const { name } = named;
  const { before, space } = await findBefore(deps, actor, named);
  if (!before) throw notFound('tool set', name);
  if (before.requiresApproval) requireMayLower(actor, ['toolSetApproval']);
  const data = { name, ...changesForEvent(contentChanges(before, noContent)) };
  const event = { ...eventOf(actor, named), type: 'tool_set.deleted' as const, data };
  const { deleted } = await writeAndRead(db, [record(deps, event, isStill(space, named, before))], {
    deleted: db
      .delete(toolSets)
      .where(and(isNamed(named), previousChanged))
      .returning({ name: toolSets.name }),
  });
  if (deleted.length === 0) throw changedMeanwhile(name);
}

async function findBefore(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  named: NamedSet,
): Promise<{ before: SetRow | undefined; space: Namespace }> {
  const { rows, spaces } = await readTogether(db, {
    spaces: selectNamespace(db, actor, named.namespaceId),
    rows: selectSet(db, named),
  });
  return { before: rows[0], space: requireNamespace(spaces, named.namespaceId) };
}

/** SQL: the namespace and the set demand what they did when they were found, and the set says the same. */
function isStill(space: Namespace, named: NamedSet, before: SetRow | undefined): SQL {
  const { id, organizationId, requiresApproval } = space;
  const owner = visibleTo({ organizationId, namespaceIds: null });
  const isDemanding = and(owner, eq(namespaces.id, id), eq(namespaces.requiresApproval, requiresApproval));
  const found = sql`exists (select 1 from ${toolSets} where ${and(isNamed(named), before && isUnchanged(before))})`;
  return sql`exists (select 1 from ${namespaces} where ${isDemanding}) and ${before ? found : sql`not ${found}`}`;
}

/** SQL: the set is as it was found. */
export function isUnchanged({ proposal, requiresApproval, updatedAt }: SetRow): SQL | undefined {
  return and(
    eq(toolSets.updatedAt, updatedAt),
    eq(toolSets.requiresApproval, requiresApproval),
    sql`${toolSets.proposal} ->> '$.sha256' is ${proposal?.sha256 ?? null}`,
  );
}

export function eventOf({ organizationId, ref }: Actor, named: NamedSet) {
  const subjectId = sql`(select ${toolSets.id} from ${toolSets} where ${isNamed(named)})`;
  return { organizationId, namespaceId: named.namespaceId, actor: ref, subjectId };
}

export function changedMeanwhile(name: string): Problem {
  return new Problem('conflict', `The tool set ${name} was changed at the same time`, {
    hint: 'Look at it, and try again.',
  });
}

function tooMany(): Problem {
  const { setsPerNamespace: max } = toolLimits;
  return new Problem(
    'quota-exceeded',
    `This namespace has ${max} of ${max} tool sets. Delete one that you no longer need: \`slipway tools delete NAME\`.`,
    { details: { resource: 'tool_sets', current_count: max, max_allowed: max } },
  );
}
