// Whether the artifact of an agent plugin is what it was registered as: pending → verified | mismatch | unreachable. What is
// unreachable is tried again for two days. Cut off anywhere, the lease runs out and the sweep sends for it again.
import { and, eq, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import { wholeSha256Digits } from '../../contract/agents.ts';
import { type ActorRef, systemActor } from '../../contract/events.ts';
import type { PluginRowId } from '../../core/ids.ts';
import { previousChanged, type Statement } from '../../db/client.ts';
import { selectUsage, storageQuota, type Usage } from '../../db/quotas.ts';
import { agentArtifacts } from '../../db/schema/agents.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { artifactLimits, type FetchLimits, type FetchOutcome, fetchArtifact } from './artifact.ts';

export type AgentArtifact = typeof agentArtifacts.$inferSelect;

const minute = 60_000;
const hour = 60 * minute;
/** After the first failure, the second one, and so on; then it is left until somebody asks. */
const waitsMs = [minute, 10 * minute, hour, 6 * hour, 24 * hour];
/** Claims after which it is left, too: something about it ends its worker every time. */
const attemptsMax = 8;
const attemptsExhausted: FetchOutcome = {
  state: 'unreachable',
  failure: 'artifact_unreachable',
  detail: `none of ${attemptsMax} attempts came to an end`,
};
/** More than a fetch may take. */
const leaseMs = artifactLimits.totalMs + minute;
const unheardMs = 15_000;
/** How long a request waits for the outcome. */
const inlineMs = 25_000;

type VerifyDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'blobs' | 'fetch' | 'allowLoopback' | 'queues' | 'defer'>;

interface Claim {
  artifact: AgentArtifact;
  token: string;
}

/** From the queue: fetches it when that is due and nobody else does. */
export async function verifyArtifact(
  deps: VerifyDeps,
  id: PluginRowId,
  limits: FetchLimits = artifactLimits,
): Promise<void> {
  const { claim } = await claimArtifact(deps, id);
  if (claim) await fetchClaimed(deps, claim, limits);
}

async function fetchClaimed(deps: VerifyDeps, claim: Claim, limits: FetchLimits): Promise<void> {
  const { artifact } = claim;
  const quota = copyQuota(artifact);
  const [usage] = await selectUsage(deps.db, quota);
  if (!usage) throw new Error('a count without a row');
  const wanted = { ...artifact, copyBytesMax: usage.allowed - usage.used };
  const outcome = artifact.attempts > attemptsMax ? attemptsExhausted : await fetchArtifact(deps, wanted, limits);
  await storeOutcome(deps, claim, outcome, usage);
}

/** Room for a copy of that many bytes. */
function copyQuota({ organizationId, checksum }: AgentArtifact, sizeBytes = 0) {
  return storageQuota(organizationId, { sha256: checksum, sizeBytes });
}

/** In a request: the same at once, or the outcome of whoever is at it. Still pending when the time for it is over. */
export async function verifyNow(deps: VerifyDeps, id: PluginRowId): Promise<AgentArtifact> {
  const deadline = deps.clock.now() + inlineMs;
  for (;;) {
    const { claim, artifact } = await claimArtifact(deps, id);
    if (claim) await fetchClaimed(deps, claim, { ...artifactLimits, totalMs: inlineMs });
    else if (artifact.verification !== 'pending' || deps.clock.now() >= deadline) return artifact;
    else await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** SQL: it can be verified, it is to be, and nobody is at it. */
function isDue(now: number): SQL | undefined {
  return and(
    lte(agentArtifacts.nextCheckAt, now),
    or(isNull(agentArtifacts.leaseUntil), lte(agentArtifacts.leaseUntil, now)),
  );
}

async function claimArtifact(
  { db, clock }: VerifyDeps,
  id: PluginRowId,
): Promise<{ claim?: Claim; artifact: AgentArtifact }> {
  const now = clock.now();
  const token = crypto.randomUUID();
  const [, [artifact]] = await db.batch([
    db
      .update(agentArtifacts)
      .set({ leaseToken: token, leaseUntil: now + leaseMs, attempts: sql`${agentArtifacts.attempts} + 1` })
      .where(and(eq(agentArtifacts.id, id), isDue(now))),
    db.select().from(agentArtifacts).where(eq(agentArtifacts.id, id)),
  ]);
  if (!artifact) throw new Error(`agent plugin ${id} is gone, though none ever goes`);
  return artifact.leaseToken === token ? { claim: { artifact, token }, artifact } : { artifact };
}

/** What came of it, unless the artifact was moved or yanked meanwhile. The same state again is no event. */
async function storeOutcome(
  deps: VerifyDeps,
  { artifact, token }: Claim,
  outcome: FetchOutcome,
  usage: Usage,
): Promise<void> {
  const { db, clock } = deps;
  const now = clock.now();
  const { state } = outcome;
  const copied = state === 'verified' && outcome.copied;
  const fetched =
    state === 'unreachable'
      ? { actualSha256: null, sizeBytes: null, contentType: null }
      : { actualSha256: outcome.sha256, sizeBytes: outcome.sizeBytes, contentType: outcome.contentType };
  await db.batch([
    db
      .update(agentArtifacts)
      .set({
        ...fetched,
        ...failureOf(artifact, outcome, usage),
        verification: state,
        mirrored: copied ? sql`${copyQuota(artifact, outcome.sizeBytes).hasRoom}` : artifact.mirrored,
        nextCheckAt: nextCheckAt(artifact, outcome, now),
        checkedAt: now,
        leaseToken: null,
        leaseUntil: null,
        updatedAt: now,
      })
      .where(and(eq(agentArtifacts.id, artifact.id), eq(agentArtifacts.leaseToken, token))),
    recordOutcome(deps, artifact, outcome),
  ]);
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
        failureDetail: outcome.copied
          ? null
          : `no copy is kept: this organization has ${used} of ${allowed} stored bytes`,
      };
    case 'mismatch':
      return { failure: 'checksum_mismatch', failureDetail: `it is sha256:${outcome.sha256}, not sha256:${checksum}` };
    case 'unreachable':
      return { failure: outcome.failure, failureDetail: outcome.detail };
  }
}

/** Bytes that came and are wrong won't become right; whatever kept them from coming may pass. */
function nextCheckAt({ attempts }: AgentArtifact, outcome: FetchOutcome, now: number): number | null {
  if (outcome.state !== 'unreachable' || outcome.failure === 'artifact_too_large') return null;
  const wait = waitsMs[attempts - 1];
  return wait === undefined ? null : now + wait;
}

function recordOutcome(deps: VerifyDeps, artifact: AgentArtifact, outcome: FetchOutcome): Statement {
  const event = eventOf(artifact, systemActor);
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

export function eventOf(
  { id, organizationId }: { id: PluginRowId | SQL; organizationId: AgentArtifact['organizationId'] },
  actor: ActorRef,
) {
  return { organizationId, namespaceId: null, actor, subjectId: id };
}

export function isVerifiable(checksum: string): boolean {
  return checksum.length === wholeSha256Digits;
}

/** What a row says when its artifact is to be fetched, from the beginning. */
export function pendingVerification(now: number) {
  return {
    verification: 'pending',
    attempts: 0,
    nextCheckAt: now,
    leaseToken: null,
    leaseUntil: null,
    failure: null,
    failureDetail: null,
  } as const;
}

/** Asked for by somebody, whatever came of it before. */
export async function requestVerification(
  deps: VerifyDeps,
  artifact: AgentArtifact,
  actor: ActorRef,
): Promise<AgentArtifact> {
  const { db, clock } = deps;
  const now = clock.now();
  const [, , [current = artifact]] = await db.batch([
    db
      .update(agentArtifacts)
      .set({ ...pendingVerification(now), updatedAt: now })
      .where(
        and(
          eq(agentArtifacts.id, artifact.id),
          isNull(agentArtifacts.yankedAt),
          sql`length(${agentArtifacts.checksum}) = ${wholeSha256Digits}`,
        ),
      ),
    record(deps, { ...eventOf(artifact, actor), type: 'agent_plugin.pending' }, previousChanged),
    db.select().from(agentArtifacts).where(eq(agentArtifacts.id, artifact.id)),
  ]);
  enqueueVerification(deps, artifact.id);
  return current;
}

/** The row says that it is due; the message only brings it forward. */
export function enqueueVerification(
  { queues, defer }: Pick<Deps, 'queues' | 'defer'>,
  id: PluginRowId,
  delaySeconds = 0,
): void {
  defer(queues.artifacts.send({ v: 1, type: 'verify-artifact', id }, { delaySeconds }));
}

/** Sends for what is due and nobody was told of. */
export async function sweepAgentArtifacts({ db, clock, queues }: Pick<Deps, 'db' | 'clock' | 'queues'>): Promise<void> {
  const due = await db
    .select({ id: agentArtifacts.id })
    .from(agentArtifacts)
    .where(isDue(clock.now() - unheardMs))
    .limit(100);
  for (const { id } of due) await queues.artifacts.send({ v: 1, type: 'verify-artifact', id });
}
