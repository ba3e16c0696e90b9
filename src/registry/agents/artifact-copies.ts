// Releases artifact copies that no version needs, because their last version was yanked a day ago or no version refers to them. Rows
// change first, then the object is deleted. A verification that relied on the copy fetches the artifact again.
import { and, inArray, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { retention } from '../../contract/limits/retention.ts';
import { agentArtifacts } from '../../db/schema/agents.ts';
import type { Deps } from '../../deps.ts';
import { sendAll } from '../../events/send-all.ts';
import { artifactFolder, artifactKey } from './artifact.ts';
import { pendingVerification } from './verification.ts';

const releasedAtOnce = 20;

type CopyDeps = Pick<Deps, 'db' | 'blobs' | 'clock' | 'queues' | 'log'>;

/** SQL: a version has the copy, or is being verified and may rely on it. Yanked versions keep their copy for a day. */
function isNeeded(checksum: SQL, now: number): SQL {
  const user = alias(agentArtifacts, 'user');
  const keeps = sql`${user.mirrored} and (${user.yankedAt} is null or ${user.yankedAt} >= ${now - retention.deletedContentMs})`;
  return sql`exists (select 1 from ${agentArtifacts} ${user} where ${user.checksum} = ${checksum} and (${keeps} or ${user.leaseUntil} is not null))`;
}

/** Releases copies of yanked versions. *Dies between row and object:* the other sweep finds the orphaned object. */
export async function sweepAgentCopies(deps: CopyDeps): Promise<void> {
  const released = await deps.db
    .update(agentArtifacts)
    .set({ mirrored: false })
    .where(inArray(agentArtifacts.id, selectUnneeded(deps)))
    .returning({ checksum: agentArtifacts.checksum });
  await release(deps, [...new Set(released.map(({ checksum }) => checksum))]);
}

export function selectUnneeded({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  const now = clock.now();
  const unneeded = and(
    sql`${agentArtifacts.mirrored}`,
    lt(agentArtifacts.yankedAt, now - retention.deletedContentMs),
    sql`not ${isNeeded(sql`${agentArtifacts.checksum}`, now)}`,
  );
  return db.select({ id: agentArtifacts.id }).from(agentArtifacts).where(unneeded).limit(releasedAtOnce);
}

/** Releases the objects among `keys` that no version refers to. */
export async function releaseOrphanedCopies(deps: CopyDeps, keys: string[]): Promise<void> {
  const { db, clock } = deps;
  const checksums = keys.map((key) => key.slice(artifactFolder.length));
  const orphans = await db.all<{ checksum: string }>(
    sql`select candidate.value as checksum from json_each(${JSON.stringify(checksums)}) candidate where not ${isNeeded(sql`candidate.value`, clock.now())}`,
  );
  await release(
    deps,
    orphans.map(({ checksum }) => checksum),
  );
}

/** Deletes the copies. Restarts verifications that may have relied on one. */
async function release(deps: CopyDeps, checksums: string[]): Promise<void> {
  if (checksums.length === 0) return;
  const { db, blobs, clock } = deps;
  await blobs.delete(checksums.map(artifactKey));
  const now = clock.now();
  const again = await db
    .update(agentArtifacts)
    .set({ ...pendingVerification(now), mirrored: false, updatedAt: now })
    .where(
      and(
        inArray(agentArtifacts.checksum, checksums),
        isNull(agentArtifacts.yankedAt),
        sql`(${agentArtifacts.mirrored} or ${agentArtifacts.leaseUntil} is not null)`,
      ),
    )
    .returning({ id: agentArtifacts.id });
  const messages = again.map(({ id }) => ({ v: 1, type: 'verify-artifact', id }) as const);
  await sendAll(deps, 'artifacts', messages);
}
