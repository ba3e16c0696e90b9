// Pins a storage plugin to the builder that has its files. The pin is part of the placement, and all later deployments keep it.
import { and, eq, isNull, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Builder } from '../../contract/builder/builder.ts';
import { isId } from '../../core/ids.ts';
import { deployments } from '../../db/schema/deploy.ts';
import { firstChoice } from './homes.ts';
import { builderName, type Pool, refreshView } from './members.ts';

/** Returns a start that first pins an instance with a data folder. */
export function pinsData(pool: Pool, start: Builder['start']): Builder['start'] {
  return async function* (id, spec) {
    if (spec.runtime === 'executable' && spec.data !== null) await pin(pool, id);
    yield* start(id, spec);
  };
}

const other = alias(deployments, 'other');

/**
 * A plugin that ran before there were several builders has its files on the first of the settings; only a plugin's first deployment
 * may choose. *Dies:* the next start finds the pin.
 */
async function pin(pool: Pool, id: string): Promise<void> {
  await refreshView(pool);
  const { db, placementOf, urls, view } = pool;
  if (view.members.size === 1 || !isId('deployment', id) || (await placementOf(id)).home !== undefined) return;
  const chosen = firstChoice(view, id).name;
  const first = urls.map(builderName)[0] ?? chosen;
  const others = sql`from ${deployments} ${other} where ${other.namespaceId} = ${deployments.namespaceId} and ${other.pluginId} = ${deployments.pluginId} and ${other.id} <> ${deployments.id}`;
  const kept = sql`(select ${other.placement} ->> '$.home' ${others} and ${other.placement} ->> '$.home' is not null limit 1)`;
  const isFirst = sql`${deployments.promotedAt} is null and not exists (select 1 ${others})`;
  const home = sql`coalesce(${kept}, case when ${isFirst} then ${chosen} else ${first} end)`;
  await db
    .update(deployments)
    .set({ placement: sql`json_set(${deployments.placement}, '$.home', ${home})` })
    .where(and(eq(deployments.id, id), isNull(sql`${deployments.placement} ->> '$.home'`)));
  pool.forgetPlacement(id);
}
