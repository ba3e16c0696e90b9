// Copies of agents' artifacts that nobody needs any more: their last version was withdrawn a day ago, or no version has them. Rows
// first, then the object; and whoever made or met a copy meanwhile makes it anew.
import { and, eq, inArray, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { agentArtifacts } from '../../db/schema/agents.ts';
import type { Deps } from '../../deps.ts';
import { artifactFolder, artifactKey } from './artifact.ts';
import { enqueueVerification, pendingVerification } from './verification.ts';

const graceMs = 24 * 3600 * 1000;
const releasedAtOnce = 20;

type CopyDeps = Pick<Deps, 'db' | 'blobs' | 'clock' | 'queues' | 'defer'>;

/** SQL: a version has the copy, or is about to; one that was withdrawn has it for a day. */
function isNeeded(checksum: SQL, now: number): SQL {
  return sql`exists (select 1 from agent_artifacts heir where heir.checksum = ${checksum} and (heir.mirrored and heir.yanked_at is null or heir.mirrored and heir.yanked_at >= ${now - graceMs} or heir.lease_until is not null))`;
}

/** *Dies between row and object:* the object is a stray. */
export async function sweepAgentCopies(deps: CopyDeps): Promise<void> {
  const { db, clock } = deps;
  const now = clock.now();
  const unneeded = and(
    eq(agentArtifacts.mirrored, true),
    lt(agentArtifacts.yankedAt, now - graceMs),
    sql`not ${isNeeded(sql`${agentArtifacts}.checksum`, now)}`,
  );
  const some = db.select({ id: agentArtifacts.id }).from(agentArtifacts).where(unneeded).limit(releasedAtOnce);
  const released = await db
    .update(agentArtifacts)
    .set({ mirrored: false })
    .where(inArray(agentArtifacts.id, some))
    .returning({ checksum: agentArtifacts.checksum });
  await release(deps, [...new Set(released.map(({ checksum }) => checksum))]);
}

/** Of objects in the folder of copies, those that no version has. */
export async function releaseOrphanedCopies(deps: CopyDeps, keys: string[]): Promise<void> {
  const { db, clock } = deps;
  const checksums = keys.map((key) => key.slice(artifactFolder.length));
  const strays = await db.all<{ checksum: string }>(
    sql`select c.value as checksum from json_each(${JSON.stringify(checksums)}) c where not ${isNeeded(sql`c.value`, clock.now())}`,
  );
  await release(
    deps,
    strays.map(({ checksum }) => checksum),
  );
}

/** Whoever found the copy there, or was just making it, fetches the artifact once more: it may have gone with the rest. */
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
  for (const { id } of again) enqueueVerification(deps, id);
}
