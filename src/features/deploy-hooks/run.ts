// Runs a deploy hook's newest push: publishes the commit through the pipeline and requests its deployment. A push is `running` while a
// worker holds the hook's lease, and `deploying` until its deployment ends; then the hook is free for the next push.
import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import { deployHooks as limits } from '../../contract/features/deploy-hooks/limits.ts';
import { iso } from '../../core/clock.ts';
import type { DeployHookId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { previousChanged, writeAndRead } from '../../db/client.ts';
import { keepLease, newLease, released } from '../../db/lease.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { setAside } from '../../events/set-aside.ts';
import { advanceUpload } from '../../pipeline.ts';
import { readOutcome, type UploadOutcome } from '../../registry/uploads/outcomes.ts';
import type { Upload } from '../../registry/uploads/uploads.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { openPublication, publishedVersion } from './publication.ts';
import { requestPushDeployment } from './push-deployment.ts';
import { failPush, type Run } from './push-outcomes.ts';
import { changePush, olderSuperseded, pushData, pushEvent, selectPush } from './push-statements.ts';
import { deployHooks, pushes } from './tables.ts';

/** Runs the hook's newest push, unless another worker is running one. */
export async function runHook(deps: Deps, id: DeployHookId): Promise<void> {
  const run = await claimRun(deps, id);
  if (!run) return;
  try {
    const { id: work, lost, organizationId } = run.push;
    const message = { v: 1, type: 'run-hook', id } as const;
    const reason = await setAside(deps, {
      id: work,
      organizationId,
      tries: lost + 1,
      triesMax: limits.triesMax,
      message,
    });
    if (reason === undefined) await keepLease(deps, run.lease, limits.lease, () => advance(deps, run));
    else await failPush(deps, run, { code: 'given-up', message: `Slipway stopped trying: ${reason}. Push again.` });
  } catch (error) {
    // Not the author's fault, so the run is retried: the queue redelivers the message, and the sweep sends another.
    if (!(error instanceof Problem) || error.status >= 500) {
      await deps.db.update(deployHooks).set(released).where(run.lease.isHeld);
      throw error;
    }
    // Other installs of the plugin are in progress or waiting, so the push waits for them.
    if (error.code !== 'plugin-building') await failPush(deps, run, { code: error.code, message: error.message });
  }
  await release(deps, run);
}

/**
 * Claims the hook. Continues a push that a worker left running. Otherwise starts the newest queued push and supersedes older ones, so
 * that consecutive pushes become one run.
 */
async function claimRun(deps: Deps, id: DeployHookId): Promise<Run | undefined> {
  const { db, clock } = deps;
  const now = clock.now();
  const [hook] = await db
    .select()
    .from(deployHooks)
    .where(and(eq(deployHooks.id, id), isNull(deployHooks.deletedAt)));
  if (!hook) return undefined;
  const lease = newLease(deployHooks, id, limits.lease, now);
  const running = selectPush(id, 'running');
  const newest = selectPush(id, 'queued');
  const hasWork = sql`(${running('id')} is not null or ${newest('next_at')} <= ${now})`;
  const holds = sql`exists (select 1 from ${deployHooks} where ${lease.isHeld})`;
  const begins = sql`${running('id')} is null and ${holds}`;
  const countLost = db
    .update(pushes)
    .set({ lost: sql`${pushes.lost} + 1` })
    .where(and(eq(pushes.id, running('id')), holds));
  const data = sql`json_object('hook_id', ${id}, 'ref', ${running('ref')})`;
  const claimed = await writeAndRead(
    db,
    [
      db.update(deployHooks).set(lease.taken).where(and(lease.isFree, hasWork)),
      db
        .update(pushes)
        .set({ status: 'running', updatedAt: now })
        .where(and(eq(pushes.id, newest('id')), begins)),
      ...(hook.leaseToken === null ? [] : [countLost]),
      record(deps, { ...pushEvent(hook, running('id')), type: 'push.started', data }, previousChanged),
      ...olderSuperseded(deps, hook),
    ],
    {
      hooks: db.select().from(deployHooks).where(lease.isHeld),
      pushes: db
        .select()
        .from(pushes)
        .where(eq(pushes.id, running('id'))),
    },
  );
  const [held] = claimed.hooks;
  const [push] = claimed.pushes;
  return held && push && { hook: held, push, lease };
}

/** Releases the hook, and sends a message if another push is due or if this one must be checked again. */
async function release({ db, clock, queues }: Deps, run: Run): Promise<void> {
  const { hook, push } = run;
  const now = clock.now();
  const { open } = await writeAndRead(
    db,
    [
      db.update(deployHooks).set(released).where(run.lease.isHeld),
      // Keeps the sweep from sending a second message.
      db
        .update(pushes)
        .set({ updatedAt: now })
        .where(and(eq(pushes.id, push.id), isOpen)),
    ],
    {
      open: db
        .select({ nextAt: pushes.nextAt, status: pushes.status })
        .from(pushes)
        .where(and(eq(pushes.hookId, hook.id), isOpen))
        // A running push comes first, even before newer ones.
        .orderBy(desc(sql`${pushes.status} = 'running'`), desc(pushes.id))
        .limit(1),
    },
  );
  const [next] = open;
  if (!next) return;
  const waitMs = next.status === 'running' ? limits.lookAgainSeconds * 1000 : Math.max(0, next.nextAt - now);
  await queues.scans.send({ v: 1, type: 'run-hook', id: hook.id }, { delaySeconds: Math.ceil(waitMs / 1000) });
}

const isOpen = sql`${pushes.endedAt} is null and ${pushes.status} in ('queued', 'running')`;

async function advance(deps: Deps, run: Run): Promise<void> {
  const { hook, push } = run;
  if (hook.action === 'redeploy') return requestPushDeployment(deps, run, undefined);
  const uploadId = push.uploadId ?? (await openPublication(deps, run));
  await advanceUpload(deps, uploadId);
  const outcome = await readOutcome(deps, { id: uploadId });
  if (outcome.status === 'pending') return;
  const { upload } = outcome;
  if (outcome.status === 'rejected') return handleRejection(deps, run, outcome);
  const version = outcome.status === 'accepted' ? outcome.version : await publishedVersion(deps, upload);
  if (!version) return failPush(deps, run, { code: 'plugin-not-found', message: `${hook.pluginName} was removed.` });
  await recordPublished(deps, run, upload, version);
  if (hook.action === 'update' && version.stage !== 'staged') await requestPushDeployment(deps, run, version);
}

async function recordPublished(deps: Deps, { hook, push }: Run, upload: Upload, version: PluginVersion): Promise<void> {
  const commit = upload.source?.commit ?? null;
  // Approval deploys a version that waits for it.
  const isEnd = hook.action === 'publish' || version.stage === 'staged';
  const set = { versionId: version.id, commitHash: commit };
  await changePush(deps, hook, push, {
    from: ['running'],
    set: isEnd ? { ...set, status: 'published', endedAt: deps.clock.now() } : set,
    event: { type: 'push.published', data: { ...pushData(push), version_id: version.id, commit } },
    when: isNull(pushes.versionId),
  });
}

/** Refusal codes after which a later fetch may succeed. */
const retriedCodes = new Set(['repository-unreachable', 'fetch-timeout']);

async function handleRejection(
  deps: Deps,
  run: Run,
  { reason, upload, findings }: Extract<UploadOutcome, { status: 'rejected' }>,
): Promise<void> {
  const { clock } = deps;
  const { hook, push } = run;
  const { refusal, source } = upload;
  const wait = refusal !== null && retriedCodes.has(refusal.code) ? limits.retryWaitsMs[push.attempts] : undefined;
  if (refusal !== null && wait !== undefined) {
    const nextAt = clock.now() + wait;
    await changePush(deps, hook, push, {
      from: ['running'],
      set: { status: 'queued', uploadId: null, attempts: push.attempts + 1, nextAt },
      event: { type: 'push.delayed', data: { ...pushData(push), error: refusal, next_at: iso(nextAt) } },
    });
    return;
  }
  const errors = findings.filter(({ severity, waiver }) => severity === 'error' && !waiver);
  const [first] = errors;
  const error =
    refusal ?? (reason === 'conflict' ? versionTaken(upload) : rejectedByScan(errors.length, first?.message));
  await failPush(deps, { ...run, push: { ...push, commitHash: source?.commit ?? null } }, error);
}

function versionTaken({ name, major, minor, patch }: Upload) {
  const message = `${name} ${major}.${minor}.${patch} is already published with different content. Raise the version in manifest.py.`;
  return { code: 'version-exists', message };
}

function rejectedByScan(count: number, first: string | undefined) {
  const more = count > 1 ? ` (and ${count - 1} more)` : '';
  return { code: 'policy-rejected', message: `Rejected by the scan: ${first ?? 'it could not be scanned'}${more}` };
}
