// Grants, lists, revokes and expires waivers (scan policy §8b).
import { and, desc, eq, isNotNull, isNull, lt, lte, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { systemActor } from '../../contract/actor.ts';
import { isWaivable, type RuleId } from '../../contract/findings/rules.ts';
import { sweepLimits } from '../../contract/limits/leases.ts';
import { iso } from '../../core/clock.ts';
import type { WaiverId } from '../../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../../core/page.ts';
import { Problem } from '../../core/problem.ts';
import { previousChanged, writeAndRead } from '../../db/client.ts';
import { waivers } from '../../db/schema/policy.ts';
import type { Deps } from '../../deps.ts';
import { sendNow } from '../../events/outbox.ts';
import { record } from '../../events/record.ts';
import { pickSome, runIsolated } from '../../events/send-all.ts';
import { requestReevaluation } from '../../scan-host/pending-rescans.ts';
import { sweepRescans } from '../../scan-host/rescans.ts';
import { inForce, type Waiver } from '../../scan-host/waivers.ts';

export const waiverStates = ['active', 'expired', 'revoked'] as const;
export type WaiverState = (typeof waiverStates)[number];

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock' | 'queues' | 'log' | 'defer'>;

export interface WaiverRequest {
  plugin: string;
  rule: RuleId;
  reason: string;
  expiresAt: number;
}

export async function grantWaiver(deps: WriteDeps, actor: Actor, request: WaiverRequest): Promise<Waiver> {
  requireScope(actor, 'policy:admin');
  const { db, ids, clock } = deps;
  const { plugin, rule, reason, expiresAt } = request;
  const now = clock.now();
  if (!isWaivable(rule))
    throw invalidWaiver('rule', `${rule} cannot be waived: its findings make a plugin unreadable or unusable`);
  if (expiresAt <= now) throw invalidWaiver('expires_at', 'must be in the future');
  const id = ids('waiver');
  const data = { plugin, rule, reason, expires_at: iso(expiresAt) };
  const { organizationId, ref } = actor;
  const reevaluation = requestReevaluation(deps, organizationId, plugin, sql`true`);
  const writes = [
    db.insert(waivers).values({ ...request, id, organizationId, createdBy: ref, createdAt: now }),
    record(deps, { ...eventOf(actor, id), type: 'waiver.granted', data }, previousChanged),
    ...reevaluation.statements,
  ];
  const {
    granted: [granted],
  } = await writeAndRead(db, writes, { granted: db.select().from(waivers).where(eq(waivers.id, id)) });
  deps.defer(sendNow(deps, reevaluation.message));
  if (!granted) throw new Error(`waiver ${id} is missing after its insert`);
  return granted;
}

function invalidWaiver(field: string, message: string): Problem {
  return new Problem('invalid-request', `The waiver cannot be granted: ${message}`, {
    fields: [{ path: ['body', field], message, type: 'waiver_refused' }],
  });
}

function eventOf({ organizationId, ref }: Actor, id: WaiverId) {
  return { organizationId, namespaceId: null, actor: ref, subjectId: id };
}

export interface WaiverFilter {
  plugin?: string | undefined;
  status?: WaiverState | undefined;
}

/** Lists waivers, newest first. */
export async function listWaivers(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  actor: Actor,
  { plugin, status }: WaiverFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<Waiver>> {
  requireScope(actor, 'policy:admin');
  const rows = await db
    .select()
    .from(waivers)
    .where(
      and(
        eq(waivers.organizationId, actor.organizationId),
        plugin === undefined ? undefined : eq(waivers.plugin, plugin),
        status === undefined ? undefined : stateConditions[status](clock.now()),
        cursor ? lt(sql`${waivers.id}`, cursor) : undefined,
      ),
    )
    .orderBy(desc(waivers.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => id);
}

const stateConditions: Record<WaiverState, (now: number) => SQL | undefined> = {
  active: inForce,
  expired: (now) => and(isNull(waivers.revokedAt), lte(waivers.expiresAt, now)),
  revoked: () => isNotNull(waivers.revokedAt),
};

export function waiverState({ revokedAt, expiresAt }: Waiver, now: number): WaiverState {
  if (revokedAt !== null) return 'revoked';
  return expiresAt > now ? 'active' : 'expired';
}

/** Revokes the waiver, so that later verdicts ignore it. Leaves an expired or revoked waiver unchanged. */
export async function revokeWaiver(deps: WriteDeps, actor: Actor, id: WaiverId): Promise<Waiver> {
  requireScope(actor, 'policy:admin');
  const { db, clock } = deps;
  const now = clock.now();
  const isWaiver = and(eq(waivers.id, id), eq(waivers.organizationId, actor.organizationId));
  const data = sql`(select json_object('plugin', ${waivers.plugin}, 'rule', ${waivers.rule}) from ${waivers} where ${isWaiver})`;
  const covered = sql<string>`(select ${waivers.plugin} from ${waivers} where ${isWaiver})`;
  const inForceNow = sql`exists (select 1 from ${waivers} where ${and(isWaiver, inForce(now))})`;
  const reevaluation = requestReevaluation(deps, actor.organizationId, covered, inForceNow);
  const writes = [
    ...reevaluation.statements,
    db
      .update(waivers)
      .set({ revokedAt: now })
      .where(and(isWaiver, inForce(now))),
    record(deps, { ...eventOf(actor, id), type: 'waiver.revoked', data }, previousChanged),
  ];
  const {
    waivers: [waiver],
  } = await writeAndRead(db, writes, { waivers: db.select().from(waivers).where(isWaiver) });
  deps.defer(sendNow(deps, reevaluation.message));
  if (!waiver) throw notFound('waiver', id);
  return waiver;
}

type SweepDeps = Pick<Deps, 'db' | 'ids' | 'clock' | 'log'>;

/** Records one event per expired waiver. Expiry doesn't depend on the event, because every verdict checks the time. */
export async function sweepWaivers(deps: SweepDeps): Promise<void> {
  await runIsolated(deps, pickSome(await selectExpired(deps), sweepLimits.changedByOne), reportExpiry);
}

/** Expires waivers, and evaluates the versions that they covered in the same sweep. */
export async function sweepVerdicts(deps: Deps): Promise<void> {
  try {
    await sweepWaivers(deps);
  } finally {
    await sweepRescans(deps);
  }
}

export function selectExpired({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  const { id, organizationId, plugin, rule } = waivers;
  return db
    .select({ id, organizationId, plugin, rule })
    .from(waivers)
    .where(and(isNull(waivers.revokedAt), isNull(waivers.expiryReportedAt), lte(waivers.expiresAt, clock.now())))
    .limit(sweepLimits.pickedFrom);
}

type ExpiredWaiver = Pick<Waiver, 'id' | 'organizationId' | 'plugin' | 'rule'>;

async function reportExpiry(deps: SweepDeps, { id, organizationId, plugin, rule }: ExpiredWaiver): Promise<void> {
  const { db, clock } = deps;
  const isUnreported = and(eq(waivers.id, id), isNull(waivers.expiryReportedAt));
  const isOpen = sql`exists (select 1 from ${waivers} where ${isUnreported})`;
  const reevaluation = requestReevaluation(deps, organizationId, plugin, isOpen);
  const event = { organizationId, namespaceId: null, actor: systemActor, subjectId: id, data: { plugin, rule } };
  await db.batch([
    ...reevaluation.statements,
    db.update(waivers).set({ expiryReportedAt: clock.now() }).where(isUnreported),
    record(deps, { ...event, type: 'waiver.expired' }, previousChanged),
  ]);
}
