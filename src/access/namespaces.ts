// Creates, lists, updates and deletes namespaces: scopes within an organization in which plugins live and are deployed.
import { and, asc, eq, gt, ne, sql } from 'drizzle-orm';
import type { NamespaceId } from '../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../core/page.ts';
import { Problem } from '../core/problem.ts';
import {
  insertWhere,
  isUniqueViolation,
  previousChanged,
  readTogether,
  runInOrder,
  type Statement,
  writeAndRead,
} from '../db/client.ts';
import { namespaces } from '../db/schema/access.ts';
import type { Deps } from '../deps.ts';
import { record } from '../events/record.ts';
import { hasRoom, requireRoom, selectExceeded } from '../limits/limit.ts';
import { oneMore } from '../limits/quotas.ts';
import { type Actor, requireScope } from './actor.ts';
import { type ApprovalDemand, requireApprovers } from './approvers.ts';
import { loweredBy, requireMayFreeName, requireMayLower } from './demands.ts';
import {
  defaultNamespaceName,
  type Namespace,
  namespaceByIdOrName,
  requireNamespace,
  selectNamespace,
  visibleTo,
} from './visible-namespaces.ts';

export interface NamespaceFields {
  name: string;
  type: Namespace['type'];
  description: string | null;
  featureExtractors: Namespace['featureExtractors'];
  settings: Namespace['settings'];
  keepLiveVersions?: number | null;
  placement?: Namespace['placement'];
  /** Whether new versions of its plugins wait for approval. */
  requiresApproval?: boolean;
  /** How a name gets to a new version where neither the request nor the plugin says. */
  defaultRelease?: Namespace['defaultRelease'];
  /** Severity of advisories from which new deployments are refused. */
  refuseAdvisories?: Namespace['refuseAdvisories'];
  /** Least age of the packages that new locks contain. */
  dependenciesOlderThan?: Namespace['dependenciesOlderThan'];
}

/** `isForced` demands approval even if nobody could approve what the only approver publishes. */
type Demanding<Fields> = Fields & Partial<Pick<ApprovalDemand, 'isForced'>>;

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock' | 'features'>;

/** Creates a namespace. A key that is bound to namespaces can't do this, because it wouldn't see the result. */
export async function createNamespace(
  deps: WriteDeps,
  actor: Actor,
  { isForced = false, ...fields }: Demanding<NamespaceFields>,
): Promise<Namespace> {
  requireScope(actor, 'namespaces:admin');
  if (actor.namespaceIds !== null)
    throw new Problem(
      'forbidden',
      'This key is bound to namespaces and cannot create others. Use a key without namespaces.',
      {
        details: { namespace_ids: [...actor.namespaceIds] },
      },
    );
  const { db, ids, clock } = deps;
  const { placement, requiresApproval } = fields;
  if (requiresApproval && !isForced) await requireApprovers(deps, actor.organizationId, null);
  const now = clock.now();
  const id = ids('namespace');
  const event = { organizationId: actor.organizationId, namespaceId: id, actor: actor.ref, subjectId: id };
  try {
    const limits = [oneMore(actor.organizationId, 'namespaces', now)];
    const row = { ...fields, id, organizationId: actor.organizationId, createdAt: now, updatedAt: now };
    const created = await runInOrder(db, [
      { exceeded: selectExceeded(db, limits) },
      [
        insertWhere(db, namespaces, row, hasRoom(limits)),
        record(deps, { ...event, type: 'namespace.created', data: { name: fields.name } }, previousChanged),
        ...(placement
          ? [record(deps, { ...event, type: 'namespace.placement_changed', data: { placement } }, previousChanged)]
          : []),
      ],
      { namespaces: selectNamespace(db, actor, id) },
      [],
    ]);
    requireRoom(limits, created.exceeded);
    return requireNamespace(created.namespaces, id);
  } catch (error) {
    throw isUniqueViolation(error) ? nameTaken(fields.name) : error;
  }
}

