// Verifies that an agent plugin's artifact has its registered checksum: pending → verified | mismatch | unreachable. Unreachable
// artifacts are retried for two days. If a worker dies, its lease expires and the sweep enqueues the verification again.
import { and, asc, eq, isNull, lte, type SQL, sql } from 'drizzle-orm';
import { type AnySQLiteColumn, alias } from 'drizzle-orm/sqlite-core';
import { type ActorRef, systemActor } from '../../contract/actor.ts';
import { artifactFetch, artifactLease } from '../../contract/features/agents/limits.ts';
import { wholeSha256Digits } from '../../contract/features/agents/registration.ts';
import { sweepGraceMs, sweepLimits } from '../../contract/limits/leases.ts';
import type { ExternalUrlRules } from '../../core/external-url.ts';
import type { PluginRowId } from '../../core/ids.ts';
import { fewPerOrganization } from '../../db/by-organization.ts';
import { previousChanged, type Statement, writeAndRead } from '../../db/client.ts';
import { isUnleased, type Lease, newLease, released } from '../../db/lease.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { sendAll } from '../../events/send-all.ts';
import { setAside, whileMarked } from '../../events/set-aside.ts';
import { readUsage, type Usage } from '../../limits/quotas.ts';
import type { FetchLimits } from '../../registry/storage/fetch-into.ts';
import { type FetchOutcome, fetchArtifact } from './artifact.ts';
import { copyQuota } from './copy-quota.ts';
import { agentArtifacts } from './tables.ts';

export type AgentArtifact = typeof agentArtifacts.$inferSelect;

type VerifyDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'blobs' | 'fetch' | 'log' | 'marks' | 'queues' | 'defer'> &
  ExternalUrlRules;

interface Claim {
  artifact: AgentArtifact;
  lease: Lease;
}

/**
 * Fetches and verifies the artifact if it is due, no other worker is verifying it, and its organization has a free worker. Runs from
 * the queue.
 */
export async function verifyArtifact(
  deps: VerifyDeps,
  id: PluginRowId,
  limits: FetchLimits = artifactFetch,
): Promise<void> {
  const { claim } = await claimArtifact(deps, id, hasFreeWorker(id, deps.clock.now()));
  if (claim) await fetchClaimed(deps, claim, limits);
}

async function fetchClaimed(deps: VerifyDeps, claim: Claim, limits: FetchLimits): Promise<void> {
  const { artifact } = claim;
  const usage = await readUsage(deps.db, copyQuota(artifact.organizationId, artifact.checksum, 0));
  const request = { ...artifact, copyBytesMax: usage.allowed - usage.used };
  const { attempts, id, organizationId } = artifact;
  const detail = await setAside(deps, {
    ...{ id, organizationId, tries: attempts, triesMax: artifactLease.attemptsMax },
    message: { v: 1, type: 'verify-artifact', id },
  });
  const outcome: FetchOutcome =
    detail === undefined
      ? await whileMarked(deps, artifact, () => fetchArtifact(deps, request, limits))
      : { state: 'unreachable', failure: 'artifact_unreachable', detail };
  await storeOutcome(deps, claim, outcome, usage);
}

/** Verifies within a request, or waits for the worker that is already verifying. If time runs out, the artifact stays pending. */
export async function verifyNow(deps: VerifyDeps, id: PluginRowId): Promise<AgentArtifact> {
  const deadline = deps.clock.now() + artifactFetch.inlineMs;
  for (;;) {
    const { claim, artifact } = await claimArtifact(deps, id);
    if (claim) await fetchClaimed(deps, claim, { ...artifactFetch, totalMs: artifactFetch.inlineMs });
    else if (artifact.verification !== 'pending' || deps.clock.now() >= deadline) return artifact;
    else await new Promise((resolve) => setTimeout(resolve, artifactFetch.pollMs));
  }
}

/** SQL over rows of agent_artifacts or its alias: a verification is due and no worker holds the lease. */
function isDue(
  artifact: Record<'nextCheckAt' | 'leaseUntil', AnySQLiteColumn<{ data: number }>>,
  now: number,
): SQL | undefined {
  return and(lte(artifact.nextCheckAt, now), isUnleased(artifact, now));
}

