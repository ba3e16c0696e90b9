// Reports a push's state to GitHub as a commit status. Retries a failed report a few times. Reports never delay the push.
import { and, eq, lte, sql } from 'drizzle-orm';
import { sweepLimits } from '../contract/limits/leases.ts';
import type { PushState } from '../contract/states.ts';
import { parseExternalUrl } from '../core/external-url.ts';
import type { PushId } from '../core/ids.ts';
import { deployHooks, pushes } from '../db/schema/hooks.ts';
import type { Deps } from '../deps.ts';
import type { DeployHook } from './deploy-hooks.ts';
import { ownerAndName } from './payloads.ts';
import type { Push } from './push-statements.ts';
import { openToken, statusApi } from './status-token.ts';

const limits = {
  /** Wait after each failed report. After the last wait, a failed report is dropped. */
  reportWaitsMs: [5_000, 60_000, 600_000, 3_600_000],
  /** Time limit for one report. The lease below is longer, so no other worker sends the report meanwhile. */
  reportTimeoutMs: 15_000,
  reportLeaseMs: 60_000,
};

const states: Partial<Record<PushState, 'pending' | 'success' | 'failure'>> = {
  deploying: 'pending',
  running: 'pending',
  live: 'success',
  published: 'success',
  failed: 'failure',
};

/** Sends due reports. Does nothing if another worker is reporting. */
export async function reportPush(deps: Deps, id: PushId): Promise<void> {
  const claimed = await claimReport(deps, id);
  if (!claimed) return;
  const { hook, push, until } = claimed;
  const state = states[push.status];
  const failure = state && push.commitHash !== null ? await postStatus(deps, hook, push, state) : null;
  const wait = failure === null ? undefined : limits.reportWaitsMs[push.reportAttempts];
  if (failure !== null) deps.log.warn('deploy_hook.status_not_reported', { push: id, reason: failure });
  await deps.db
    .update(pushes)
    .set({
      reportAt: wait === undefined ? null : deps.clock.now() + wait,
      reportAttempts: push.reportAttempts + 1,
      reported: failure === null ? (state ?? null) : push.reported,
    })
    .where(and(eq(pushes.id, id), eq(pushes.reportAt, until)));
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
    .where(and(eq(pushes.id, id), lte(pushes.reportAt, now)))
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

/** Selects due reports. */
export function selectDueReports(db: Deps['db'], now: number) {
  return db
    .select({ id: pushes.id })
    .from(pushes)
    .where(sql`${pushes.reportAt} is not null and ${pushes.reportAt} <= ${now}`)
    .limit(sweepLimits.messagesAtOnce);
}