export async function updateNamespace(
  deps: WriteDeps,
  actor: Actor,
  identifier: string,
  { isForced = false, ...fields }: Demanding<Partial<NamespaceFields>>,
): Promise<Namespace> {
  requireScope(actor, 'namespaces:admin');
  const before = await namespaceByIdOrName(deps, actor, identifier);
  requireMayLower(actor, loweredBy(fields, before));
  if (fields.name !== undefined && fields.name !== before.name) {
    requireNotDefault(before);
    await requireMayFreeName(deps, actor, before);
  }
  const { db, clock } = deps;
  const { settings: changedSettings = {}, ...columns } = fields;
  const { placement, requiresApproval } = columns;
  const isNew = requiresApproval === true && !before.requiresApproval;
  if (isNew && !isForced) await requireApprovers(deps, actor.organizationId, before.id);
  const changedFields = [...Object.keys(columns), ...Object.keys(changedSettings)];
  const settings = { ...before.settings, ...changedSettings };
  const event = {
    organizationId: actor.organizationId,
    namespaceId: before.id,
    actor: actor.ref,
    subjectId: before.id,
  };
  try {
    const update = db
      .update(namespaces)
      .set({ ...fields, settings, updatedAt: clock.now() })
      .where(and(visibleTo(actor), eq(namespaces.id, before.id)))
      .returning();
    const { changed } = await writeAndRead(
      db,
      [
        ...(placement === undefined ? [] : placementStatements(deps, actor, before.id, placement)),
        ...(requiresApproval === undefined ? [] : approvalStatements(deps, actor, before.id, requiresApproval)),
      ],
      {
        changed: update,
        recorded: record(
          deps,
          { ...event, type: 'namespace.updated', data: { fields: changedFields } },
          previousChanged,
        ),
      },
    );
    return requireNamespace(changed, identifier);
  } catch (error) {
    throw isUniqueViolation(error) ? nameTaken(fields.name ?? before.name) : error;
  }
}

/** Returns statements that change the default placement, with an event if it differs. */
function placementStatements(
  deps: WriteDeps,
  actor: Actor,
  id: NamespaceId,
  placement: Namespace['placement'],
): Statement[] {
  const event = { organizationId: actor.organizationId, namespaceId: id, actor: actor.ref, subjectId: id };
  return [
    deps.db
      .update(namespaces)
      .set({ placement })
      .where(and(visibleTo(actor), eq(namespaces.id, id), sql`${namespaces.placement} is not ${placement}`)),
    record(deps, { ...event, type: 'namespace.placement_changed', data: { placement } }, previousChanged),
  ];
}

/** Returns statements that demand approval of new versions or cease to, with an event if that differs. */
function approvalStatements(deps: WriteDeps, actor: Actor, id: NamespaceId, required: boolean): Statement[] {
  const event = { organizationId: actor.organizationId, namespaceId: id, actor: actor.ref, subjectId: id };
  return [
    deps.db
      .update(namespaces)
      .set({ requiresApproval: required })
      .where(and(visibleTo(actor), eq(namespaces.id, id), ne(namespaces.requiresApproval, required))),
    record(deps, { ...event, type: 'namespace.approval_changed', data: { required } }, previousChanged),
  ];
}

export interface NamespaceFilter {
  search?: string;
  /** Number of rows to skip, for clients that page by offset instead of cursor. */
  offset: number;
}

export async function listNamespaces(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  filter: NamespaceFilter,
  page: PageRequest,
): Promise<Page<Namespace> & { total: number }> {
  // LIKE isn't used: its wildcards would need escaping, and D1 limits its patterns to 50 bytes.
  const nameContains = sql`instr(lower(${namespaces.name}), lower(${filter.search})) > 0`;
  const matches = and(visibleTo(actor), filter.search ? nameContains : undefined);
  const found = await readTogether(db, {
    namespaces: db
      .select()
      .from(namespaces)
      .where(and(matches, page.cursor ? gt(sql`${namespaces.id}`, page.cursor) : undefined))
      .orderBy(asc(namespaces.id))
      .limit(page.limit + 1)
      .offset(filter.offset),
    counts: db.select({ total: sql<number>`count(*)` }).from(namespaces).where(matches),
  });
  return { ...toPage(found.namespaces, page.limit, (row) => row.id), total: found.counts[0]?.total ?? 0 };
}

/** Marks the namespace as deleted, so that nothing in it is reachable. The sweep then undeploys and deletes its plugins. */
export async function markNamespaceDeleted(deps: WriteDeps, actor: Actor, namespaceId: NamespaceId): Promise<void> {
  const { db, clock } = deps;
  const event = { organizationId: actor.organizationId, namespaceId, actor: actor.ref, subjectId: namespaceId };
  await db.batch([
    db
      .update(namespaces)
      .set({ deletedAt: clock.now(), updatedAt: clock.now() })
      .where(and(visibleTo(actor), eq(namespaces.id, namespaceId))),
    record(deps, { ...event, type: 'namespace.deleted' }, previousChanged),
  ]);
}

/** Throws for the default namespace, which is looked up by name elsewhere. */
export function requireNotDefault({ id, name }: Namespace): void {
  if (name !== defaultNamespaceName) return;
  throw new Problem('conflict', `The namespace ${name} cannot be renamed or deleted: every organization has it`, {
    details: { resource: 'namespace', id },
  });
}

function nameTaken(name: string): Problem {
  return new Problem('conflict', `A namespace named ${name} already exists in this organization`, {
    details: { resource: 'namespace', name },
  });
}