/** SQL: the organization has fewer artifacts in progress than the queue's limit. */
function hasFreeWorker(id: PluginRowId, now: number): SQL {
  const running = alias(agentArtifacts, 'running');
  const organization = sql`(select ${agentArtifacts.organizationId} from ${agentArtifacts} where ${agentArtifacts.id} = ${id})`;
  const inProgress = sql`${running.organizationId} = ${organization} and ${running.leaseUntil} > ${now}`;
  return sql`(select count(*) from ${agentArtifacts} ${running} where ${inProgress}) < ${artifactFetch.perOrganizationAtOnce}`;
}

async function claimArtifact(
  { db, clock }: VerifyDeps,
  id: PluginRowId,
  mayStart?: SQL,
): Promise<{ claim?: Claim; artifact: AgentArtifact }> {
  const now = clock.now();
  const lease = newLease(agentArtifacts, id, artifactLease, now);
  const claimed = db
    .update(agentArtifacts)
    .set({ ...lease.taken, attempts: sql`${agentArtifacts.attempts} + 1` })
    .where(and(lease.isFree, lte(agentArtifacts.nextCheckAt, now), mayStart));
  const {
    found: [artifact],
  } = await writeAndRead(db, [claimed], {
    found: db.select().from(agentArtifacts).where(eq(agentArtifacts.id, id)),
  });
  if (!artifact) throw new Error(`agent plugin ${id} does not exist`);
  return artifact.leaseToken === lease.token ? { claim: { artifact, lease }, artifact } : { artifact };
}

/**
 * Stores the outcome, unless the artifact was moved or yanked in the meantime. An unchanged state records no event. Sends the
 * organization's next artifact; if the worker dies first, the sweep sends it.
 */
async function storeOutcome(
  deps: VerifyDeps,
  { artifact, lease }: Claim,
  outcome: FetchOutcome,
  usage: Usage,
): Promise<void> {
  const { db, clock, queues } = deps;
  const now = clock.now();
  const { state } = outcome;
  const copied = state === 'verified' && outcome.copied;
  const fetched =
    state === 'unreachable'
      ? { actualSha256: null, sizeBytes: null, contentType: null }
      : { actualSha256: outcome.sha256, sizeBytes: outcome.sizeBytes, contentType: outcome.contentType };
  const stored = [
    db
      .update(agentArtifacts)
      .set({
        ...fetched,
        ...failureOf(artifact, outcome, usage),
        verification: state,
        mirrored: copied
          ? sql`${copyQuota(artifact.organizationId, artifact.checksum, outcome.sizeBytes).hasRoom}`
          : artifact.mirrored,
        nextCheckAt: nextCheckAt(artifact, outcome, now),
        checkedAt: now,
        ...released,
        updatedAt: now,
      })
      .where(lease.isHeld),
    recordOutcome(deps, artifact, outcome),
  ];
  const { waiting } = await writeAndRead(db, stored, {
    waiting: db
      .select({ id: agentArtifacts.id })
      .from(agentArtifacts)
      .where(and(eq(agentArtifacts.organizationId, artifact.organizationId), isDue(agentArtifacts, now)))
      .orderBy(asc(agentArtifacts.nextCheckAt))
      .limit(1),
  });
  const [next] = waiting;
  if (next) await queues.artifacts.send({ v: 1, type: 'verify-artifact', id: next.id });
}

function failureOf(
  { checksum }: AgentArtifact,
  outcome: FetchOutcome,
  { used, allowed }: Usage,
): Pick<AgentArtifact, 'failure' | 'failureDetail'> {
  switch (outcome.state) {
    case 'verified':
      return {
        failure: null,
        failureDetail: outcome.copied ? null : `no copy was stored: this organization uses ${used} of ${allowed} bytes`,
      };
    case 'mismatch':
      return {
        failure: 'checksum_mismatch',
        failureDetail: `expected sha256:${checksum}, got sha256:${outcome.sha256}`,
      };
    case 'unreachable':
      return { failure: outcome.failure, failureDetail: outcome.detail };
  }
}

/** Returns when to check again. Retries only temporary failures; wrong content and oversized artifacts are final. */
function nextCheckAt({ attempts }: AgentArtifact, outcome: FetchOutcome, now: number): number | null {
  if (outcome.state !== 'unreachable' || outcome.failure === 'artifact_too_large') return null;
  const wait = artifactFetch.retryWaitsMs[attempts - 1];
  return wait === undefined ? null : now + wait;
}

