// Takes a deployment out of the container that it shares, because its instance grew. It has a container of its own from its next start on, and
// comes into no other one before it is deployed again.
import { and, eq, sql } from 'drizzle-orm';
import { isId } from '../../core/ids.ts';
import { deployments } from '../../db/schema/deploy.ts';
import type { Deps } from '../../deps.ts';

/** Does nothing if it left before, or has come into another container since. */
export async function leaveContainer({ db }: Pick<Deps, 'db'>, id: string, container: string): Promise<void> {
  if (!isId('deployment', id)) return;
  await db
    .update(deployments)
    .set({ placement: sql`json_remove(${deployments.placement}, '$.shared')` })
    .where(and(eq(deployments.id, id), sql`${deployments.placement} ->> '$.shared.container' = ${container}`));
}
