// Releases artifact copies that no version needs, because their last version was yanked a day ago or no version refers to them. Rows
// change first, then the object is deleted. A verification that relied on the copy fetches the artifact again.
import { and, inArray, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { retention } from '../../contract/limits/retention.ts';
import type { Deps } from '../../deps.ts';
import { sendAll } from '../../events/send-all.ts';
import { type Folder, unreferenced } from '../../registry/storage/collector.ts';
import { artifactFolder, artifactKey } from './artifact.ts';
import { agentArtifacts } from './tables.ts';
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

/** Copies that no version refers to. Returns no keys, because releasing them deletes them. */
export const agentCopies: Folder = {
  prefix: artifactFolder,
  keptMs: retention.orphanedObjectsMs,
  async unused(deps, objects) {
    const keys = await unreferenced(deps, artifactFolder, objects, (name) => isNeeded(name, deps.clock.now()));
    await release(
      deps,
      keys.map((key) => key.slice(artifactFolder.length)),
    );
    return [];
  },
};

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