function recordOutcome(deps: VerifyDeps, artifact: AgentArtifact, outcome: FetchOutcome): Statement {
  const event = verificationEvent(artifact, systemActor);
  const changed = artifact.verification === outcome.state ? sql`false` : previousChanged;
  switch (outcome.state) {
    case 'verified':
      return record(
        deps,
        { ...event, type: 'agent_plugin.verified', data: { size_bytes: outcome.sizeBytes } },
        changed,
      );
    case 'mismatch': {
      const data = { expected: artifact.checksum, actual: outcome.sha256 };
      return record(deps, { ...event, type: 'agent_plugin.mismatch', data }, changed);
    }
    case 'unreachable':
      return record(deps, { ...event, type: 'agent_plugin.unreachable', data: { because: outcome.detail } }, changed);
  }
}

export function verificationEvent(
  { id, organizationId }: { id: PluginRowId | SQL; organizationId: AgentArtifact['organizationId'] },
  actor: ActorRef,
) {
  return { organizationId, namespaceId: null, actor, subjectId: id };
}

export function isVerifiable(checksum: string): boolean {
  return checksum.length === wholeSha256Digits;
}

/** Returns the columns that restart an artifact's verification from the beginning. */
export function pendingVerification(now: number) {
  return {
    verification: 'pending',
    attempts: 0,
    nextCheckAt: now,
    ...released,
    failure: null,
    failureDetail: null,
  } as const;
}

/** Restarts the verification, whatever its result. */
export async function requestVerification(
  deps: VerifyDeps,
  artifact: AgentArtifact,
  actor: ActorRef,
): Promise<AgentArtifact> {
  const { db, clock } = deps;
  const now = clock.now();
  const canVerify = and(
    isNull(agentArtifacts.yankedAt),
    sql`length(${agentArtifacts.checksum}) = ${wholeSha256Digits}`,
  );
  const {
    after: [current = artifact],
  } = await writeAndRead(
    db,
    [
      db
        .update(agentArtifacts)
        .set({ ...pendingVerification(now), updatedAt: now })
        .where(and(eq(agentArtifacts.id, artifact.id), canVerify)),
      record(deps, { ...verificationEvent(artifact, actor), type: 'agent_plugin.pending' }, previousChanged),
    ],
    { after: db.select().from(agentArtifacts).where(eq(agentArtifacts.id, artifact.id)) },
  );
  enqueueVerification(deps, artifact.id);
  return current;
}

/** Enqueues a verification. Its row is already marked as due, so if the message is lost, the sweep starts it later. */
export function enqueueVerification(
  { queues, defer }: Pick<Deps, 'queues' | 'defer'>,
  id: PluginRowId,
  delaySeconds = 0,
): void {
  defer(queues.artifacts.send({ v: 1, type: 'verify-artifact', id }, { delaySeconds }));
}

type SweepDeps = Pick<Deps, 'db' | 'clock' | 'queues' | 'log'>;

/** Enqueues due verifications whose message was lost. */
export async function sweepAgentArtifacts(deps: SweepDeps): Promise<void> {
  const due = await selectUnverified(deps);
  const messages = due.map(({ id }) => ({ v: 1, type: 'verify-artifact', id }) as const);
  await sendAll(deps, 'artifacts', messages);
}

/** Selects due artifacts, up to each organization's concurrency limit. */
export function selectUnverified({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  const lookedAt = alias(agentArtifacts, 'looked_at');
  const unclaimed = fewPerOrganization({
    table: agentArtifacts,
    lookedAt,
    organizationId: agentArtifacts.organizationId,
    orderedBy: agentArtifacts.nextCheckAt,
    isWaiting: sql`${agentArtifacts.nextCheckAt} is not null`,
    isDue: isDue(lookedAt, clock.now() - sweepGraceMs),
    perOrganization: artifactFetch.perOrganizationAtOnce,
  });
  return db
    .select({ id: agentArtifacts.id })
    .from(agentArtifacts)
    .where(sql`${agentArtifacts.id} in (${unclaimed})`)
    .orderBy(asc(agentArtifacts.nextCheckAt))
    .limit(sweepLimits.messagesAtOnce);
}
