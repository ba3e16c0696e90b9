// Counts the deployments that a secret's change affects: those with its value and those with a previous one.
import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { NamespaceId } from '../../core/ids.ts';
import { deployments, isCurrent } from '../../db/schema/deploy.ts';
import type { secrets } from '../../db/schema/models.ts';
import { pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { namesAskedBy } from '../../instances/secrets/asked-secrets.ts';

type Revision = Pick<typeof secrets.$inferSelect, 'name' | 'revision' | 'restartDue'>;

export interface SecretUsers {
  /** Live deployments with the current value. */
  withValue: number;
  /** Live deployments with a previous value. */
  withPrevious: number;
  /** True while deployments with the previous value are being replaced, or soon will be. */
  restarting: boolean;
}

interface Asking {
  isLive: boolean;
  /** The namespace's `secretRevision` when the deployment was requested. */
  revision: number;
  names: string[];
}

/** Selects live deployments and deployments in progress that ask for secrets. */
export function selectAsking(db: Deps['db'], namespaceId: NamespaceId) {
  const names = sql`(select json_group_array(asked.value) from ${pluginVersions} cross join ${namesAskedBy(pluginVersions)} asked where ${pluginVersions.id} = ${deployments.versionId})`;
  return db
    .select({
      isLive: sql<boolean>`${deployments.status} = 'promoted'`.mapWith(Boolean),
      revision: sql<number>`${deployments.secretRevision}`,
      names: sql<string[]>`${names}`.mapWith((text: string) => z.array(z.string()).parse(JSON.parse(text))),
    })
    .from(deployments)
    .where(
      and(
        eq(deployments.namespaceId, namespaceId),
        isCurrent(),
        eq(deployments.type, 'realtime'),
        isNull(deployments.stopAfter),
        isNotNull(deployments.secretRevision),
      ),
    );
}

/** A restart has ended once nothing is in progress. Live deployments that still have the previous value could not be replaced. */
export function listSecretUsers({ name, restartDue, revision }: Revision, asking: readonly Asking[]): SecretUsers {
  const users = asking.filter(({ names }) => names.includes(name));
  const live = users.filter(({ isLive }) => isLive);
  const withPrevious = live.filter((user) => user.revision < revision).length;
  return {
    withValue: live.length - withPrevious,
    withPrevious,
    restarting: restartDue || (withPrevious > 0 && live.length < users.length),
  };
}
