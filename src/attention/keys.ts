// Finds API keys that expire soon, and used ones that did a short time ago.
import { and, asc, between, eq, gt, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm';
import type { FoundNeed } from '../contract/attention.ts';
import { needLimits } from '../contract/limits/attention.ts';
import { isoDay } from '../core/clock.ts';
import { containsOnly } from '../db/columns.ts';
import { apiKeys } from '../db/schema/access.ts';
import type { Deps } from '../deps.ts';
import type { NeedSource, ViewerRead } from '../points.ts';

async function read({ clock, db }: Pick<Deps, 'db' | 'clock'>, viewer: ViewerRead): Promise<FoundNeed[]> {
  const now = clock.now();
  const { createdAt, expiresAt, id, kind, lastUsedAt, name, organizationId, revokedAt } = apiKeys;
  const { namespaceIds, personId } = viewer;
  // Others can't replace a person's own key.
  const isOwn = personId === null ? eq(kind, 'service') : or(eq(kind, 'service'), eq(apiKeys.personId, personId));
  const rows = await viewer.together(
    db
      .select({ id, name, createdAt, expiresAt: sql<number>`${expiresAt}`.as('ends_at') })
      .from(apiKeys)
      .where(
        and(
          eq(organizationId, viewer.organizationId),
          isNull(revokedAt),
          between(expiresAt, now - needLimits.keyExpiredMs, now + needLimits.keyExpiresMs),
          or(gt(expiresAt, now), isNotNull(lastUsedAt)),
          inArray(kind, ['service', 'personal']),
          isOwn,
          namespaceIds === null ? undefined : containsOnly(apiKeys.namespaceIds, namespaceIds),
        ),
      )
      .orderBy(asc(expiresAt))
      .limit(needLimits.readOfKind),
  );
  return rows.map((row) => {
    const isOver = row.expiresAt <= now;
    return {
      key: row.id,
      severity: isOver ? 'bad' : 'warn',
      title: `The API key ${row.name} ${isOver ? 'expired' : 'expires'} on ${isoDay(row.expiresAt)}`,
      namespaceId: null,
      subject: row.id,
      since: isOver ? row.expiresAt : Math.max(row.createdAt, row.expiresAt - needLimits.keyExpiresMs),
      action: { label: 'Replace or revoke it', page: '/keys', command: `slipway keys revoke ${row.id}` },
      fingerprint: isOver ? 'expired' : 'expires',
    };
  });
}

export const keyNeeds: NeedSource<Deps> = { kind: 'key', scope: 'keys:admin', read };
