// Hides a need from one person until it changes. Nobody else sees a dismissal, so it is no event of the organization.
import { and, eq, lt, sql } from 'drizzle-orm';
import { type Actor, notFound } from '../access/actor.ts';
import type { Need } from '../contract/attention.ts';
import { needLimits } from '../contract/limits/attention.ts';
import type { ApiKeyId, NamespaceId, PersonId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { dismissals } from '../db/schema/attention.ts';
import type { Deps } from '../deps.ts';
import type { DueStep } from '../due-step.ts';
import { listNeeds, type NeedList, viewerOf } from './list.ts';

export interface ViewedNeed extends Need {
  isDismissed: boolean;
}

/** Lists what needs the actor, with what they dismissed. */
export async function viewNeeds(
  deps: Deps,
  actor: Actor,
  namespaceId?: NamespaceId,
): Promise<Omit<NeedList, 'needs'> & { needs: ViewedNeed[] }> {
  const [{ incomplete, needs }, dismissed] = await Promise.all([
    listNeeds(deps, viewerOf(actor, namespaceId)),
    readDismissed(deps, actor),
  ]);
  return {
    incomplete,
    needs: needs.map((need) => ({ ...need, isDismissed: dismissed.get(need.id) === need.fingerprint })),
  };
}

function viewerId({ keyId, personId }: Actor): PersonId | ApiKeyId | null {
  return personId ?? keyId;
}

function isOfViewer(actor: Actor, id: PersonId | ApiKeyId) {
  return and(eq(dismissals.organizationId, actor.organizationId), eq(dismissals.viewerId, id));
}

async function readDismissed({ clock, db }: Deps, actor: Actor): Promise<Map<string, string>> {
  const id = viewerId(actor);
  if (id === null) return new Map();
  const rows = await db
    .select({ needId: dismissals.needId, fingerprint: dismissals.fingerprint })
    .from(dismissals)
    .where(and(isOfViewer(actor, id), sql`${dismissals.createdAt} > ${clock.now() - needLimits.dismissalMs}`))
    .limit(needLimits.dismissalsMax);
  return new Map(rows.map(({ fingerprint, needId }) => [needId, fingerprint]));
}

function requireViewer(actor: Actor): PersonId | ApiKeyId {
  const id = viewerId(actor);
  if (id === null) throw new Problem('forbidden', 'Only a person or a key can dismiss something');
  return id;
}

/**
 * Dismisses a need as it was shown, or as it is now. If it has changed since it was shown, it stays listed. Answers not-found for a need
 * that the actor can't see.
 */
export async function dismissNeed(
  deps: Deps,
  actor: Actor,
  needId: string,
  shown: string | undefined,
): Promise<ViewedNeed> {
  const viewer = requireViewer(actor);
  const [kind = ''] = needId.split('.');
  const { needs } = await listNeeds(deps, viewerOf(actor), kind);
  const need = needs.find(({ id }) => id === needId);
  if (!need) throw notFound('need', needId);
  const { clock, db } = deps;
  const { createdAt } = dismissals;
  const fingerprint = shown ?? need.fingerprint;
  const set = { fingerprint, createdAt: clock.now() };
  const oldest = sql`(select ${dismissals.needId} from ${dismissals} where ${isOfViewer(actor, viewer)}
    order by ${createdAt} desc, ${dismissals.needId} limit -1 offset ${needLimits.dismissalsMax})`;
  await db.batch([
    db
      .insert(dismissals)
      .values({ organizationId: actor.organizationId, viewerId: viewer, needId, ...set })
      .onConflictDoUpdate({ target: [dismissals.organizationId, dismissals.viewerId, dismissals.needId], set }),
    db.delete(dismissals).where(and(isOfViewer(actor, viewer), sql`${dismissals.needId} in ${oldest}`)),
  ]);
  return { ...need, isDismissed: fingerprint === need.fingerprint };
}

/** Shows a need again. Has no effect if it wasn't dismissed. */
export async function restoreNeed({ db }: Pick<Deps, 'db'>, actor: Actor, needId: string): Promise<void> {
  await db.delete(dismissals).where(and(isOfViewer(actor, requireViewer(actor)), eq(dismissals.needId, needId)));
}

function selectOldDismissals({ clock, db }: Pick<Deps, 'db' | 'clock'>) {
  const isOld = lt(dismissals.createdAt, clock.now() - needLimits.dismissalMs);
  return db
    .select({ id: sql<number>`${sql.raw('rowid')}` })
    .from(dismissals)
    .where(isOld)
    .limit(needLimits.dismissalsSwept);
}

export const dismissalsStep: DueStep = { step: sweepDismissals, due: (deps) => [selectOldDismissals(deps)] };

/** Deletes dismissals that no longer hide anything. *Dies:* they stay due. */
export async function sweepDismissals(deps: Pick<Deps, 'db' | 'clock'>): Promise<void> {
  await deps.db.delete(dismissals).where(sql`${sql.raw('rowid')} in ${selectOldDismissals(deps)}`);
}
