// Finds builders that don't answer, under the names by which everyone who can list the organization's builders knows them.
import { isNotNull, lt, or } from 'drizzle-orm';
import { builderName } from '../builders/pool/members.ts';
import type { FoundNeed } from '../contract/attention.ts';
import { needLimits } from '../contract/limits/attention.ts';
import { builders } from '../db/schema/builders.ts';
import type { Deps } from '../deps.ts';
import type { NeedSource } from '../points.ts';

async function read({
  builderUrls,
  clock,
  directory,
}: Pick<Deps, 'builderUrls' | 'clock' | 'directory'>): Promise<FoundNeed[]> {
  const { addedAt, lostAt, name, silentSince, source } = builders;
  const rows = await directory
    .select({ name, source, silentSince, lostAt, addedAt })
    .from(builders)
    .where(or(lt(silentSince, clock.now() - needLimits.silentMs), isNotNull(lostAt)))
    .limit(needLimits.readOfKind);
  const ofSettings = builderUrls.map(builderName);
  return rows.flatMap((row): FoundNeed[] => {
    const number = ofSettings.indexOf(row.name) + 1;
    if (row.source === 'settings' && number === 0) return [];
    const shown = row.source === 'settings' ? `builder ${number}` : `builder ${row.name}`;
    const since = row.silentSince ?? row.lostAt ?? row.addedAt;
    return [
      {
        key: row.source === 'settings' ? String(number) : row.name,
        severity: 'bad',
        title: `${shown.replace('b', 'B')} does not answer`,
        namespaceId: null,
        subject: shown,
        since,
        action: { label: 'See the builders', page: null, command: 'slipway api GET /v1/builders' },
        fingerprint: String(since),
      },
    ];
  });
}

export const builderNeeds: NeedSource<Deps> = { kind: 'builder', scope: 'plugins:read', read };
