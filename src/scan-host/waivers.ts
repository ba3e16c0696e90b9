// Waivers (scan policy §8b): an organization lets a rule pass for a plugin, with a reason and for a time. They are looked up when a
// verdict is made and never stored in a scan (D26); what they let pass stays visible.
import { and, desc, eq, gt, isNotNull, isNull, lt, lte, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../access/actor.ts';
import { systemActor } from '../contract/events.ts';
import type { Finding } from '../contract/finding.ts';
import { formatVersionSlug, type Version } from '../contract/manifest.ts';
import { isWaivable, type RuleId } from '../contract/rules.ts';
import { iso } from '../core/clock.ts';
import type { OrganizationId, WaiverId } from '../core/ids.ts';
import { type Page, type PageRequest, pageOf } from '../core/page.ts';
import { Problem } from '../core/problem.ts';
import { previousChanged } from '../db/client.ts';
import { waivers } from '../db/schema/policy.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { sendNow } from '../events/outbox.ts';
import { record } from '../events/record.ts';
import { requestReevaluation } from './pending-rescans.ts';

export type Waiver = typeof waivers.$inferSelect;

export const waiverStates = ['active', 'expired', 'revoked'] as const;
export type WaiverState = (typeof waiverStates)[number];

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock' | 'queues' | 'log' | 'defer'>;

/** What a verdict is about, as far as waivers are concerned. */
export interface WaiverSubject extends Version {
  organizationId: OrganizationId;
  name: string;
}

/** SQL: the waiver is in force. */
export function inForce(now: number): SQL | undefined {
  return and(isNull(waivers.revokedAt), gt(waivers.expiresAt, now));
}

/** SQL over rows of waivers and of plugin_versions: the waiver is for the version. */
export const coversVersion: SQL = sql`${waivers.organizationId} = ${pluginVersions.organizationId} and ${waivers.plugin} in (${pluginVersions.name}, ${pluginVersions.name} || '_' || ${pluginVersions.major} || '_' || ${pluginVersions.minor} || '_' || ${pluginVersions.patch})`;

/** A statement for a batch: what is waived for this version now. Of two for one rule the one that lasts longer comes first. */
export function selectWaiversFor(db: Deps['db'], { organizationId, name, ...version }: WaiverSubject, now: number) {
  const named = sql`${waivers.plugin} in (${name}, ${formatVersionSlug(name, version)})`;
  return db
    .select()
    .from(waivers)
    .where(and(eq(waivers.organizationId, organizationId), named, inForce(now)))
    .orderBy(desc(waivers.expiresAt), desc(waivers.id));
}

/** The findings, marked where one of the waivers lets them pass. */
export function applyWaivers(findings: readonly Finding[], given: readonly Waiver[]): Finding[] {
  return findings.map((finding) => {
    const waiver = isWaivable(finding.ruleId) && given.find(({ rule }) => rule === finding.ruleId);
    if (!waiver) return finding;
    const { id, reason, expiresAt } = waiver;
    return { ...finding, waiver: { id, reason, expiresAt } };
  });
}

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
    throw waiverRefused('rule', `${rule} can't be waived: what it finds makes a plugin unreadable or unusable`);
  if (expiresAt <= now) throw waiverRefused('expires_at', 'must be in the future');
  const id = ids('waiver');
  const data = { plugin, rule, reason, expires_at: iso(expiresAt) };
  const { organizationId, ref } = actor;
  const again = requestCoveredReevaluation(deps, organizationId, id, sql`true`);
  const [[granted]] = await db.batch([
    db
      .insert(waivers)
      .values({ ...request, id, organizationId, createdBy: ref, createdAt: now })
      .returning(),
    record(deps, { ...eventOf(actor, id), type: 'waiver.granted', data }, previousChanged),
    ...again.statements,
  ]);
  deps.defer(sendNow(deps, again.message));
  if (!granted) throw new Error(`waiver ${id} is not there after its insert`);
  return granted;
}

/** The published versions that the waiver is for get another verdict by its grant and by its end. */
function requestCoveredReevaluation(
  deps: Pick<Deps, 'db' | 'ids' | 'clock'>,
  organizationId: OrganizationId,
  id: WaiverId,
  condition: SQL,
) {
  const covered = sql`exists (select 1 from ${waivers} where ${waivers.id} = ${id} and ${coversVersion})`;
  return requestReevaluation(deps, organizationId, covered, condition);
}

function waiverRefused(field: string, message: string): Problem {
  return new Problem('invalid-request', `The waiver can't be granted: ${message}`, {
    fields: [{ path: ['body', field], message, type: 'waiver_refused' }],
  });
}

function eventOf({ organizationId, ref }: Actor, id: WaiverId) {
  return { organizationId, namespaceId: null, actor: ref, subjectId: id };
}

export interface WaiverFilter {
  plugin?: string;
  status?: WaiverState;
}

/** Newest first. */
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
  return pageOf(rows, limit, ({ id }) => id);
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

/** Taken back: verdicts from now on are made without it. One that is over or taken back already stays as it is. */
export async function revokeWaiver(deps: WriteDeps, actor: Actor, id: WaiverId): Promise<Waiver> {
  requireScope(actor, 'policy:admin');
  const { db, clock } = deps;
  const now = clock.now();
  const mine = and(eq(waivers.id, id), eq(waivers.organizationId, actor.organizationId));
  const data = sql`(select json_object('plugin', ${waivers.plugin}, 'rule', ${waivers.rule}) from ${waivers} where ${mine})`;
  const again = requestCoveredReevaluation(
    deps,
    actor.organizationId,
    id,
    sql`exists (select 1 from ${waivers} where ${and(mine, inForce(now))})`,
  );
  const [, , , , [waiver]] = await db.batch([
    ...again.statements,
    db
      .update(waivers)
      .set({ revokedAt: now })
      .where(and(mine, inForce(now))),
    record(deps, { ...eventOf(actor, id), type: 'waiver.revoked', data }, previousChanged),
    db.select().from(waivers).where(mine),
  ]);
  deps.defer(sendNow(deps, again.message));
  if (!waiver) throw notFound('waiver', id);
  return waiver;
}

/** Tells once of each waiver that is over. Its end needs nobody: it is a time that every verdict looks at. */
export async function sweepWaivers(deps: Pick<Deps, 'db' | 'ids' | 'clock'>): Promise<void> {
  const { db, clock } = deps;
  const now = clock.now();
  const ended = await db
    .select()
    .from(waivers)
    .where(and(isNull(waivers.revokedAt), isNull(waivers.expiryReportedAt), lte(waivers.expiresAt, now)))
    .limit(100);
  for (const { id, organizationId, plugin, rule } of ended) {
    const untold = and(eq(waivers.id, id), isNull(waivers.expiryReportedAt));
    const again = requestCoveredReevaluation(
      deps,
      organizationId,
      id,
      sql`exists (select 1 from ${waivers} where ${untold})`,
    );
    await db.batch([
      ...again.statements,
      db.update(waivers).set({ expiryReportedAt: now }).where(untold),
      record(
        deps,
        {
          organizationId,
          namespaceId: null,
          actor: systemActor,
          type: 'waiver.expired',
          subjectId: id,
          data: { plugin, rule },
        },
        previousChanged,
      ),
    ]);
  }
}
