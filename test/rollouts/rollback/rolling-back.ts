// Rolls back versions of a plugin.
import { asc, eq } from 'drizzle-orm';
import { events } from '../../../src/db/schema/events.ts';
import type { Scene } from '../../support/scenes/scene.ts';

export async function eventTypes({ deps, version }: Scene, from: number): Promise<string[]> {
  const rows = await deps.db
    .select()
    .from(events)
    .where(eq(events.organizationId, version.organizationId))
    .orderBy(asc(events.seq));
  return rows.slice(from).map(({ type }) => type);
}
