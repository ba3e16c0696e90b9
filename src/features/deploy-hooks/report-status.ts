// Reports a push's state to GitHub as a commit status. Retries a failed report a few times. Reports never delay the push.
import { and, asc, eq, gt, lte, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { deployHooks as deployHookLimits } from '../../contract/features/deploy-hooks/limits.ts';
import type { PushState } from '../../contract/features/deploy-hooks/states.ts';
import { sweepLimits } from '../../contract/limits/leases.ts';
import { parseExternalUrl } from '../../core/external-url.ts';
import type { PushId } from '../../core/ids.ts';
import { fewPerOrganization, placeInOrganization } from '../../db/by-organization.ts';
import { writeAndRead } from '../../db/client.ts';
import type { Deps } from '../../deps.ts';
import type { DeployHook } from './deploy-hooks.ts';
import { ownerAndName } from './payloads.ts';
import type { Push } from './push-statements.ts';
import { openToken, statusApi } from './status-token.ts';
import { deployHooks, pushes } from './tables.ts';

const limits = {
  /** Wait after each failed report. After the last wait, a failed report is dropped. */
  reportWaitsMs: [5_000, 60_000, 600_000, 3_600_000],
  /** Time limit for one report. The lease below is longer, so no other worker sends the report meanwhile. */
  reportTimeoutMs: 15_000,
  reportLeaseMs: 60_000,
};
const { reportsPerOrganization } = deployHookLimits;

const states: Partial<Record<PushState, 'pending' | 'success' | 'failure'>> = {
  deploying: 'pending',
  running: 'pending',
  live: 'success',
  published: 'success',
  failed: 'failure',
};

/**
 * Sends a due report, and then a message for the organization's next one. Does nothing if another worker is reporting, or while the
 * organization has as many reports in progress as it may have.
 */
export async function reportPush(deps: Deps, id: PushId): Promise<void> {
  const claimed = await claimReport(deps, id);
  if (!claimed) return;
  const { hook, push, until } = claimed;
  const state = states[push.status];
  const failure = state && push.commitHash !== null ? await postStatus(deps, hook, push, state) : null;
  const wait = failure === null ? undefined : limits.reportWaitsMs[push.reportAttempts];
  if (failure !== null) deps.log.warn('deploy_hook.status_not_reported', { push: id, reason: failure });
  const stored = deps.db
    .update(pushes)
    .set({
      reportAt: wait === undefined ? null : deps.clock.now() + wait,
      reportAttempts: push.reportAttempts + 1,
      reported: failure === null ? (state ?? null) : push.reported,
    })
    .where(and(eq(pushes.id, id), eq(pushes.reportAt, until)));
  const isOwn = eq(pushes.organizationId, push.organizationId);
  const { due } = await writeAndRead(deps.db, [stored], {
    due: deps.db
      .select({ id: pushes.id })
      .from(pushes)
      .where(and(isOwn, isDue(deps.clock.now())))
      .orderBy(asc(pushes.reportAt))
      .limit(1),
  });
  const [next] = due;
  if (next) await deps.queues.deliveries.send({ v: 1, type: 'report-push', id: next.id });
}

function isDue(now: number): SQL {
  return sql`${pushes.reportAt} is not null and ${pushes.reportAt} <= ${now}`;
}

/**
 * SQL: the organization has fewer reports in progress than its part, so that hosts that never respond leave workers to other
 * organizations. Recognizes them by their new due time; a later attempt also counts, while its due time is as far away.
 */
function hasFreeWorker(id: PushId, until: number): SQL {
  const other = alias(pushes, 'other');
  const organization = sql`(select ${pushes.organizationId} from ${pushes} where ${pushes.id} = ${id})`;
  const inProgress = and(
    sql`${other.organizationId} = ${organization}`,
    gt(other.reportAt, until - limits.reportTimeoutMs),
    lte(other.reportAt, until),
  );
  return sql`(select count(*) from ${pushes} ${other} where ${inProgress}) < ${reportsPerOrganization}`;
}

/** Claims a report by postponing its due time, so that no other worker sends it now. A change to the push makes it due again. */
async function claimReport(
  { db, clock }: Deps,
  id: PushId,
): Promise<{ hook: DeployHook; push: Push; until: number } | undefined> {
  const now = clock.now();
  const until = now + limits.reportLeaseMs;
  const [push] = await db
    .update(pushes)
    .set({ reportAt: until })
    .where(and(eq(pushes.id, id), lte(pushes.reportAt, now), hasFreeWorker(id, until)))
    .returning();
  if (!push) return undefined;
  const [hook] = await db.select().from(deployHooks).where(eq(deployHooks.id, push.hookId));
  return hook && { hook, push, until };
}

/** Returns the failure, or null. */
async function postStatus(
  deps: Deps,
  hook: DeployHook,
  push: Push,
  state: 'pending' | 'success' | 'failure',
): Promise<string | null> {
  const repository = ownerAndName(hook.repository);
  if (hook.statusToken === null || !repository) return 'the hook has no token, or its repository has no owner';
  const { owner, name } = repository;
  const path = `repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}/statuses/${push.commitHash}`;
  const target = parseExternalUrl(`${statusApi(hook.statusUrl)}${path}`, deps);
  if ('refused' in target) return `the URL is not allowed: ${target.refused}`;
  const token = await openToken(deps, hook, hook.statusToken);
  if (token === null) return 'the token was set for another URL: set it again';
  try {
    const response = await deps.fetch(target.url.href, {
      organization: hook.organizationId,
      method: 'POST',
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'user-agent': 'Slipway-Deploy-Hooks/1',
      },
      body: JSON.stringify({ state, context: `slipway/${hook.pluginName}`, description: describe(push) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(limits.reportTimeoutMs),
    });
    await response.body?.cancel();
    return response.ok ? null : `responded with ${response.status}`;
  } catch (cause) {
    return cause instanceof Error ? cause.name : 'failed';
  }
}

/** GitHub's limit is 140 characters. */
function describe({ status, message }: Push): string {
  const text = { live: 'Live', published: 'Published', failed: message ?? 'Failed' }[String(status)] ?? 'Deploying';
  return [...text].slice(0, 140).join('');
}

/** Selects due reports, up to each organization's part of the workers: the oldest of each organization, then the second ones, and so on. */
export function selectDueReports(db: Deps['db'], now: number) {
  const lookedAt = alias(pushes, 'looked_at');
  const due = fewPerOrganization({
    table: pushes,
    lookedAt,
    organizationId: pushes.organizationId,
    orderedBy: pushes.reportAt,
    isWaiting: sql`${pushes.reportAt} is not null`,
    isDue: lte(lookedAt.reportAt, now),
    perOrganization: reportsPerOrganization,
  });
  const chosen = db
    .select({ id: pushes.id, place: placeInOrganization(pushes.organizationId, pushes.reportAt).as('place') })
    .from(pushes)
    .where(sql`${pushes.id} in (${due})`)
    .as('chosen');
  return db.select({ id: chosen.id }).from(chosen).orderBy(asc(chosen.place)).limit(sweepLimits.messagesAtOnce);
}
