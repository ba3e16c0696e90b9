// Reads the metrics that features have of the database's rows.
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { qualified } from '../db/client.ts';
import type { Deps } from '../deps.ts';
import { type Family, gauge } from './exposition.ts';

const samplesByName = z.record(
  z.string(),
  z.array(z.object({ labels: z.record(z.string(), z.string()), value: z.number() })),
);

/** Selects one row with all of them, as JSON. */
export function selectGauges({ db, clock, features }: Pick<Deps, 'db' | 'clock' | 'features'>) {
  const sample = sql`json_object('labels', json(labels), 'value', value)`;
  const members = gaugesOf({ features }).map(
    ({ name, samples }) => sql`${name}, json((select json_group_array(${sample}) from (${samples(clock.now())})))`,
  );
  const all = sql<string>`json_object(${sql.join(members, sql`, `)})`;
  return db.select({ json: qualified(all).as('gauges') }).from(sql`(select 1)`);
}

export function gaugeFamilies(features: Deps['features'], [row]: readonly { json: string }[]): Family[] {
  const samples = samplesByName.parse(JSON.parse(row?.json ?? '{}'));
  return gaugesOf({ features }).map(({ help, name }) => gauge(name, help, samples[name] ?? []));
}

function gaugesOf({ features }: Pick<Deps, 'features'>) {
  return features.flatMap(({ gauges = [] }) => gauges);
}
